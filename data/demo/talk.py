"""Puts invented messages together: who speaks, about which order, with which evidence, in which mood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from data.demo import catalogue
from data.demo.orders import Sale
from data.demo.phrases import Phrasebook
from data.domain import Category

ASIDES = ("question", "bystander", "namesake", "spam")  # not about an order of the speaker's own
_ADDED = ("no_reply", "claim_or_chargeback_threat", "scam_suspicion", "refund_not_received")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a message is about: ``since`` is the day offset that a customer counts from, ``day`` the day it is said."""

    sale: Sale
    day: int
    since: int
    shown_id: str | None = None  # the order id as the speaker types it
    tells_date: bool = False
    names_brand: bool = False


@dataclass(slots=True)
class Talk:
    """Composes messages; only an aside is ever said twice in the same words."""

    rng: Random
    said: set[str] = field(default_factory=set)

    def complaint(self, book: Phrasebook, category: Category, matter: Matter) -> tuple[str, str]:
        """A complaint as (title, text)."""
        slots = self._slots(book, matter)
        return self._title(book, category.value, slots), self._new(lambda: self._complain(book, category, matter))

    def other(self, book: Phrasebook, section: str, matter: Matter) -> tuple[str, str]:
        """Praise, a question, sarcasm, hope, an aside ... as (title, text)."""
        slots = self._slots(book, matter)
        key = section if book.lines("title", section) else "praise" if section == "solved" else "question"
        return self._title(book, key, slots), self._new(lambda: self._say(book, section, matter), section in ASIDES)

    def short(self, book: Phrasebook, section: str, key: str, matter: Matter) -> str:
        """A tweet or a line of seller feedback."""
        return self._new(lambda: self._brief(book, section, key, matter))

    def line(self, book: Phrasebook, section: str, key: str, matter: Matter) -> str:
        """One filled template, which may be said again."""
        return self.rng.choice(book.lines(section, key)).format_map(self._slots(book, matter))

    def spelled_brand(self) -> str:
        """The brand's name, at times misspelled."""
        facts = catalogue.brand()
        return str(self.rng.choice(facts["misspellings"]) if self.rng.random() < 0.06 else facts["name"])

    def _slots(self, book: Phrasebook, matter: Matter) -> Mapping[str, str]:
        sale, order = matter.sale, matter.sale.order
        return {
            "brand": self.spelled_brand(),
            "product": sale.product.names[book.language],
            "days": str(max(3, matter.day - matter.since)),
            "amount": book.amount(order.total_minor or 0, order.currency or "EUR"),
            "date": book.day(order.purchased_at.date()),
            "city": order.city or "",
            "times": str(self.rng.randint(2, 6)),
            "order": matter.shown_id or order.order_id,
            "name": sale.customer.name,
        }

    def _complain(self, book: Phrasebook, category: Category, matter: Matter) -> str:
        rng, slots = self.rng, self._slots(book, matter)
        whole = rng.choice(book.lines("complaint", category.value))
        parts = [whole]
        added = rng.choice([a for a in _ADDED if a != category.value])
        if rng.random() < 0.3:
            parts.append(rng.choice(book.lines("also", added)))
        if matter.tells_date and "{date}" not in whole:
            parts.append(rng.choice(book.lines("fragment", "date")))
        if rng.random() < (0.4 if matter.tells_date else 0.06):
            parts.append(rng.choice(book.lines("fragment", "place")))
        calm = rng.random() < 0.3
        if rng.random() < 0.4:
            parts.append(rng.choice(book.lines("fragment", "close_calm" if calm else "close")))
        if matter.shown_id:
            parts.insert(rng.randrange(1, len(parts) + 1), rng.choice(book.lines("fragment", "id")))
        if rng.random() < 0.35:
            parts.insert(0, rng.choice(book.lines("fragment", "open_calm" if calm else "open")))
        if matter.tells_date and not any("{product}" in p for p in parts):
            parts.append(f"({slots['product']})")
        return self._mood(" ".join(self._naming(book, parts, matter)).format_map(slots))

    def _say(self, book: Phrasebook, section: str, matter: Matter) -> str:
        parts = [self.rng.choice(book.lines("other", section))]
        if section == "praise" and self.rng.random() < 0.5:
            parts.append(self.rng.choice(book.lines("fragment", "close_praise")))
        if section in ("praise", "solved") and self.rng.random() < 0.2:
            parts.append(book.lines("fragment", "place")[-1])  # the greeting; the other tells of a delivery to come
        if matter.shown_id and section not in ("quoted", *ASIDES):
            parts.append(self.rng.choice(book.lines("fragment", "id")))
        return self._mood(" ".join(self._naming(book, parts, matter)).format_map(self._slots(book, matter)))

    def _brief(self, book: Phrasebook, section: str, key: str, matter: Matter) -> str:
        parts = [self.rng.choice(book.lines(section, key))]
        angry = key not in ("praise", "positive", "question", "hope")
        if self.rng.random() < 0.5 and key not in ("question", "hope"):
            parts.append(self.rng.choice(book.lines("fragment", "close" if angry else "close_praise")))
        if matter.shown_id:
            parts.append(matter.shown_id)
        return self._mood(" ".join(parts).format_map(self._slots(book, matter)))

    def _naming(self, book: Phrasebook, parts: list[str], matter: Matter) -> list[str]:
        if not matter.names_brand or any("{brand}" in p or catalogue.brand()["name"] in p for p in parts):
            return parts
        return [self.rng.choice(book.lines("fragment", "brand")), *parts]

    def _title(self, book: Phrasebook, key: str, slots: Mapping[str, str]) -> str:
        return self.rng.choice(book.lines("title", key)).format_map(slots)

    def _mood(self, text: str) -> str:
        """The same words as typed in haste or in anger, now and then."""
        chance = self.rng.random()
        if chance < 0.06:
            return text.lower()
        if chance < 0.11:
            return text.rstrip(".") + "!!!"
        if chance < 0.15:
            return text.rstrip(".") + "..."
        return text

    def _new(self, compose: Callable[[], str], may_repeat: bool = False) -> str:
        for _ in range(60):
            text = compose()
            if text not in self.said:
                self.said.add(text)
                return text
        if may_repeat:  # advertisers and passers-by do say the same thing again
            return compose()
        raise ValueError("the text tables are too small for so many messages")


def typed(rng: Random, order_id: str) -> tuple[str, str]:
    """``order_id`` as people type it, and the kind of noise: id, noisy_id or typo."""
    chance = rng.random()
    if chance < 0.58:
        return order_id, "id"
    if chance < 0.72:
        return order_id.replace("-", " "), "noisy_id"
    if chance < 0.86:
        return order_id.replace("-", ""), "noisy_id"
    if chance < 0.94:
        return order_id.replace("-", "–"), "noisy_id"
    at = rng.choice([n for n, c in enumerate(order_id) if c.isdigit() and n > 4])
    wrong = rng.choice([d for d in "0123456789" if d != order_id[at]])
    return order_id[:at] + wrong + order_id[at + 1 :], "typo"
