"""A process to be killed: reads Reddit and X from a stand-in into a workspace, once.

``python -m tests.prove.collector FOLDER URL`` prints ``ready`` when it begins and ``done`` when everything is stored.
"""

from __future__ import annotations

import sys
from pathlib import Path

from collectors import registry
from collectors.run import collect_all
from collectors.sources import Endpoints
from data import lease
from data.workspace import open_at

if __name__ == "__main__":
    ws = open_at(Path(sys.argv[1]))
    registry.sources()
    print("ready", flush=True)  # noqa: T201
    with lease.held(ws.store):
        collect_all(ws, ["reddit", "x"], Endpoints(reddit=sys.argv[2], x=sys.argv[2]))
    ws.store.close()
    print("done", flush=True)  # noqa: T201
