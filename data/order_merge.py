"""One order from several files: each report knows other facts, and none may wipe out what another told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.domain import OrderItem

_BOOKKEEPING = frozenset({"id", "order_id", "snapshot_id", "digest", "indexed_by"})


def merged_facts(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The order's columns after ``new`` came in: a missing fact keeps the old one, and so does an older report.

    A report is older when both tell when the order last changed and ``new`` tells an earlier time: it then only fills
    gaps.
    """
    told, held = new["updated_at"], old["updated_at"]
    is_older = told is not None and held is not None and told < held
    made: dict[str, Any] = {}
    for name in new:
        if name in _BOOKKEEPING:
            continue
        first, second = (old[name], new[name]) if is_older else (new[name], old[name])
        made[name] = second if first is None else first
    made["is_business"] = bool(old["is_business"] or new["is_business"])
    return made


def merged_items(old: Sequence[OrderItem], new: Sequence[OrderItem]) -> tuple[OrderItem, ...]:
    """The lines of the report that tells more of them; the newer one when both tell as much.

    Reports number lines differently, so that lines of two reports cannot be mixed.
    """
    return tuple(old if _known(old) > _known(new) else new)


def _known(items: Sequence[OrderItem]) -> int:
    return sum(getattr(item, name) is not None for item in items for name in ("sku", "asin", "title", "price_minor"))
