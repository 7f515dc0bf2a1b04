"""Invented help-desk tickets: answered within a day before the suspension, piling up after it, until the promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from data.demo import speakers, story
from data.demo.aftersales import midnight
from data.demo.catalogue import MARKET
from data.demo.orders import Sale
from data.demo.phrases import Phrasebook, phrasebook
from data.demo.speakers import Ledger
from data.demo.talk import Matter, Talk
from data.domain import Category, Ticket, TicketMessage

_FIRST_NUMBER = 48_001
_URGENT = (Category.CLAIM_OR_CHARGEBACK_THREAT, Category.SCAM_SUSPICION)
_VOLUME = (1.3, 4.5, 6.5, 7.0, 8.0, 6.0, 4.5)  # tickets a day in each phase of the story


@dataclass(slots=True)
class Desk:
    """Writes tickets and their messages."""

    rng: Random
    today: date
    ledger: Ledger
    talk: Talk

    def all(self, count: int) -> tuple[Ticket, ...]:
        """``count`` tickets, oldest first."""
        days = range(story.FIRST_DAY, story.LAST_DAY + 1)
        weights = [_VOLUME[story.PHASES.index(story.phase_of(d))] for d in days]
        chosen = self.rng.choices(days, weights, k=count)
        moments = sorted((story.moment(self.today, d, self.rng), d) for d in chosen)
        return tuple(self._ticket(_FIRST_NUMBER + n, at, day) for n, (at, day) in enumerate(moments))

    def _ticket(self, number: int, at: datetime, day: int) -> Ticket:
        country = speakers.country_of(self.rng, day >= story.SUSPENDED)
        market, book = MARKET[country], phrasebook(MARKET[country].language)
        asks = self.rng.random() < (0.3 if day < story.SUSPENDED else 0.08)
        category = Category.QUESTION if asks else story.about(self.rng, day)
        sale, since = self.ledger.complaint(country, category, day, merchant=self.rng.random() < 0.75, where="desk")
        names_order = self.rng.random() < 0.72
        matter = Matter(sale, day, since, sale.order.order_id if names_order else None)
        subject = self._subject(book, category, matter)
        messages = self._messages(book, category, matter, at, day)
        amazon = self.rng.random() < 0.85
        email = sale.customer.alias if amazon else _private(sale)
        said = f"{subject}\n" + "\n".join(m.text for m in messages)
        return Ticket(
            tool="zendesk",
            native_id=str(number),
            created_at=at,
            subject=subject,
            status=self._status(messages, day),
            order_id=sale.order.order_id if sale.order.order_id in said else None,
            buyer_email=email,
            requester=sale.customer.name,
            tags=("amazon" if amazon else "shop", market.country.lower()),
            priority="urgent" if category in _URGENT else self.rng.choice(("normal", "normal", "high")),
            language=book.language,
            channel="amazon" if amazon else "email",
            last_in_at=max(m.sent_at for m in messages if m.direction == "in"),
            last_out_at=max((m.sent_at for m in messages if m.direction == "out"), default=None),
            messages=messages,
        )

    def _subject(self, book: Phrasebook, category: Category, matter: Matter) -> str:
        lines = book.lines("ticket", f"subject_{category.value}")
        if matter.shown_id is None:  # an order id in the subject would be an order id of the ticket
            lines = [line for line in lines if "{order}" not in line]
        return self.rng.choice(lines).format(order=matter.sale.order.order_id)

    def _messages(
        self, book: Phrasebook, category: Category, matter: Matter, at: datetime, day: int
    ) -> tuple[TicketMessage, ...]:
        said = [TicketMessage("in", at, self._first(book, category, matter))]
        if day < story.SUSPENDED - 1:
            said += self._answered(book, category, matter, at)
        elif day > story.PROMISED and self.rng.random() < 0.15:
            said += self._answered(book, category, matter, at)[:1]
        else:
            said += self._unanswered(book, matter, at)
        return tuple(m for m in said if m.sent_at < midnight(self.today, 0))

    def _first(self, book: Phrasebook, category: Category, matter: Matter) -> str:
        hello = self.talk.line(book, "ticket", "hello", matter)
        bye = self.talk.line(book, "ticket", "bye", matter)
        is_question = category is Category.QUESTION
        said = self.talk.other(book, "question", matter) if is_question else self.talk.complaint(book, category, matter)
        shown = f"\n{matter.shown_id}" if is_question and matter.shown_id else ""
        return f"{hello}\n\n{said[1]}{shown}\n\n{bye}"

    def _answered(self, book: Phrasebook, category: Category, matter: Matter, at: datetime) -> list[TicketMessage]:
        replies = book.lines("ticket", "reply")
        about = {Category.REFUND_NOT_RECEIVED: 1, Category.WRONG_OR_DAMAGED: 2, Category.QUESTION: 3}
        text = replies[about.get(category, 0)].format(order=matter.sale.order.order_id)
        if matter.shown_id is None and matter.sale.order.order_id in text:
            text = replies[1]
        answered = at + timedelta(hours=self.rng.randint(1, 21), minutes=self.rng.randrange(60))
        said = [TicketMessage("out", answered, text, "agent")]
        if self.rng.random() < 0.45:
            thanks = self.talk.line(book, "ticket", "thanks", matter)
            said.append(TicketMessage("in", answered + timedelta(hours=self.rng.randint(1, 9)), thanks))
        return said

    def _unanswered(self, book: Phrasebook, matter: Matter, at: datetime) -> list[TicketMessage]:
        said: list[TicketMessage] = []
        if self.rng.random() < 0.55:
            note = self.rng.choice(phrasebook("en").lines("ticket", "note"))  # the team's own language
            said.append(TicketMessage("note", at + timedelta(hours=self.rng.randint(1, 20)), note, "agent"))
        then = at
        for _ in range(self.rng.choices((0, 1, 2), (45, 38, 17))[0]):
            then += timedelta(days=self.rng.randint(2, 5), hours=self.rng.randint(1, 6))
            said.append(TicketMessage("in", then, self.talk.line(book, "ticket", "follow_up", matter)))
        if self.rng.random() < 0.22 and matter.day < story.PROMISED - 3:
            answered = story.moment(self.today, self.rng.randint(story.PROMISED + 1, story.LAST_DAY), self.rng)
            said = [m for m in said if m.sent_at < answered]
            said.append(TicketMessage("out", answered, book.lines("ticket", "reply")[1], "agent"))
        return sorted(said, key=lambda m: m.sent_at)

    def _status(self, messages: Sequence[TicketMessage], day: int) -> str:
        if messages[-1].direction == "out":
            return "waiting" if day >= story.SUSPENDED else "solved"
        if any(m.direction == "out" for m in messages):
            return self.rng.choice(("solved", "closed"))
        return "new" if len(messages) == 1 else "open"


def _private(sale: Sale) -> str:
    return f"{sale.customer.alias.partition('@')[0]}@mail.example"
