"""The whole invented world of one seller, the same for the same day and seed.

| field | holds |
|---|---|
| ``today``, ``seed`` | what the world follows from |
| ``brand`` | name, domain, handle and settings of the invented lamp maker |
| ``watch`` | what to listen for, with misspellings, ASINs and our own accounts |
| ``orders`` | about 1,500 orders of five markets, days -150 to -36 |
| ``mentions`` | about 900, by source, oldest first, days -120 to -1 |
| ``earlier`` | by native id: what a review said before its author edited it |
| ``posts`` | by native id: subreddit, score, likes, deletion and versions of what stands on Reddit and X |
| ``returns``, ``claims`` | returns of both kinds, A-to-z claims |
| ``tickets`` | about 300 help-desk tickets with their messages |
| ``suspension`` | the notice of day -35 |
| ``people`` | one person for each role |
| ``events`` | the turns of the story |
| ``truth`` | by native id: whose order, frustrated or not, category, evidence |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from data.demo import aftersales, catalogue, orders, phrases, reviews, story, threads
from data.demo.speakers import Ledger, PostFacts, Told, Truth
from data.demo.story import Event
from data.demo.talk import Talk
from data.demo.tickets import Desk
from data.domain import Claim, Mention, Order, Return, Role, Source, Suspension, Ticket, Watch
from data.people import Person

ORDERS, TICKETS, CLAIMS = 1_500, 300, 18
TRUSTPILOT, REDDIT_POSTS, REDDIT_COMMENTS, X_POSTS, FEEDBACK = 520, 54, 116, 90, 80
MERCHANT_RETURNS, FBA_RETURNS = 130, 40


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose workspace the demo is; the fields of ``[brand]`` in its settings, and its handle."""

    name: str
    domain: str
    handle: str
    time_zone: str = "Europe/Paris"
    currency: str = "EUR"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class World:
    """See the table at the head of this module."""

    today: date
    seed: int
    brand: Brand
    watch: Watch
    orders: tuple[Order, ...]
    mentions: Mapping[Source, tuple[Mention, ...]]
    earlier: Mapping[str, Mention]
    posts: Mapping[str, PostFacts]
    returns: tuple[Return, ...]
    claims: tuple[Claim, ...]
    tickets: tuple[Ticket, ...]
    suspension: Suspension
    people: tuple[Person, ...]
    events: tuple[Event, ...]
    truth: Mapping[str, Truth]


def build_world(today: date, seed: int = 7) -> World:
    """The world as it stands in the night before ``today`` (UTC); nothing in it is dated ``today`` or later."""
    sales = orders.build(Random(f"{seed}:orders"), today, ORDERS)
    returned = aftersales.returns(Random(f"{seed}:returns"), today, sales, merchant=MERCHANT_RETURNS, fba=FBA_RETURNS)
    back = {r.order_id: (r.returned_at.date() - today).days for r, _ in returned}
    rng = Random(f"{seed}:voices")
    ledger, talk = Ledger(rng, sales, back), Talk(rng)
    ours = {s.order.order_id for s in sales}
    posters = threads.Posters(rng, today, ledger, talk, ours)
    claims = aftersales.claims(Random(f"{seed}:claims"), today, sales, CLAIMS)
    told = {
        Source.TRUSTPILOT: reviews.Reviewers(rng, today, ledger, talk, ours).all(TRUSTPILOT),
        Source.REDDIT: posters.reddit(REDDIT_POSTS, REDDIT_COMMENTS),
        Source.X: posters.x(X_POSTS),
        Source.SELLER_FEEDBACK: reviews.feedback(rng, today, ledger, talk, FEEDBACK),
        Source.RETURN_COMMENT: reviews.return_comments(returned),
        Source.CLAIM: reviews.claim_reasons(claims),
    }
    everything: list[Told] = [t for those in told.values() for t in those]
    return World(
        today=today,
        seed=seed,
        brand=_brand(),
        watch=_watch(),
        orders=tuple(s.order for s in sales),
        mentions={source: tuple(t.mention for t in those) for source, those in told.items()},
        earlier={t.mention.native_id: t.earlier for t in everything if t.earlier is not None},
        posts={t.mention.native_id: t.post for t in everything if t.post is not None},
        returns=tuple(r for r, _ in returned),
        claims=claims,
        tickets=Desk(rng, today, ledger, talk).all(TICKETS),
        suspension=_suspension(today),
        people=_people(),
        events=story.events(today),
        truth={t.mention.native_id: t.truth for t in everything},
    )


def _brand() -> Brand:
    facts = catalogue.brand()
    return Brand(facts["name"], facts["domain"], facts["handle"])


def _watch() -> Watch:
    facts = catalogue.brand()
    return Watch(
        name="orvelume",
        names=(facts["name"],),
        misspellings=tuple(facts["misspellings"]),
        handles=(facts["handle"],),
        ids=tuple(p.asin for p in catalogue.products()),
        domains=(facts["domain"],),
        ambiguous=("Velume",),
        context=("lamp", "lampe", "lámpara", "lampada", "amazon", "order", "commande", "Bestellung"),
        exclusions=("album", "concert"),
        own_accounts=(facts["handle"], facts["reddit"]),
        languages=phrases.LANGUAGES,
        subreddits=tuple(threads.SUBREDDITS.values()),
    )


def _suspension(today: date) -> Suspension:
    noticed = datetime.combine(today + timedelta(days=story.SUSPENDED), time(5, 42), UTC)
    return Suspension(
        id=1,
        reason="related account",
        owner="p:salome",
        marketplace="amazon.fr",
        noticed_at=noticed,
        declared_at=noticed + timedelta(hours=2, minutes=23),
    )


def _people() -> tuple[Person, ...]:
    return (
        Person("p:ines", "Inès Carvalho", Role.AGENT, ("fr", "en", "es")),
        Person("p:jonte", "Jonte Harms", Role.SUPPORT_LEAD, ("de", "en")),
        Person("p:salome", "Salomé Vautrin", Role.COMPLIANCE, ("fr", "en")),
        Person("p:ruggero", "Ruggero Pavan", Role.FINANCE, ("it", "en")),
        Person("p:maud", "Maud Kerleo", Role.BRAND_MANAGER, ("fr", "en")),
        Person("p:alun", "Alun Pryce", Role.AUDITOR, ("en",)),
    )
