"""Compare a mention with an order, field by field: agree, partial or differ, with the weight in bits.

A field that either side lacks gives no evidence. Names never appear in the evidence, only how far they agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from data.domain import Evidence
from models.blocking import pair_key
from models.link_weights import Weights
from models.mention_facts import MentionFacts
from models.names import NameLevel, NameMatch, PersonName, best_match, name_variants
from models.order_facts import Blind, OrderFacts
from models.product_words import ends_with
from models.shares import POOL, Shares
from models.stated_amounts import agrees
from models.stated_dates import date_of

_PRODUCT_CAP = 8.0
"""Bits that product words may give at most: words of one title are not independent."""


def compare(
    facts: MentionFacts, order: OrderFacts, shares: Shares, weights: Weights, blind: Blind | None = None
) -> tuple[Evidence, ...]:
    """All evidence that one mention and one order give, strongest first."""
    found = [
        *_name(facts, order, shares, weights, blind),
        *_place(facts, order, shares, weights),
        *_country(facts, order, shares, weights),
        *_product(facts, order, shares, weights),
        *_amount(facts, order, shares, weights),
        *_dates(facts, order, weights),
    ]
    return tuple(sorted(found, key=lambda e: -abs(e.weight)))


def total_bits(evidence: tuple[Evidence, ...]) -> float:
    """The sum of the weights."""
    return sum(e.weight for e in evidence)


def _name(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights, blind: Blind | None) -> Iterator[Evidence]:
    if o.names:
        match = best_match(f.authors, o.names)
    elif o.marks and blind is not None:
        match = _match_marks(f.authors, o.marks, blind)
    else:
        return
    if match.level is NameLevel.CONFLICT:
        yield Evidence("name", "differ", w.of("name.differ"), None, match.level.value)
    elif match.level is not NameLevel.NULL:
        bits = w.of(f"name.{match.level.value}") - math.log2(_name_chance(match, f.authors, s, w))
        outcome = "agree" if match.level is NameLevel.FULL else "partial"
        yield Evidence("name", outcome, bits, None, match.level.value)


def _match_marks(authors: tuple[PersonName, ...], marks: frozenset[str], blind: Blind) -> NameMatch:
    for level in (NameLevel.FULL, NameLevel.FIRST_INIT, NameLevel.HANDLE, NameLevel.FIRST_ONLY):
        for author in authors:
            if any(blind(variant) in marks for variant in name_variants(author)[level]):
                return NameMatch(level, author.tokens)
    return NameMatch(NameLevel.NULL)  # a hash cannot show a misspelling: no agreement is not a contradiction


def _name_chance(match: NameMatch, authors: tuple[PersonName, ...], s: Shares, w: Weights) -> float:
    """How likely an author who is not the customer shows this agreement: namesakes plus plain coincidence."""
    floor = w.namesakes / (s.total + POOL)
    shared, other = match.shared, match.other
    first = s.share("name1", shared[0]) if shared else 0.0
    if match.level is NameLevel.FULL and len(shared) >= 2:
        count = max(s.counts.get(pair_key(shared[0], shared[-1]), 0), 1)
        return floor * count + first * s.share("name1", shared[-1])
    if match.level in (NameLevel.FIRST_INIT, NameLevel.INIT_LAST) and other:
        letter = next((i for a in authors for i in a.initials), other[0])
        return floor + max(s.share("initial", f"{shared[0]} {i}") for i in {other[0], letter})
    if match.level is NameLevel.FUZZY and shared and other:
        near = (("start", f"{shared[0]} {other[:3]}"), ("end", f"{shared[0]} {other[-3:]}"))
        return floor + 0.3 * max(s.share(kind, value) for kind, value in near)
    if match.level is NameLevel.NICK:
        return floor + first * 0.02
    if match.level is NameLevel.HANDLE:
        chunk = next((a.chunk for a in authors if a.chunk), "")
        return floor + s.share("handle", chunk)
    return floor + first  # a single name, or one of two


def _place(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Evidence]:
    if f.postcodes and o.postcode:
        if o.postcode in f.postcodes:
            bits = w.of("postcode.agree") + s.rarity("postcode", o.postcode)
            yield Evidence("postcode", "agree", bits, o.postcode, o.postcode)
            return
        if any(s.count("postcode", p) for p in f.postcodes):
            yield Evidence("postcode", "differ", w.of("postcode.differ"), o.postcode, f.postcodes[0])
    if not o.city or not f.places:
        return
    if o.city in f.places:
        yield Evidence("city", "agree", w.of("city.agree") + s.rarity("city", o.city), o.city, o.city)
        return
    known = next((p for p in f.places if s.count("city", p)), None)
    if known:
        yield Evidence("city", "differ", w.of("city.differ"), o.city, known)


def _country(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Evidence]:
    if not o.country:
        return
    if f.country:
        if f.country == o.country:
            bits = w.of("country.agree") + s.rarity("country", o.country)
            yield Evidence("country", "agree", bits, o.country, f.country)
        else:
            yield Evidence("country", "differ", w.of("country.differ"), o.country, f.country)
    elif f.markets:
        theirs = "/".join(f.markets)
        if o.country in f.markets:
            share = min(sum(s.share("country", c) for c in f.markets), 1.0)
            yield Evidence("language", "agree", w.of("language.agree") - math.log2(share), o.country, theirs)
        else:
            yield Evidence("language", "differ", w.of("language.differ"), o.country, theirs)


def _product(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Evidence]:
    if f.ids.asins:
        both = next((a for a in f.ids.asins if a in o.asins), None)
        if both:
            bits = w.of("asin.agree") + s.rarity("asin", both)
            yield Evidence("asin", "agree", bits, both, both)
            return
        if any(s.count("asin", a) for a in f.ids.asins):
            yield Evidence("asin", "differ", w.of("asin.differ"), " ".join(o.asins), f.ids.asins[0])
    if s.other_brand and o.words:
        yield Evidence("brand", "differ", w.of("brand.differ"), None, s.other_brand)
    if not s.vocabulary or not o.words:
        return
    agreed = [word for word in s.vocabulary if word in o.words or any(ends_with(long, word) for long in o.words)]
    surprise = sorted((s.vocabulary[word] for word in agreed), reverse=True)
    covered = sum(surprise) / sum(s.vocabulary.values())
    theirs = " ".join(s.vocabulary)
    if covered >= 0.5:
        bits = sum(b / 2**i for i, b in enumerate(surprise))  # further words of a title add less and less
        bits = min(w.of("product.agree") + bits, _PRODUCT_CAP)
        yield Evidence("product", "agree", bits, " ".join(agreed), theirs)
    else:
        yield Evidence("product", "differ", w.of("product.differ"), " ".join(agreed) or None, theirs)


def _amount(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Evidence]:
    if not f.amounts or not o.amounts:
        return
    for stated in f.amounts:
        ours = next((a for a in o.amounts if agrees(stated, a)), None)
        if ours is None:
            continue
        if stated.is_whole:
            bits = w.of("amount.rounded") + s.rarity("units", str(stated.minor // 100))
            yield Evidence("amount", "partial", bits, _money(ours), _money(stated.minor))
        else:
            bits = w.of("amount.agree") + s.rarity("amount", str(stated.minor))
            yield Evidence("amount", "agree", bits, _money(ours), _money(stated.minor))
        return
    yield Evidence("amount", "differ", w.of("amount.differ"), _money(o.amounts[0]), _money(f.amounts[0].minor))


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _dates(f: MentionFacts, o: OrderFacts, w: Weights) -> Iterator[Evidence]:
    bought = date_of(o.day).isoformat()
    if f.day is not None:
        yield Evidence("gap", *_gap(f.day - o.day, w), bought, date_of(f.day).isoformat())
        if any(-45 <= day - f.day <= 30 for day in o.ticket_days):
            yield Evidence("ticket", "agree", w.of("ticket.agree"), None, None)
    if f.experience_day is not None and f.experience_day != f.day:
        outcome, bits = _experience(f.experience_day - o.day, w)
        yield Evidence("experience", outcome, bits, bought, date_of(f.experience_day).isoformat())
    if f.days:
        nearest = min(f.days, key=lambda d: abs(d.day - o.day))
        kind = "stated_age" if nearest.slack else "stated_date"
        off = o.day - nearest.day
        if abs(off) <= 1:
            outcome, step = "agree", "same"
        elif -6 <= off <= 3 or abs(off) <= nearest.slack:
            outcome, step = "partial", "near"
        else:
            outcome, step = "differ", "differ"
        yield Evidence(kind, outcome, w.of(f"{kind}.{step}"), bought, date_of(nearest.day).isoformat())


def _gap(days: int, w: Weights) -> tuple[str, float]:
    if days < -1:
        return "differ", w.of("gap.before")
    for limit, step in ((7, "week"), (30, "month"), (60, "quarter"), (120, "season")):
        if days <= limit:
            bits = w.of(f"gap.{step}")
            return ("agree" if bits > 0 else "partial"), bits
    return "partial", w.of("gap.year")


def _experience(days: int, w: Weights) -> tuple[str, float]:
    if -1 <= days <= 0:
        return "agree", w.of("experience.same")
    if 0 < days <= 8:
        return "partial", w.of("experience.week")
    return "differ", w.of("experience.later" if days > 0 else "experience.before")
