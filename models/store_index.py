"""An order index over the store: keys are looked up in the blocking table, orders are read when they are compared."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from data import order_index, orders
from data.store import Tx
from models.blocking import BEHIND, Search, worth
from models.memory_index import CAP
from models.order_facts import OrderFacts, facts_of, names_of_buyer

KEPT = 50_000
"""Orders held in memory at most, about 2 kB each; beyond it the cache starts anew."""
_COUNTS_KEPT = 1_000_000


class StoreIndex:
    """Orders as one unit of work sees them; counts and facts are remembered for as long as the index lives."""

    def __init__(self, tx: Tx, cap: int = CAP) -> None:
        self._tx = tx
        self._cap = cap
        by_day = order_index.counts_by_day(tx)
        self._days = [day for day, _ in by_day]
        self._sums = [0, *accumulate(n for _, n in by_day)]
        self._counts: dict[int, int] = {}
        self._rows: dict[str, int | None] = {}
        self._facts: dict[int, OrderFacts] = {}

    @property
    def total(self) -> int:
        """How many orders there are."""
        return self._sums[-1]

    def by_id(self, order_id: str) -> OrderFacts | None:
        """The order with exactly this id."""
        if order_id not in self._rows:
            self._rows[order_id] = order_index.linkable_ids(self._tx, [order_id]).get(order_id)
        row = self._rows[order_id]
        return None if row is None else self._read([row])[0]

    def candidates(self, searches: Sequence[Search], most: int) -> Sequence[OrderFacts]:
        """At most ``most`` orders that share keys with the searches, those with the rarest and most keys first."""
        sums: dict[int, float] = {}
        days: dict[int, int] = {}
        for search in searches:
            numbers = dict(zip(search.keys, self.counts(search.keys), strict=True))
            wanted = [key for key in search.keys if numbers[key]]
            for key, found in self._rows_by_key(wanted, numbers, search.first_day, search.last_day).items():
                value = worth(numbers[key], self.total)
                for day, row in found:
                    sums[row] = sums.get(row, 0.0) + value
                    days[row] = day
        if not sums:
            return []
        least = round(max(sums.values()), 3) - BEHIND
        near = [row for row, value in sums.items() if round(value, 3) >= least]
        return self._read(sorted(near, key=lambda row: (-round(sums[row], 3), days[row], row))[:most])

    def _rows_by_key(
        self, keys: Sequence[int], numbers: Mapping[int, int], first_day: int, last_day: int
    ) -> dict[int, list[tuple[int, int]]]:
        """Key -> (day, row) of its orders in these days, without keys that fit too many, in the order of ``keys``."""
        rare = [key for key in keys if numbers[key] <= self._cap]
        found = order_index.rows_by_rare_keys(self._tx, rare, first_day, last_day)
        for key in keys:
            if numbers[key] > self._cap:
                found[key] = order_index.rows_by_key(self._tx, key, first_day, last_day, self._cap)
        return {key: found[key] for key in keys if key in found}

    def counts(self, keys: Sequence[int]) -> Sequence[int]:
        """How many orders carry each key."""
        if len(self._counts) > _COUNTS_KEPT:
            self._counts.clear()
        if unknown := [key for key in dict.fromkeys(keys) if key not in self._counts]:
            self._counts |= dict.fromkeys(unknown, 0) | order_index.key_counts(self._tx, unknown)
        return [self._counts[key] for key in keys]

    def bought_between(self, first_day: int, last_day: int) -> int:
        """How many orders were bought in these days, bounds included."""
        if last_day < first_day:
            return 0
        return self._sums[bisect_right(self._days, last_day)] - self._sums[bisect_left(self._days, first_day)]

    def _read(self, rows: Sequence[int]) -> list[OrderFacts]:
        missing = [row for row in rows if row not in self._facts]
        if len(self._facts) + len(missing) > KEPT:
            self._facts.clear()
            missing = list(rows)
        if missing:
            self._facts |= read_facts(self._tx, missing)
        return [self._facts[row] for row in rows]


def read_facts(tx: Tx, rows: Sequence[int]) -> dict[int, OrderFacts]:
    """Facts of orders by row id; names on other orders of the same buyer and the tickets about it are included."""
    buyers = order_index.same_buyer(tx, rows)
    wanted = list(dict.fromkeys(row for group in buyers.values() for row in group))
    held = dict(zip(wanted, orders.load(tx, wanted), strict=True))
    marks = order_index.purged_keys(tx, rows)
    contacts = order_index.contact_times(tx, [held[row].order_id for row in rows])
    made = {}
    for row in rows:
        order = held[row]
        known_as = names_of_buyer(held[other] for other in buyers[row])
        made[row] = facts_of(order, contacts.get(order.order_id, ()), known_as, marks.get(row, ()))
    return made
