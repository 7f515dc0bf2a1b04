"""Errors by what the caller does next. Messages are one line, name no person and quote no third-party text."""

from __future__ import annotations


class ReinstateError(Exception):
    """Base of every error that the product raises on purpose; ``str(e)`` is one line a person can act on."""

    exit_code = 1


class BadInput(ReinstateError):
    """The input cannot be used as it is (file, line, field are in the message): correct it and call again."""

    exit_code = 2


class Refused(ReinstateError):
    """A rule forbids this action: show the reason, change nothing.

    ``rule`` is the rule's id, ``unlock`` says who can lift it.
    """

    exit_code = 3

    def __init__(self, message: str, *, rule: str = "", unlock: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.unlock = unlock


class SkipItem(ReinstateError):
    """One record is unusable: count it with this reason and go on."""


class StopRun(ReinstateError):
    """Nothing more can come from this source now: end its run, keep what was stored.

    ``state`` is a ``HealthState`` value; ``until`` (aware UTC datetime or None) says when to try again.
    """

    def __init__(self, message: str, *, state: str, until: object = None) -> None:
        super().__init__(message)
        self.state = state
        self.until = until
