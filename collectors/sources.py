"""What a source's module offers: its ``SOURCES`` says who reads it, who re-checks it, and which keys it needs.

collectors.registry finds these mappings by itself: a new source is one module, its fixtures and its page in docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from collectors.base import Collector, Rechecker
from data.clock import Clock
from data.config import Settings
from data.domain import Source, Watch

Spent = Callable[[Source], int]
"""What this month has cost so far, in millionths of a US dollar; asked anew before each request that costs."""


class Endpoints:
    """Where the live sources are asked; the demo and the tests name a stand-in: ``Endpoints(reddit=url)``."""

    def __init__(self, **instead: str | None) -> None:
        """Sources that are not named are asked where they live."""
        self._instead: Mapping[str, str | None] = instead

    def of(self, source: str) -> str | None:
        """The stand-in's address for ``source``; None for the real one."""
        return self._instead.get(source)

    @property
    def are_stand_ins(self) -> bool:
        """Whether this run asks stand-ins: a source that has none must then not be asked at all."""
        return any(self._instead.values())


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the workspace: every run imports the files in it whose bytes it has not seen yet."""

    source: Source
    partition: str
    kind: str  # of collectors.incoming.KINDS
    path: str  # relative to the workspace
    suffixes: tuple[str, ...]  # lower case, with the dot
    when_empty: str  # what a person should do while there is no file at all; empty when that is all right


@dataclass(frozen=True, slots=True)
class Keys:
    """One line of ``reinstate doctor``: whether what a source needs is set, and what to do when it is not."""

    name: str
    are_set: bool
    told: str


def _none(*_: object) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a source. Each function yields nothing while the settings have the source switched off."""

    collectors: Callable[[Settings, Endpoints, Clock, Spent], Iterable[Collector]] = _none
    recheckers: Callable[[Settings, Endpoints, Clock, Spent], Iterable[Rechecker]] = _none
    folders: Callable[[Settings], Iterable[Folder]] = _none
    keys: Callable[[Settings], Iterable[Keys]] = _none
    queries: Callable[[Watch], Iterable[str]] = _none  # what its search is asked for a watch
