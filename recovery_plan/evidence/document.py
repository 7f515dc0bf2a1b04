"""What a pack says, in the order in which it is read: sections of facts and tables, all of it plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a pack is about."""

    APPEAL = "appeal"
    ORDER = "order"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Scope:
    """One pack's subject: ``ref`` is an order id or a ticket's number, empty for the appeal."""

    kind: Kind
    ref: str = ""

    @property
    def subject(self) -> str:
        """As the audit log spells it."""
        return f"{self.kind}:{self.ref}" if self.ref else str(self.kind)


class Redact(StrEnum):
    """What is left out on request; the log's own lines stay as they were sealed."""

    NAMES = "names"
    TEXTS = "texts"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a note, pairs of facts, a table, or several; ``name`` is the file name of the table's CSV.

    ``widths`` are shares of the page's width, one for each column; ``wide`` columns hold prose.
    """

    name: str
    title: str
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole pack in one language."""

    language: str
    title: str
    subtitle: str
    made: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: str
    labels: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the template and the data file hold it."""
        return asdict(self)


def table(
    name: str, title: str, columns: Sequence[tuple[str, float]], rows: Sequence[tuple[str, ...]], *,
    note: str = "", empty: str = "",
) -> Section:  # fmt: skip
    """A section with a table; each column comes with its share of the width."""
    heads, widths = tuple(c for c, _ in columns), tuple(w for _, w in columns)
    return Section(name, title, note, (), heads, widths, tuple(rows), empty)
