"""Who posted which order id, and when: an id that somebody else showed first may be borrowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.identifiers import find_identifiers
from models.mention_facts import LinkMention
from models.names import NameLevel, best_match, fold, parse_author
from models.stated_dates import day_number

_SAME = frozenset({NameLevel.FULL, NameLevel.NICK, NameLevel.FUZZY, NameLevel.FIRST_INIT, NameLevel.INIT_LAST})


@dataclass(frozen=True, slots=True)
class Posting:
    """One mention that carries an order id. ``day`` since 1970-01-01, None when the mention has no date."""

    mention_id: str
    day: int | None
    author_name: str | None = None
    author_handle: str | None = None


Postings = Mapping[str, tuple[Posting, ...]]
"""Order id -> the mentions that carry it."""

NO_POSTINGS: Postings = MappingProxyType({})


def postings_of(mentions: Iterable[LinkMention]) -> Postings:
    """Collect the order ids that mentions carry; a few milliseconds for a thousand mentions."""
    found: dict[str, tuple[Posting, ...]] = {}
    for mention in mentions:
        ids = find_identifiers(mention.title, mention.text, mention.reference)
        for order_id in (*ids.order_ids, *ids.doubtful_ids):
            found[order_id] = (*found.get(order_id, ()), posting_of(mention))
    return found


def merge_postings(a: Postings, b: Postings) -> Postings:
    """All postings of both; one mention counts once for an order id, as ``b`` tells it."""
    merged = dict(a)
    for order_id, told in b.items():
        newer = {p.mention_id for p in told}
        merged[order_id] = (*(p for p in a.get(order_id, ()) if p.mention_id not in newer), *told)
    return merged


def posting_of(mention: LinkMention) -> Posting:
    """What is kept of a mention to tell who showed an order id first."""
    day = day_number(mention.date) if mention.date else None
    return Posting(mention.mention_id, day, mention.author_name, mention.author_handle)


def was_posted_before(order_id: str, mention: LinkMention, postings: Postings) -> bool:
    """Whether somebody else showed this order id earlier, or on the same day."""
    mine = posting_of(mention)
    return any(
        other.mention_id != mine.mention_id
        and (other.day is None or mine.day is None or other.day <= mine.day)
        and not _same_author(other, mine)
        for other in postings.get(order_id, ())
    )


def _same_author(a: Posting, b: Posting) -> bool:
    if a.author_name and b.author_name and fold(a.author_name) == fold(b.author_name):
        return True
    ours, theirs = parse_author(a.author_name, a.author_handle), parse_author(b.author_name, b.author_handle)
    return best_match(ours, theirs).level in _SAME
