"""Blocking: the keys under which an order can be found, and those a mention looks under.

A key is a signed 64-bit integer made of a kind and a value with BLAKE2b, the same in every process and database.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations, permutations
from typing import Protocol

from models.identifiers import id_groups
from models.mention_facts import MentionFacts
from models.names import PersonName, handle_patterns
from models.order_facts import OrderFacts
from models.product_words import MAX_WORDS, tail

KEYS_VERSION = "keys-2"
"""Change it when a key's making changes: stored keys of another version are made anew."""


@dataclass(frozen=True, slots=True)
class Search:
    """One look-up: any of these keys, bought in these days (included)."""

    keys: tuple[int, ...]
    first_day: int
    last_day: int


class OrderIndex(Protocol):
    """Finds orders by id and by keys. Days are numbers since 1970-01-01, bounds are included."""

    @property
    def total(self) -> int:
        """How many orders there are."""
        ...

    def by_id(self, order_id: str) -> OrderFacts | None:
        """The order with exactly this id."""
        ...

    def candidates(self, searches: Sequence[Search], most: int) -> Sequence[OrderFacts]:
        """At most ``most`` orders that share keys with the searches, those with the rarest and most keys first.

        A key that fits more orders in its days than the cap is left out, and so are orders BEHIND the first one.
        """
        ...

    def counts(self, keys: Sequence[int]) -> Sequence[int]:
        """How many orders carry each key, whenever they were bought."""
        ...

    def bought_between(self, first_day: int, last_day: int) -> int:
        """How many orders were bought in these days; an estimate will do."""
        ...


EVER = (0, 1 << 20)
"""All days there are."""


def worth(count: int, total: int) -> float:
    """What sharing a key is worth before anything is compared: bits of surprise, rounded so that sums agree."""
    return round(math.log2((total + 1) / count), 3) if count else 0.0


BEHIND = 16.0
"""Bits by which an order's shared keys may fall behind the best one's: a rival that far off is none."""


@lru_cache(maxsize=1 << 17)
def stable_key(kind: str, value: str) -> int:
    """The signed 64-bit key of a value: never Python's ``hash``, which differs from process to process."""
    return int.from_bytes(blake2b(f"{kind}\x1f{value}".encode(), digest_size=8).digest(), "big", signed=True)


def pair_key(a: str, b: str) -> int:
    """The key of two name tokens, in either order."""
    return stable_key("name2", f"{min(a, b)} {max(a, b)}")


def order_keys(facts: OrderFacts) -> tuple[int, ...]:
    """All keys of an order, each once: about thirty."""
    keys: dict[int, None] = {}
    for name in facts.names:
        keys.update(dict.fromkeys(ordered_name_keys(name)))
    keys.update(dict.fromkeys(stable_key("digits", group) for group in id_groups(facts.order_id)))
    for kind, value in (("city", facts.city), ("postcode", facts.postcode), ("country", facts.country)):
        if value:
            keys[stable_key(kind, value)] = None
    if facts.tracking:
        keys[stable_key("tracking", facts.tracking.upper())] = None
    keys.update(dict.fromkeys(stable_key("asin", a) for a in facts.asins))
    keys.update(dict.fromkeys(stable_key("sku", k.upper()) for k in facts.skus))
    keys.update(dict.fromkeys(stable_key("amount", str(a)) for a in facts.amounts))
    keys.update(dict.fromkeys(stable_key("units", str(u)) for a in facts.amounts for u in {a // 100, (a + 50) // 100}))
    for word in facts.words[:MAX_WORDS]:
        keys[stable_key("word", word)] = None
        if (end := tail(word)) is not None:
            keys[stable_key("tail", end)] = None
    return tuple(keys)


def ordered_name_keys(name: PersonName) -> Iterator[int]:
    """The keys under which an order with this name is found."""
    for token in name.tokens:
        yield stable_key("name1", token)
    for a, b in combinations(name.tokens, 2):
        yield pair_key(a, b)
    for a, b in permutations(name.tokens, 2):
        yield stable_key("initial", f"{a} {b[0]}")
        yield stable_key("start", f"{a} {b[:3]}")
        yield stable_key("end", f"{a} {b[-3:]}")
    for token in name.tokens if len(name.tokens) == 1 else ():
        for letter in name.initials:
            yield stable_key("initial", f"{token} {letter}")
    for pattern in handle_patterns(name):
        yield stable_key("handle", pattern)


def author_keys(name: PersonName) -> Iterator[int]:
    """The keys under which an author's name may stand on an order."""
    for a, b in combinations(name.tokens, 2):
        yield pair_key(a, b)
    for a, b in permutations(name.tokens, 2):
        yield stable_key("start", f"{a} {b[:3]}")
        yield stable_key("end", f"{a} {b[-3:]}")
        yield stable_key("initial", f"{a} {b[0]}")
    for token in name.tokens:
        for letter in name.initials:
            yield stable_key("initial", f"{token} {letter}")
        yield stable_key("name1", token)
    chunk = name.chunk or (name.tokens[0] if len(name.tokens) == 1 else "")
    if chunk:
        yield stable_key("handle", chunk)
        yield stable_key("name1", chunk)


def mention_keys(facts: MentionFacts) -> tuple[int, ...]:
    """The keys a mention looks under in its whole date window: name, place, product number."""
    keys: dict[int, None] = {}
    for author in facts.authors:
        keys.update(dict.fromkeys(author_keys(author)))
    keys.update(dict.fromkeys(stable_key("city", p) for p in facts.places))
    keys.update(dict.fromkeys(stable_key("postcode", p) for p in facts.postcodes))
    keys.update(dict.fromkeys(stable_key("asin", a) for a in facts.ids.asins))
    keys.update(dict.fromkeys(stable_key("sku", k) for k in facts.skus))
    return tuple(keys)


def id_keys(facts: MentionFacts) -> tuple[int, ...]:
    """Keys of parcel numbers, id fragments and the groups of written ids: they find near and partial ids."""
    keys = [stable_key("tracking", number.upper()) for number in facts.ids.tracking]
    keys += [stable_key("digits", fragment.digits) for fragment in facts.ids.fragments]
    keys += [stable_key("digits", group) for order_id in facts.ids.order_ids for group in id_groups(order_id)]
    return tuple(dict.fromkeys(keys))


def searches(facts: MentionFacts, window_days: int) -> tuple[Search, ...]:
    """The look-ups for a mention: names and places over the window, product words around the days it states."""
    last = facts.day + 1 if facts.day is not None else 1 << 20
    first = last - window_days - 1 if facts.day is not None else 0
    made = [Search(mention_keys(facts), first, last)]
    words = tuple(stable_key("word", w) for w in facts.words) + tuple(
        stable_key("tail", w[-5:]) for w in facts.words if len(w) >= 5
    )
    spans = [(d.day - 6 - d.slack, d.day + 3 + d.slack) for d in facts.days]
    if facts.experience_day is not None and facts.experience_day != facts.day:
        spans.append((facts.experience_day - 1, facts.experience_day + 1))
    made += [Search(words, max(first, a), min(last, b)) for a, b in spans if words and a <= last and b >= first]
    return tuple(s for s in made if s.keys)
