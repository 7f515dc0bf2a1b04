"""How fast linkage is, and how much memory it takes, over a store of many orders (100,000; ``… linkage_scale N`` more).

The linking runs in a process of its own, so that its memory is not that of the making. Each mention is linked by
itself and in the order in which it came, with an index that has just been opened.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

from data import engines, migrate
from data.store import Store
from data.vault import Vault
from models import run
from models.linkage import link
from models.mention_facts import LinkMention
from models.store_index import StoreIndex
from tests.bench.linkage import fill
from tests.link_world.figures import rates
from tests.link_world.world import World, draw

ORDERS, MENTIONS, SEED = 100_000, 2_000, 41


def measure(size: int = ORDERS) -> dict[str, float | str]:
    """Building and linking over a SQLite store with ``size`` invented orders."""
    world = draw(size, MENTIONS, SEED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite3"
        built = _build(path, world)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            linked = pool.apply(_link_all, (path, world.mentions, world.truth))
        megabytes = path.stat().st_size / 1e6
    return {"orders": size, **built, "store on disk, MB": round(megabytes), **linked}


def _build(path: Path, world: World) -> dict[str, float]:
    url = engines.sqlite_url(path)
    migrate.upgrade(url)
    store = Store(url, Vault(bytes(32)))
    try:
        fill(store, world.orders, world.tickets)
        begun = time.perf_counter()
        count = run.index_orders(store)
        took = time.perf_counter() - begun
    finally:
        store.close()
    return {"orders indexed a second": round(count / took)}


def _link_all(path: Path, mentions: list[LinkMention], truth: dict[str, frozenset[str]]) -> dict[str, float]:
    """In a fresh process: link every mention, one after the other."""
    store = Store(engines.sqlite_url(path), Vault(bytes(32)))
    before = _peak_kb()
    took, made = [], []
    with store.reading() as tx:
        index = StoreIndex(tx)
        for mention in mentions:
            begun = time.process_time()  # SQLite works in this process; what else the machine does is left out
            made.append(link(mention, index))
            took.append((time.process_time() - begun) * 1000)
    store.close()
    peak = _peak_kb()
    took.sort()
    figures = rates(mentions, truth, made)
    return {
        "ms of CPU a mention, mean": round(sum(took) / len(took), 2),
        "ms of CPU a mention, p99": round(took[int(len(took) * 0.99)], 2),
        "peak memory, MB": round(peak / 1000),
        "of it before linking, MB": round(before / 1000),
        "precision of links": figures["precision of links"],
        "recall of links": figures["recall of links"],
    }


def _peak_kb() -> int:
    """Peak resident memory of this process; the kernel's other figure, ru_maxrss, is inherited from the parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(measure(int(sys.argv[1])) if sys.argv[1:] else measure())  # noqa: T201
