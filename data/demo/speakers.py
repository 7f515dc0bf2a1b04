"""Who speaks about which order: finds a sale that fits a complaint, and the author who would write it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from data.demo import catalogue, story
from data.demo.catalogue import MARKET, Customer
from data.demo.orders import Sale
from data.domain import Author, Category, Mention, Source

_HEX = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so, whatever the product finds out.

    ``order_id`` is the speaker's own order (None for asides, foreign ids and quoted ids). ``evidence`` says what the
    mention shows of it: id, noisy_id, typo, facts (name, product and date), gift, household, file (the source's own
    field), foreign, quoted, or none.
    """

    order_id: str | None
    frustrated: bool
    category: Category
    language: str
    section: str  # complaint, sarcasm, quoted, praise, solved, hope, question, bystander, namesake, spam, own, claim
    evidence: str = "none"


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What a stand-in for Reddit or X must know of a post beyond the mention."""

    subreddit: str | None = None
    parent: str | None = None  # native id of the post that a comment answers, when it is one of ours
    score: int = 1
    likes: int = 0
    reposts: int = 0
    is_deleted_later: bool = False
    edited_at: datetime | None = None
    versions: tuple[str, ...] = ()  # ids of an edited post on X, oldest first


@dataclass(frozen=True, slots=True)
class Told:
    """One mention with its truth; ``earlier`` is what an edited review said before."""

    mention: Mention
    truth: Truth
    post: PostFacts | None = None
    earlier: Mention | None = None


@dataclass(slots=True)
class Ledger:
    """The sales by country, how often each has been complained about where, and whose id stands in public."""

    rng: Random
    sales: Sequence[Sale]
    returned: Mapping[str, int]  # order id -> day offset of its return
    _by_country: dict[str, list[Sale]] = field(default_factory=lambda: defaultdict(list))
    _told: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _shown: dict[str, tuple[Sale, int]] = field(default_factory=dict)  # order id -> its sale, and when it was posted

    def __post_init__(self) -> None:
        for sale in self.sales:
            if sale.order.marketplace != "non-amazon":
                self._by_country[sale.customer.country].append(sale)

    def complaint(
        self, country: str, category: Category, day: int, *, merchant: bool = False, where: str = "public"
    ) -> tuple[Sale, int]:
        """A sale that such a complaint of ``day`` can be about, and the day its author counts from.

        Those complained about least come first; ``where``, public or desk, is counted apart: who writes to the desk
        often writes in public, too.
        """
        told, fits = self._told[where], self._fits(category, day)
        held = [s for s in self._by_country[country] if s.day <= day - 6 and (not merchant or s.order.buyer_name)]
        fit = [s for s in held if fits(s)] or [s for s in held if s.day >= day - 40] or held
        fewest = min(told[s.order.order_id] for s in fit)
        sale = self.rng.choice([s for s in fit if told[s.order.order_id] == fewest])
        told[sale.order.order_id] += 1
        since = self.returned.get(sale.order.order_id, sale.day) if category is Category.REFUND_NOT_RECEIVED else None
        return sale, sale.day if since is None or since >= day else since

    def show(self, sale: Sale, day: int) -> bool:
        """Post the id of ``sale`` in public, once: False when it stands there already."""
        return self._shown.setdefault(sale.order.order_id, (sale, day)) == (sale, day)

    def overheard(self, country: str, day: int) -> Sale:
        """A sale whose id somebody else repeats: one that its buyer posted before ``day``, if there is any."""
        known = [s for s, shown in self._shown.values() if s.customer.country == country and shown < day]
        return self.rng.choice(known) if known else self.complaint(country, Category.NOT_DELIVERED, day)[0]

    def content(self, country: str, day: int) -> Sale:
        """A sale delivered in the weeks before ``day``; the latest delivered ones when there is none so young."""
        held = [s for s in self._by_country[country] if s.delivered is not None and s.delivered < day]
        return self.rng.choice([s for s in held if s.day >= day - 28] or held[-25:])

    def mark(self, sale: Sale) -> None:
        """Count one more public complaint about ``sale``."""
        self._told["public"][sale.order.order_id] += 1

    def _fits(self, category: Category, day: int) -> Callable[[Sale], bool]:
        def refund(s: Sale) -> bool:
            back = self.returned.get(s.order.order_id, s.day if s.is_cancelled else None)
            return back is not None and day - 55 <= back <= day - 6

        def undelivered(s: Sale) -> bool:
            return s.delivered is None and not s.is_cancelled and s.day >= day - 60

        def damaged(s: Sale) -> bool:
            return s.delivered is not None and day - 30 <= s.delivered < day

        if category is Category.REFUND_NOT_RECEIVED:
            return refund
        if category is Category.NOT_DELIVERED:
            return undelivered
        if category is Category.WRONG_OR_DAMAGED:
            return damaged
        return lambda s: refund(s) or undelivered(s)


def hex_id(rng: Random) -> str:
    """24 hexadecimal digits, as Trustpilot numbers reviews and people."""
    return "".join(rng.choices(_HEX, k=24))


def reviewer(rng: Random, who: Customer, style: str) -> Author:
    """A Trustpilot author; ``style`` is full, initial, first or pseudonym."""
    pseudonym = rng.choice(catalogue.people_of(who.country)["pseudonyms"])
    name = {"full": who.name, "initial": f"{who.first} {who.last[0]}.", "first": who.first}.get(style, pseudonym)
    return Author(Source.TRUSTPILOT, hex_id(rng), name, None, who.country)


def account(rng: Random, source: Source, country: str) -> Author:
    """A pseudonymous account on Reddit or X."""
    words = catalogue.people_of(country)["handles"]
    first, second = rng.sample(words, 2)
    handle = rng.choice((f"{first}_{second}", f"{first}{rng.randrange(1000)}", f"{second}_{rng.randrange(100):02d}"))
    if source is Source.REDDIT:
        return Author(source, f"t2_{handle}", handle, handle)
    return Author(source, str(rng.randrange(10**9, 10**10)), first.replace("_", " ").title(), handle)


def country_of(rng: Random, late: bool) -> str:
    """The country of a speaker; France and Germany weigh more once merchant orders stop."""
    shares = [m.share * (m.merchant if late else 0.55) for m in catalogue.MARKETS]
    return rng.choices(list(MARKET), shares)[0]


def section_of(rng: Random, source: Source, day: int) -> str:
    """What kind of mention appears on ``source`` on ``day``."""
    late = day >= story.SUSPENDED
    if rng.random() < story.phase_of(day).complaints:
        return rng.choices(("complaint", "sarcasm", "quoted"), (90, 7, 3 if late else 0))[0]
    weights = dict(_LATE if late else _NORMAL)[source]
    if day > story.PROMISED and rng.random() < 0.5:
        return "hope"
    return rng.choices(list(weights), list(weights.values()))[0]


_NORMAL: Mapping[Source, Mapping[str, int]] = {
    Source.TRUSTPILOT: {"praise": 86, "solved": 6, "question": 4, "spam": 2, "namesake": 1, "bystander": 1},
    Source.REDDIT: {"praise": 30, "question": 40, "bystander": 18, "namesake": 6, "spam": 6},
    Source.X: {"praise": 60, "question": 20, "namesake": 12, "spam": 8},
}
_LATE: Mapping[Source, Mapping[str, int]] = {
    Source.TRUSTPILOT: {"praise": 60, "solved": 12, "question": 12, "bystander": 10, "spam": 6},
    Source.REDDIT: {"bystander": 45, "question": 28, "praise": 12, "solved": 5, "namesake": 5, "spam": 5},
    Source.X: {"praise": 20, "question": 30, "bystander": 20, "namesake": 18, "spam": 12},
}
CATEGORY_OF: Mapping[str, Category] = {
    "sarcasm": Category.OTHER_COMPLAINT,
    "quoted": Category.NOT_DELIVERED,
    "praise": Category.PRAISE,
    "solved": Category.PRAISE,
    "hope": Category.PRAISE,
    "question": Category.QUESTION,
    "bystander": Category.NOT_ABOUT_US,
    "namesake": Category.NOT_ABOUT_US,
    "spam": Category.NOT_ABOUT_US,
    "own": Category.NOT_ABOUT_US,
}
