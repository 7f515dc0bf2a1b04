"""How long somebody who comes back waits: from ``reinstate dashboard`` on a built demo to its first page."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from dashboard import demo

PATIENCE_S = 60.0


def measure() -> dict[str, float | str]:
    """Seconds from the command to the first answer of the server."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        demo.build(workspace).store.close()
        return {"seconds to the first page": round(_start(workspace), 1)}


def _start(workspace: Path) -> float:
    port = _free_port()
    command = [sys.executable, "-m", "dashboard.cli", "--workspace", str(workspace), "dashboard", "--port", str(port)]
    begun = time.perf_counter()
    serving = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        while time.perf_counter() - begun < PATIENCE_S:
            if _answers(f"http://127.0.0.1:{port}/"):
                return time.perf_counter() - begun
            if serving.poll() is not None:
                said = serving.stderr.read().strip() if serving.stderr else ""
                raise AssertionError(f"the dashboard ended with status {serving.returncode}: {said}")
            time.sleep(0.05)  # polling: a server tells nobody that it is ready
        raise AssertionError(f"no page within {PATIENCE_S:.0f} s")
    finally:
        serving.terminate()
        serving.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    print(measure())  # noqa: T201
