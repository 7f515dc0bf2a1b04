"""How fast a large All Orders report goes into the cache: the whole way of ``reinstate import orders`` into SQLite."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from collectors.run import import_files
from data.workspace import Workspace, create
from tests.bench.orders import invented

ROWS = 200_000


def measure() -> dict[str, float | str]:
    """Rows a second from the file on disk to the committed transaction, and again for the very same file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.tsv"
        file.write_bytes(invented(ROWS))
        ws = create(Path(folder) / "workspace")
        try:
            first, second = _timed(ws, file, inserted=True), _timed(ws, file, inserted=False)
        finally:
            ws.store.close()
        size = sum(part.stat().st_size for part in (Path(folder) / "workspace").glob("*.sqlite3*"))
    return {
        "rows": ROWS,
        "rows a second": round(ROWS / first),
        "rows a second, nothing new": round(ROWS / second),
        "database megabytes": round(size / 1e6, 1),
    }


def _timed(ws: Workspace, file: Path, *, inserted: bool) -> float:
    begun = time.perf_counter()
    (done,) = import_files(ws, "orders", [file])
    took = time.perf_counter() - begun
    if done.read != ROWS or bool(done.inserted) is not inserted or done.rejected:
        raise AssertionError("the report was not imported whole")
    return took


if __name__ == "__main__":
    print(measure())  # noqa: T201
