"""A child process that fetches one page from a server of its parent's, and tells what it cost.

Prints JSON: ``ended`` (class of the failure), ``seconds``, ``mb`` (the most that the process ever held).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from collectors.answers import FetchFailed
from collectors.fetch import Fetcher, Limits


def main(url: str) -> None:
    """Fetch with the limits that every run uses, but for shorter times."""
    limits = Limits(read_s=2.0, total_s=3.0, retry_s=0.1)
    fetcher = Fetcher("The site", agent="proof", hosts=("the.example",), local=url, limits=limits)
    start, ended = time.monotonic(), ""
    try:
        fetcher.get(f"{url}/x").json("The site")
    except FetchFailed as error:
        ended = type(error).__name__
    print(json.dumps({"ended": ended, "seconds": time.monotonic() - start, "mb": most_mb()}))  # noqa: T201


def most_mb() -> float:
    """The high-water mark of this process; ``getrusage`` would count what the parent held before it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
