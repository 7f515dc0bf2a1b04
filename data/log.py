"""Structured logs on stderr: events, ids and counts. A value that could be a person's words never gets through."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# an opaque id, a state, a version, a file's base name: never free text
_PLAIN = re.compile(r"[\w.:/+-]{1,80}", re.ASCII)


def _redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if not (
            value is None or isinstance(value, int | float) or (isinstance(value, str) and _PLAIN.fullmatch(value))
        ):
            event[key] = "«redacted»"
    return event


def configure(level: str = "warning") -> None:
    """Send events at ``level`` (debug, info, warning, error) and above to stderr as JSON lines.

    Client libraries' own loggers stay silent below warning: some of them print tokens and bodies when debugging.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _redact,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is then: a test's own is closed after it
        cache_logger_on_first_use=False,
    )
    for name in ("tweepy", "praw", "prawcore", "urllib3", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def get(name: str) -> Any:
    """A logger whose events carry ``part=name``."""
    return structlog.get_logger(part=name)
