"""An order index held in memory, for the ``link`` command and for tests."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from data.domain import Order, Ticket
from models.blocking import BEHIND, Search, order_keys, worth
from models.order_facts import OrderFacts, facts_of, names_of_buyer

CAP = 400
"""A key that fits more orders than this in the window tells too little for what it costs."""


class MemoryIndex:
    """Orders sorted by day, and one sorted array of (key, row): about 12 bytes a key beside the facts themselves."""

    def __init__(self, orders: Iterable[OrderFacts], cap: int = CAP) -> None:
        self._rows = sorted(orders, key=lambda o: (o.day, o.order_id))
        self._by_id = {o.order_id: o for o in self._rows}
        self._days = np.array([o.day for o in self._rows], dtype=np.int64)
        self._cap = cap
        self._keys, self._row_of = _sorted_keys(self._rows)

    @classmethod
    def of(cls, orders: Iterable[Order], tickets: Iterable[Ticket] = (), cap: int = CAP) -> MemoryIndex:
        """Index cached orders with the tickets about them; multi-channel orders have no buyer here and stay out."""
        about: dict[str, list[datetime]] = defaultdict(list)
        for ticket in tickets:
            if ticket.order_id:
                about[ticket.order_id].append(ticket.created_at)
        kept = [o for o in orders if o.marketplace != "non-amazon" and not o.order_id.startswith("S")]
        aliases = _names_by_alias(kept)
        return cls(
            (facts_of(o, about.get(o.order_id, ()), aliases.get(o.buyer_email or "", ())) for o in kept),
            cap,
        )

    @property
    def orders(self) -> Sequence[OrderFacts]:
        """All orders, by day of purchase."""
        return self._rows

    @property
    def total(self) -> int:
        """How many orders there are."""
        return len(self._rows)

    def by_id(self, order_id: str) -> OrderFacts | None:
        """The order with exactly this id."""
        return self._by_id.get(order_id)

    def candidates(self, searches: Sequence[Search], most: int) -> Sequence[OrderFacts]:
        """At most ``most`` orders that share keys with the searches, those with the rarest and most keys first."""
        parts: list[NDArray[np.int32]] = []
        worths: list[NDArray[np.float64]] = []
        for search in searches:
            first_row, past_row = self._row_span(search.first_day, search.last_day)
            for start, end in zip(*self._key_spans(search.keys), strict=True):
                if start == end:
                    continue
                rows = self._row_of[start:end]
                low, high = np.searchsorted(rows, (first_row, past_row))
                if 0 < high - low <= self._cap:
                    parts.append(rows[low:high])
                    worths.append(np.full(high - low, worth(end - start, self.total)))
        if not parts:
            return []
        rows, place = np.unique(np.concatenate(parts), return_inverse=True)
        sums = np.bincount(place, np.concatenate(worths)).round(3)
        ranked = np.lexsort((rows, -sums))[:most]
        near = ranked[sums[ranked] >= sums[ranked[0]] - BEHIND]
        return [self._rows[row] for row in rows[near].tolist()]

    def counts(self, keys: Sequence[int]) -> Sequence[int]:
        """How many orders carry each key."""
        starts, ends = self._key_spans(keys)
        return [end - start for start, end in zip(starts, ends, strict=True)]

    def bought_between(self, first_day: int, last_day: int) -> int:
        """How many orders were bought in these days, bounds included."""
        first_row, past_row = self._row_span(first_day, last_day)
        return past_row - first_row

    def _row_span(self, first_day: int, last_day: int) -> tuple[int, int]:
        low, high = np.searchsorted(self._days, (first_day, last_day + 1))
        return int(low), int(high)

    def _key_spans(self, keys: Sequence[int]) -> tuple[list[int], list[int]]:
        wanted = np.array(keys, dtype=np.int64)
        starts: list[int] = np.searchsorted(self._keys, wanted, "left").tolist()
        ends: list[int] = np.searchsorted(self._keys, wanted, "right").tolist()
        return starts, ends


def _names_by_alias(orders: Sequence[Order]) -> dict[str, list[str]]:
    """What the buyer behind each marketplace alias is called."""
    theirs: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        if order.buyer_email:
            theirs[order.buyer_email].append(order)
    return {alias: names_of_buyer(group) for alias, group in theirs.items()}


def _sorted_keys(rows: Sequence[OrderFacts]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    keys, row_of = array("q"), array("i")
    for row, order in enumerate(rows):
        made = order_keys(order)
        keys.extend(made)
        row_of.extend([row] * len(made))
    all_keys = np.frombuffer(keys, dtype=np.int64) if keys else np.empty(0, np.int64)
    all_rows = np.frombuffer(row_of, dtype=np.int32) if row_of else np.empty(0, np.int32)
    sort = np.argsort(all_keys, kind="stable")  # stable: within a key the rows stay in order of purchase
    return all_keys[sort], all_rows[sort]
