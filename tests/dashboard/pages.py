"""Opens the dashboard's pages without a browser, and reads everything that they would send to one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = (
    "overview", "mentions", "at_risk", "plan", "tickets", "approvals", "suspension", "audit", "sources", "model",
)  # fmt: skip


def open_page(page: str, *, person: str = "", language: str = "en", **params: str) -> AppTest:
    """``page`` as ``person`` sees it; ``params`` stand in its address."""
    at = AppTest.from_file(APP, default_timeout=60)
    for name, value in {"as": person, "lang": language, **params}.items():
        if value:
            at.query_params[name] = value
    if page != "overview":
        at.switch_page(f"views/{page}.py")
    return at.run()


def sent(at: AppTest) -> bytes:
    """All bytes of all elements, with what the components are given."""
    return b"\n".join(_protos(at._tree))


def _protos(node: Any) -> Iterator[bytes]:
    proto = getattr(node, "proto", None)
    if proto is not None:
        yield proto.SerializeToString()
    for child in getattr(node, "children", {}).values():
        yield from _protos(child)


def shown(at: AppTest) -> str:
    """The same as text, for looking up words."""
    return sent(at).decode("utf-8", "replace")
