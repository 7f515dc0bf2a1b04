"""A dashboard server in a process of its own, on a port of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from data import clock
if sys.argv[3:]:
    ahead = datetime.fromisoformat(sys.argv[3]) - datetime.now(UTC)
    clock.utc_now = lambda: datetime.now(UTC) + ahead  # before anything takes it from there
from dashboard.serve import serve
serve(Path(sys.argv[1]), int(sys.argv[2]))
"""


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    folder: Path
    process: subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, since: datetime | None = None) -> Iterator[Server]:
    """Serve ``folder``; stopped at the end. With ``since`` its clock starts there, such as at the day of a demo."""
    port = free_port()
    command = [sys.executable, "-c", _RUN, str(folder), str(port), *([since.isoformat()] if since else [])]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process)
        yield Server(f"http://127.0.0.1:{port}", folder, process)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {process.stdout.read() if process.stdout else ''}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not start within a minute")
