"""A process to be killed: collects pages and imports order files for ever, and tells each one that is stored.

``python -m tests.prove.worker FOLDER WAY`` prints ``ready``, then ``page N`` or ``file N`` after the commit of each.
WAY is ``real`` (the product's own shells) or a mistake that the checks must notice: ``cursor_first`` moves the cursor
in a transaction before its page, ``early_word`` tells of a page before it is committed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collectors.run import collect, import_files
from collectors.standin.amazon_files import orders_tsv
from data import mentions, snapshots
from data.domain import Actor, Author, Cursor, Mention, Order, OrderItem, Page, Source
from data.workspace import Workspace, open_at

PARTITION = "prove"
PER_PAGE, PAGES, PER_FILE = 20, 5, 40
START = datetime(2026, 1, 1, tzinfo=UTC)
ACTOR = Actor.system("prove")


class Endless:
    """A source that always has further pages, and keeps the numbers of those that it has given."""

    source = Source.TRUSTPILOT
    partition = PARTITION

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """``PAGES`` pages after ``since``."""
        self.given: list[int] = []
        first = next_page(since)
        for number in range(first, first + PAGES):
            yield page(number)
            self.given.append(number)


def next_page(since: Cursor | None) -> int:
    """The number of the page that follows the cursor; pages count from 0."""
    return int(since.state["page"]) + 1 if since else 0


def native_ids(number: int) -> list[str]:
    """Ids of the mentions of one page."""
    return [f"{number}-{n}" for n in range(PER_PAGE)]


def page(number: int) -> Page:
    """One invented page, the same whenever it is asked for."""
    said = tuple(
        Mention(
            source=Source.TRUSTPILOT,
            native_id=native_id,
            text=f"The lamp of page {number} never came.",
            published_at=START + timedelta(minutes=number),
            author=Author(Source.TRUSTPILOT, f"a-{native_id}", "Ada Lampwick"),
            rating=1,
        )
        for native_id in native_ids(number)
    )
    return Page(said, Cursor(Source.TRUSTPILOT, PARTITION, {"page": number}))


def order_file(folder: Path, number: int) -> Path:
    """One invented order report on disk."""
    held = [
        Order(
            order_id=f"405-{number:07d}-{n:07d}",
            marketplace="amazon.fr",
            purchased_at=START + timedelta(minutes=number),
            items=(OrderItem("1", "LMP-1", "B0TEST0001", "Brass lamp", 1, 8995),),
            currency="EUR",
            buyer_name="Ada Lampwick",
        )
        for n in range(PER_FILE)
    ]
    path = folder / f"orders-{number}.tsv"
    path.write_bytes(orders_tsv(held, legacy=True))
    return path


def tell(what: str, number: int) -> None:
    """One line, out at once: a kill must not swallow what was told."""
    sys.stdout.write(f"{what} {number}\n")
    sys.stdout.flush()


def work(ws: Workspace, way: str) -> None:
    """Collect and import until killed."""
    while True:
        _collect(ws, way)
        with ws.store.reading() as tx:
            number = len(snapshots.snapshots(tx, 1_000_000))
        import_files(ws, "orders", [order_file(ws.folder, number)])
        tell("file", number)


def _collect(ws: Workspace, way: str) -> None:
    if way == "real":
        source = Endless()
        collect(ws.store, source)
        for number in source.given:  # several pages may share a commit: all are stored when the reading has ended
            tell("page", number)
        return
    for _ in range(PAGES):
        with ws.store.reading() as tx:
            number = next_page(mentions.get_cursor(tx, Source.TRUSTPILOT, PARTITION))
        held = page(number)
        if way == "early_word":
            tell("page", number)
        else:
            with ws.store.transaction(ACTOR) as tx:
                mentions.set_cursor(tx, held.cursor)
        with ws.store.transaction(ACTOR) as tx:
            mentions.add_page(tx, held)


if __name__ == "__main__":
    opened = open_at(Path(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    work(opened, sys.argv[2])
