"""Invented reviews on Trustpilot, seller feedback and return comments."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from data.demo import catalogue, orders, speakers, story, talk
from data.demo.aftersales import is_frustrated, midnight
from data.demo.catalogue import MARKET, Customer
from data.demo.orders import Sale
from data.demo.phrases import Phrasebook, phrasebook
from data.demo.speakers import CATEGORY_OF, Ledger, Told, Truth
from data.demo.talk import Matter, Talk
from data.domain import Author, Category, Claim, Mention, Reply, Return, Source

_STARS = {
    "complaint": ((1, 2), (78, 22)), "sarcasm": ((1, 5), (75, 25)), "quoted": ((1,), (1,)),
    "praise": ((5, 4), (80, 20)),
    "solved": ((4, 5), (40, 60)), "hope": ((3, 4), (70, 30)), "question": ((3, 4), (60, 40)), "bystander": ((3,), (1,)),
    "namesake": ((5, 4), (60, 40)), "spam": ((5,), (1,)),
}  # fmt: skip


@dataclass(slots=True)
class Reviewers:
    """Writes Trustpilot reviews."""

    rng: Random
    today: date
    ledger: Ledger
    talk: Talk
    ours: set[str]  # our order ids

    def all(self, count: int) -> list[Told]:
        """``count`` reviews, oldest first, those of gifts and households among them."""
        family = [self._family(s) for s in self.ledger.sales if s.recipient or s.partner]
        days = story.days_of(self.rng, Source.TRUSTPILOT, count - len(family))
        told = [self._one(day) for day in days] + family
        return sorted(told, key=lambda t: (t.mention.published_at, t.mention.native_id))

    def _one(self, day: int) -> Told:
        country = speakers.country_of(self.rng, day >= story.SUSPENDED)
        book = phrasebook("en" if self.rng.random() < 0.03 else MARKET[country].language)
        section = speakers.section_of(self.rng, Source.TRUSTPILOT, day)
        if section == "complaint":
            return self._complaint(book, country, day)
        sale = self.ledger.content(country, day)
        if section == "sarcasm":
            sale, _ = self.ledger.complaint(country, Category.NOT_DELIVERED, day)
        elif section == "quoted":
            sale = self.ledger.overheard(country, day)
        title, text = self.talk.other(book, section, Matter(sale, day, sale.day))
        category = CATEGORY_OF[section]
        own = sale.order.order_id if section in ("praise", "solved", "hope", "sarcasm") else None
        truth = Truth(own, section in ("sarcasm", "quoted"), category, book.language, section)
        truth = replace(truth, evidence="quoted") if section == "quoted" else truth
        style = self.rng.choices(("full", "initial", "first", "pseudonym"), (3, 3, 2, 3))[0]
        author = speakers.reviewer(self.rng, self._stranger(sale) if own is None else sale.customer, style)
        told = self._told(book, section, day, title, text, truth, author)
        return self._improved(told, book, sale, day) if section == "hope" and self.rng.random() < 0.35 else told

    def _complaint(self, book: Phrasebook, country: str, day: int) -> Told:
        category = story.about(self.rng, day)
        kind = self.rng.choices(("id", "facts", "none"), (34, 31, 35))[0]
        sale, since = self.ledger.complaint(country, category, day, merchant=kind == "facts")
        kind = "none" if kind == "id" and not self.ledger.show(sale, day) else kind
        shown, evidence = None, kind
        if kind == "id":
            shown, evidence = talk.typed(self.rng, sale.order.order_id)
            if self.rng.random() < 0.05:
                shown, evidence = orders.foreign_id(self.rng, MARKET[country], self.ours), "foreign"
        matter = Matter(sale, day, since, shown, kind == "facts")
        title, text = self.talk.complaint(book, category, matter)
        weights = {"id": (4, 3, 1, 2), "facts": (6, 4, 0, 0), "none": (0, 0, 3, 7)}[kind]
        style = self.rng.choices(("full", "initial", "first", "pseudonym"), weights)[0]
        own = None if evidence == "foreign" else sale.order.order_id
        truth = Truth(own, True, category, book.language, "complaint", evidence)
        told = self._told(book, "complaint", day, title, text, truth, speakers.reviewer(self.rng, sale.customer, style))
        if kind == "facts" and self.rng.random() < 0.7:
            return replace(told, mention=replace(told.mention, experienced_at=sale.order.purchased_at.date()))
        return told

    def _family(self, sale: Sale) -> Told:
        """The recipient of a gift, or the buyer's partner, complains about the buyer's order."""
        who = sale.recipient or sale.partner or sale.customer
        book = phrasebook(MARKET[who.country].language)
        day = self.rng.randint(max(sale.day + 10, story.SUSPENDED + 4), -8)
        self.ledger.mark(sale)
        category = Category.NOT_DELIVERED if sale.delivered is None else Category.NO_REPLY
        title, text = self.talk.complaint(book, category, Matter(sale, day, sale.day, None, True))
        evidence = "gift" if sale.recipient else "household"
        truth = Truth(sale.order.order_id, True, category, book.language, "complaint", evidence)
        return self._told(book, "complaint", day, title, text, truth, speakers.reviewer(self.rng, who, "full"))

    def _told(
        self, book: Phrasebook, section: str, day: int, title: str, text: str, truth: Truth, author: Author
    ) -> Told:
        published = story.moment(self.today, day, self.rng)
        native = speakers.hex_id(self.rng)
        ratings, weights = _STARS[section]
        experienced = published.date() - timedelta(days=self.rng.randint(1, 20))
        mention = Mention(
            Source.TRUSTPILOT,
            native,
            text,
            published,
            author,
            title=title,
            url=f"https://www.trustpilot.com/reviews/{native}",
            rating=self.rng.choices(ratings, weights)[0],
            language=book.language,
            country=author.country,
            experienced_at=experienced if self.rng.random() < 0.4 else None,
            reply=self._reply(book, section, day),
            verification=self.rng.choices(("not-verified", "verified", "invited"), (6, 2, 2))[0],
            reach=self.rng.choices((0, 1, 2, 5, 9), (60, 20, 10, 6, 4))[0] if truth.frustrated else 0,
        )
        return Told(mention, truth)

    def _reply(self, book: Phrasebook, section: str, day: int) -> Reply | None:
        """We answer within two days in normal times, not at all after the notice, a little after the promise."""
        chances = {"complaint": 0.7, "sarcasm": 0.6, "solved": 0.3, "praise": 0.12}
        chance = chances.get(section, 0.0)
        lines = book.lines("own", "reply")
        if story.SUSPENDED - 2 <= day <= story.PROMISED or day > -3:
            return None
        if self.rng.random() >= (chance if day < story.SUSPENDED else chance / 2):
            return None
        at = story.moment(self.today, day + self.rng.randint(1, 2), self.rng)
        angry = section in ("complaint", "sarcasm")
        return Reply(self.rng.choice((lines[0], lines[2])) if angry else lines[1], at)

    def _improved(self, told: Told, book: Phrasebook, sale: Sale, day: int) -> Told:
        """A complaint of the bad weeks that was edited to tell of the good end."""
        first_day = day - self.rng.randint(8, 20)
        published = story.moment(self.today, first_day, self.rng)
        title, text = self.talk.complaint(book, Category.NO_REPLY, Matter(sale, first_day, sale.day))
        now = replace(told.mention, published_at=published, updated_at=told.mention.published_at, experienced_at=None)
        earlier = replace(now, title=title, text=text, rating=1, updated_at=None, reply=None)
        return replace(told, mention=now, earlier=earlier)

    def _stranger(self, sale: Sale) -> Customer:
        return catalogue.customer(self.rng, MARKET[sale.customer.country])


def feedback(rng: Random, today: date, ledger: Ledger, speech: Talk, count: int) -> list[Told]:
    """``count`` lines of seller feedback, one per order at most, oldest first; the file tells days, not hours."""
    told: dict[str, Told] = {}
    for day in story.days_of(rng, Source.SELLER_FEEDBACK, count):
        made = _feedback(rng, today, ledger, speech, day)
        while made.mention.native_id in told:
            made = _feedback(rng, today, ledger, speech, day)
        told[made.mention.native_id] = made
    return list(told.values())


def _feedback(rng: Random, today: date, ledger: Ledger, speech: Talk, day: int) -> Told:
    country = speakers.country_of(rng, day >= story.SUSPENDED)
    book = phrasebook(MARKET[country].language)
    angry = rng.random() < story.phase_of(day).complaints
    category, key = Category.PRAISE, "positive"
    sale, since = ledger.content(country, day), 0
    if angry:
        category = story.about(rng, day)
        category = category if book.lines("feedback", category.value) else Category.NO_REPLY
        key = category.value
        sale, since = ledger.complaint(country, category, day)
    text = speech.short(book, "feedback", key, Matter(sale, day, since))
    order_id = sale.order.order_id
    mention = Mention(
        Source.SELLER_FEEDBACK,
        order_id,
        text,
        midnight(today, day),
        Author(Source.SELLER_FEEDBACK, f"order:{order_id}", country=country),
        rating=rng.choices((1, 2), (8, 2))[0] if angry else rng.choices((5, 4), (8, 2))[0],
        country=country,
        reference=order_id,
        kind="feedback",
    )
    section = "complaint" if angry else "praise"
    return Told(mention, Truth(order_id, angry, category, book.language, section, "file"))


def return_comments(returns: Sequence[tuple[Return, Sale]]) -> list[Told]:
    """The mentions that a reader of the returns file makes of its comments, with the same native ids."""
    return [_return_comment(r, sale.customer.country) for r, sale in returns if r.comment]


def _return_comment(r: Return, country: str) -> Told:
    text = r.comment or ""
    native = hashlib.sha256(f"{r.order_id}|{r.sku}|{r.returned_at.isoformat()}|{text}".encode()).hexdigest()[:24]
    angry = is_frustrated(text, country)
    author = Author(Source.RETURN_COMMENT, f"order:{r.order_id}")
    mention = Mention(Source.RETURN_COMMENT, native, text, r.returned_at, author, reference=r.order_id, kind="return")
    category = Category.WRONG_OR_DAMAGED if angry else Category.OTHER_COMPLAINT
    section = "complaint" if angry else "return"
    return Told(mention, Truth(r.order_id, angry, category, MARKET[country].language, section, "file"))


def claim_reasons(claims: Sequence[Claim]) -> list[Told]:
    """The mentions that a reader of the claims file makes of its reasons, with the same native ids."""
    return [_claim_reason(c, c.reason) for c in claims if c.reason]


def _claim_reason(c: Claim, reason: str) -> Told:
    native = f"{c.order_id}|{c.opened_at.isoformat()}"
    author = Author(Source.CLAIM, f"order:{c.order_id}")
    mention = Mention(Source.CLAIM, native, reason, c.opened_at, author, reference=c.order_id, kind="claim")
    category = Category.NOT_DELIVERED if "received" in reason else Category.WRONG_OR_DAMAGED
    return Told(mention, Truth(c.order_id, True, category, "en", "claim", "file"))
