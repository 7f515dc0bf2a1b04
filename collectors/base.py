"""What a collector is: it reads one source and yields pages; it never touches the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from data.domain import Cursor, Page, Source


class Collector(Protocol):
    """Reads one partition of one source. Calls the network, never the store."""

    source: Source
    partition: str

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """Yield pages of mentions after ``since``, each with the cursor that follows it.

        A newest-first source moves its high-water mark only with its last page, so that an interrupted run
        resumes without a gap. Raises StopRun (with a ``HealthState``) when nothing more can come now; every
        exception of a client library, typed or not, ends as a StopRun.
        """
        ...


class Rechecker(Protocol):
    """Asks a source which of our stored mentions still exist (deletions are honoured within 24 h)."""

    source: Source

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The ids that the source confirms as deleted or removed. Raises StopRun."""
        ...


@runtime_checkable
class Priced(Protocol):
    """A re-checker whose questions cost money."""

    cost_micros: int
    """What the last call of ``gone`` cost, in millionths of a US dollar; also set when it raised."""
