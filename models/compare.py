"""Compare a mention with an order, field by field: agree, partial or differ, with the weight in bits.

A field that either side lacks gives no evidence. Names never appear in the evidence, only how far they agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from models.evidence import Shown, shown
from models.link_weights import Weights
from models.mention_facts import MentionFacts
from models.name_evidence import name_evidence
from models.order_facts import OrderFacts, Veil
from models.product_words import ends_with
from models.shares import Shares
from models.stated_amounts import agrees
from models.stated_dates import spelled

_PRODUCT_CAP = 8.0
"""Bits that product words may give at most: words of one title are not independent."""


def compare(
    facts: MentionFacts, order: OrderFacts, shares: Shares, weights: Weights, veil: Veil | None = None
) -> tuple[Shown, ...]:
    """All that one mention and one order show, in no particular order."""
    return (
        *name_evidence(facts.authors, order, shares, weights, veil),
        *_place(facts, order, shares, weights),
        *_country(facts, order, shares, weights),
        *_product(facts, order, shares, weights),
        *_amount(facts, order, shares, weights),
        *_dates(facts, order, weights),
    )


def _place(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Shown]:
    if f.postcodes and o.postcode:
        if o.postcode in f.postcodes:
            bits = w.of("postcode.agree") + s.rarity("postcode", o.postcode)
            yield shown("postcode.agree", "agree", bits, o.postcode, o.postcode)
            return
        if any(s.count("postcode", p) for p in f.postcodes):
            yield shown("postcode.differ", "differ", w.of("postcode.differ"), o.postcode, f.postcodes[0])
    if not o.city or not f.places:
        return
    if o.city in f.places:
        yield shown("city.agree", "agree", w.of("city.agree") + s.rarity("city", o.city), o.city, o.city)
        return
    known = next((p for p in f.places if s.count("city", p)), None)
    if known:
        yield shown("city.differ", "differ", w.of("city.differ"), o.city, known)


def _country(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Shown]:
    if not o.country:
        return
    if f.country:
        if f.country == o.country:
            bits = w.of("country.agree") + s.rarity("country", o.country)
            yield shown("country.agree", "agree", bits, o.country, f.country)
        else:
            yield shown("country.differ", "differ", w.of("country.differ"), o.country, f.country)
    elif f.markets:
        theirs = "/".join(f.markets)
        if o.country in f.markets:
            share = min(sum(s.share("country", c) for c in f.markets), 1.0)
            yield shown("language.agree", "agree", w.of("language.agree") - math.log2(share), o.country, theirs)
        else:
            yield shown("language.differ", "differ", w.of("language.differ"), o.country, theirs)


def _product(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Shown]:
    if f.ids.asins:
        both = next((a for a in f.ids.asins if a in o.asins), None)
        if both:
            bits = w.of("asin.agree") + s.rarity("asin", both)
            yield shown("asin.agree", "agree", bits, both, both)
            return
        if any(s.count("asin", a) for a in f.ids.asins):
            yield shown("asin.differ", "differ", w.of("asin.differ"), " ".join(o.asins), f.ids.asins[0])
    if sku := next((k for k in f.skus if k in map(str.upper, o.skus)), None):
        yield shown("sku.agree", "agree", w.of("sku.agree") + s.rarity("sku", sku), sku, sku)
        return
    if s.other_brand and o.words:
        yield shown("brand.differ", "differ", w.of("brand.differ"), None, s.other_brand)
    if not s.vocabulary or not o.words:
        return
    agreed = [word for word in s.vocabulary if word in o.words or any(ends_with(long, word) for long in o.words)]
    surprise = sorted((s.vocabulary[word] for word in agreed), reverse=True)
    covered = sum(surprise) / sum(s.vocabulary.values())
    theirs = " ".join(s.vocabulary)
    if covered >= 0.5:
        bits = sum(b / 2**i for i, b in enumerate(surprise))  # further words of a title add less and less
        bits = min(w.bits["product.agree"] + bits, _PRODUCT_CAP) + w.correction("product.agree")
        yield shown("product.agree", "agree", bits, " ".join(agreed), theirs)
    else:
        yield shown("product.differ", "differ", w.of("product.differ"), " ".join(agreed) or None, theirs)


def _amount(f: MentionFacts, o: OrderFacts, s: Shares, w: Weights) -> Iterator[Shown]:
    if not f.amounts or not o.amounts:
        return
    for stated in f.amounts:
        ours = next((a for a in o.amounts if agrees(stated, a)), None)
        if ours is None:
            continue
        if stated.is_whole:
            bits = w.of("amount.rounded") + s.rarity("units", str(stated.minor // 100))
            yield shown("amount.rounded", "partial", bits, _money(ours), _money(stated.minor))
        else:
            bits = w.of("amount.agree") + s.rarity("amount", str(stated.minor))
            yield shown("amount.agree", "agree", bits, _money(ours), _money(stated.minor))
        return
    yield shown("amount.differ", "differ", w.of("amount.differ"), _money(o.amounts[0]), _money(f.amounts[0].minor))


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _dates(f: MentionFacts, o: OrderFacts, w: Weights) -> Iterator[Shown]:
    bought = spelled(o.day)
    if f.day is not None:
        step, outcome = _gap(f.day - o.day, w)
        yield shown(step, outcome, w.of(step), bought, spelled(f.day))
        if any(-45 <= day - f.day <= 30 for day in o.ticket_days):
            yield shown("ticket.agree", "agree", w.of("ticket.agree"))
    if f.experience_day is not None and f.experience_day != f.day:
        yield _experience(f.experience_day, o, w)
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
        yield shown(f"{kind}.{step}", outcome, w.of(f"{kind}.{step}"), bought, spelled(nearest.day))


def _gap(days: int, w: Weights) -> tuple[str, str]:
    """(weight, outcome) of the days between purchase and mention."""
    if days < -1:
        return "gap.before", "differ"
    for limit, step in ((7, "week"), (30, "month"), (60, "quarter"), (120, "season")):
        if days <= limit:
            return f"gap.{step}", "agree" if w.of(f"gap.{step}") > 0 else "partial"
    return "gap.year", "partial"


def _experience(day: int, o: OrderFacts, w: Weights) -> Shown:
    """The day of the experience that the source asked for: people give that of the purchase or of the delivery."""
    theirs, days = spelled(day), day - o.day
    if o.delivered_day is not None and abs(day - o.delivered_day) <= 1 and days > 0:
        bits = w.of("delivery.same")
        return shown("delivery.same", "agree", bits, spelled(o.delivered_day), theirs)
    if -1 <= days <= 0:
        key, outcome = "experience.same", "agree"
    elif 0 < days <= 8:
        key, outcome = "experience.week", "partial"
    else:
        key, outcome = "experience.later" if days > 0 else "experience.before", "differ"
    return shown(key, outcome, w.of(key), spelled(o.day), theirs)
