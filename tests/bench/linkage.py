"""How right and how fast linkage is, on invented orders and mentions whose truth is known.

Two rows of figures: the development set (the weights were looked at with it, and with others of its generator), and
tests.link_world, a market of our own that nothing was tuned on. Beside the development set stand Splink 5's figures.
``python -m tests.bench.linkage FOLDER`` measures another set of the development generator.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collectors.amazon_reports import read_orders
from data import casework, engines, migrate, orders, snapshots
from data.domain import Decision, LinkDecision, Order, Ticket
from data.snapshots import SnapshotFacts
from data.store import Store
from data.vault import Vault
from models import run
from models.blocking import OrderIndex
from models.linkage import link
from models.memory_index import MemoryIndex
from models.mention_facts import LinkMention
from models.postings import postings_of
from models.store_index import StoreIndex
from tests.link_world import splink_rival
from tests.link_world.figures import rates
from tests.link_world.world import World, draw

FOLDER = Path(__file__).parents[3] / "shared" / "linkage"


@dataclass(frozen=True, slots=True)
class Material:
    """What is linked, and what is right: mention id -> ids of the orders that it is about."""

    orders: Sequence[Order]
    tickets: Sequence[Ticket]
    mentions: Sequence[LinkMention]
    truth: dict[str, frozenset[str]]


def load(folder: Path) -> Material:
    """Read a folder as the generator of the reference material writes it."""
    report = read_orders((folder / "orders.tsv").read_bytes(), "orders.tsv")
    told = [json.loads(line) for line in (folder / "tickets.jsonl").read_text(encoding="utf-8").splitlines()]
    tickets = [
        Ticket("bench", str(n), datetime.fromisoformat(t["created"]).replace(tzinfo=UTC), order_id=t["order_id"])
        for n, t in enumerate(told)
    ]
    lines = (folder / "mentions.jsonl").read_text(encoding="utf-8").splitlines()
    truth: dict[str, frozenset[str]] = {}
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            right = {row["order_id"]} if row["label"] == "1" else set()
            truth[row["mention_id"]] = truth.get(row["mention_id"], frozenset()) | right
    return Material(report.orders, tickets, [LinkMention.from_contract(json.loads(line)) for line in lines], truth)


def decide(material: Material | World, index: OrderIndex) -> tuple[list[LinkDecision], float]:
    """All decisions, and the milliseconds of CPU that each took on average."""
    postings = postings_of(material.mentions)
    begun = time.process_time()
    made = [link(mention, index, postings=postings) for mention in material.mentions]
    return made, (time.process_time() - begun) / len(made) * 1000


def measure(folder: Path = FOLDER) -> dict[str, float | str]:
    """Precision, recall and speed: on the development set when it is there, and on a market of our own."""
    figures: dict[str, float | str] = {}
    if folder.is_dir():
        figures |= {f"development: {what}": n for what, n in measure_folder(folder).items()}
    else:
        figures["development"] = "skipped: the reference material is not beside this checkout"
    return figures | {f"unseen market: {what}": n for what, n in measure_world().items()}


def measure_folder(folder: Path) -> dict[str, float | str]:
    """A set of the development generator, in memory and over a SQLite store, and Splink beside it."""
    material = load(folder)
    index = MemoryIndex.of(material.orders, material.tickets)
    made, in_memory = decide(material, index)
    splink = splink_rival.measure(index.orders, material.mentions, material.truth)
    indexed, on_store, hashed = _measure_store(material, made)
    return {
        "orders": len(material.orders),
        "mentions": len(material.mentions),
        **rates(material.mentions, material.truth, made),
        "ms of CPU a mention in memory": round(in_memory, 2),
        "ms of CPU a mention over SQLite": round(on_store, 2),
        "orders indexed a second": round(indexed),
        **{f"names as keyed hashes only: {what}": hashed[what] for what in _HASHED},
        **{f"Splink: {what}": n for what, n in splink.items()},
    }


def measure_world(orders: int = 20_000, mentions: int = 12_000, seed: int = 2026) -> dict[str, float]:
    """The market of our own."""
    world = draw(orders, mentions, seed)
    made, took = decide(world, MemoryIndex.of(world.orders, world.tickets))
    borrowed = [d for m, d in zip(world.mentions, made, strict=True) if world.kinds[m.mention_id] == "borrower"]
    foreign = [d for m, d in zip(world.mentions, made, strict=True) if world.kinds[m.mention_id] == "foreign"]
    return {
        "orders": orders,
        "mentions": mentions,
        **rates(world.mentions, world.truth, made),
        "foreign ids": len(foreign),
        "foreign ids reported": sum(d.decision is Decision.NOT_OUR_ORDER for d in foreign),
        "borrowed ids": len(borrowed),
        "borrowed ids linked": sum(d.decision is Decision.LINK for d in borrowed),
        "ms of CPU a mention in memory": round(took, 2),
    }


_HASHED = ("precision of links", "recall of links", "average precision")


def _measure_store(material: Material, expected: Sequence[LinkDecision]) -> tuple[float, float, dict[str, float]]:
    """(orders indexed a second, milliseconds a mention, figures with every name purged) over a SQLite store.

    Before the purge the decisions must be those of the memory.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = engines.sqlite_url(Path(folder) / "store.sqlite3")
        migrate.upgrade(url)
        store = Store(url, Vault(bytes(32)))
        try:
            fill(store, material.orders, material.tickets)
            begun = time.perf_counter()
            count = run.index_orders(store)
            indexed = count / (time.perf_counter() - begun)
            with store.reading() as tx:
                made, took = decide(material, StoreIndex(tx))
            run.forget_names(store, datetime.max.replace(tzinfo=UTC))
            with store.reading() as tx:
                index, postings = StoreIndex(tx), postings_of(material.mentions)
                blind = [link(m, index, postings=postings, veil=tx.vault.veil) for m in material.mentions]
        finally:
            store.close()
    if [(d.decision, d.order_id) for d in made] != [(d.decision, d.order_id) for d in expected]:
        raise AssertionError("the store and the memory index decide differently")
    return indexed, took, rates(material.mentions, material.truth, blind)


def fill(store: Store, held: Sequence[Order], tickets: Sequence[Ticket]) -> None:
    """Import orders and tickets."""
    facts = SnapshotFacts("orders", "orders.tsv", "0" * 64, "bench", "utf-8", len(held), 0)
    with store.transaction(run.ACTOR) as tx:
        snapshot = snapshots.open_snapshot(tx, facts)
        snapshots.close_snapshot(tx, snapshot, facts, orders.add_orders(tx, snapshot, held))
        casework.add_tickets(tx, [(ticket, None) for ticket in tickets], suspend_amazon=False)


if __name__ == "__main__":
    print(measure_folder(Path(sys.argv[1])) if sys.argv[1:] else measure())  # noqa: T201
