"""Draws orders, tickets and mentions whose truth is known; the same seed draws the same world."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from anyascii import anyascii

from data.domain import Order, OrderItem, Ticket
from models.mention_facts import LinkMention
from tests.link_world import pools
from tests.link_world.writing import handle, misspelt, spelled_day, spelled_id, spelled_sum

START, DAYS = datetime(2025, 3, 1, tzinfo=UTC), 480
MARKET = {"FR": "amazon.fr", "DE": "amazon.de", "GB": "amazon.co.uk", "ES": "amazon.es", "IT": "amazon.it"}
NOBODY = (pools.NOBODY[0], ("_", "", "-"), pools.NOBODY[1])
HEADS = {"FR": "405", "DE": "306", "GB": "206", "ES": "404", "IT": "403"}


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares, 0-1, of what people do; the defaults are other than the development data's."""

    true: float = 0.3
    nameless: float = 0.3  # orders without any name
    pseudonym: float = 0.12  # of authors on Trustpilot
    open_name: float = 0.1  # of authors on Reddit who show a name
    posts_id: float = 0.2
    slip: float = 0.08  # of posted ids that carry a slip
    names_goods: float = 0.5
    names_town: float = 0.2
    names_sum: float = 0.25
    names_day: float = 0.2
    namesake: float = 0.06  # of mentions that are not about an order of ours
    borrower: float = 0.015
    foreign_id: float = 0.1
    wrong_country: float = 0.08


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys or writes."""

    country: str
    first: str
    last: str
    town: str
    postcode: str
    alias: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class World:
    """What was drawn. ``truth``: mention id -> ids of the orders that it is about; ``kinds``: how it came about."""

    orders: list[Order]
    tickets: list[Ticket]
    mentions: list[LinkMention]
    truth: dict[str, frozenset[str]]
    kinds: dict[str, str]


def draw(orders: int, mentions: int, seed: int, rates: Rates | None = None) -> World:
    """A world of this size."""
    return _Drawing(random.Random(seed), rates or Rates()).world(orders, mentions)


class _Drawing:
    def __init__(self, dice: random.Random, rates: Rates) -> None:
        self.dice, self.rates = dice, rates
        self.catalogue = [self._article(n) for n in range(180)]
        self.shown: list[tuple[Order, date]] = []

    def world(self, size: int, mentions: int) -> World:
        people = [self.person() for _ in range(max(1, size * 3 // 4))]
        for n in range(0, len(people), 18):  # households: one surname and roof, several first names
            other = self.dice.choice(people)
            people[n] = replace(other, first=self.dice.choice(pools.FIRST[other.country]), alias=people[n].alias)
        bought = [self._order(n, self.dice.choice(people)) for n in range(size)]
        orders, owners = [o for o, _ in bought], [p for _, p in bought]
        tickets = [self._ticket(n, o) for n, o in enumerate(orders) if self.dice.random() < 0.06]
        made: list[LinkMention] = []
        truth: dict[str, frozenset[str]] = {}
        kinds: dict[str, str] = {}
        for n in range(mentions):
            if self.dice.random() < self.rates.true:
                place = int(size * self.dice.random() ** 0.7)  # more is said of newer orders
                mention, kind, right = self._true(n, orders[place], owners[place])
                if self.dice.random() < 0.1:
                    tickets.append(replace(self._ticket(size + n, orders[place]), native_id=f"t{n}"))
            else:
                mention, kind, right = self._other(n, people, orders)
            made.append(mention)
            kinds[mention.mention_id], truth[mention.mention_id] = kind, frozenset(right)
        return World(orders, tickets, made, truth, kinds)

    def person(self) -> Person:
        """Somebody new."""
        dice = self.dice
        country = dice.choices(pools.COUNTRIES, (30, 28, 18, 12, 12))[0]
        last = dice.choice(pools.STEMS[country]) + dice.choice(pools.ENDINGS[country])
        if dice.random() < 0.12:
            last = dice.choice(pools.COMMON[country])
        elif dice.random() < 0.5:
            last = last[:-1] + dice.choice("aeiorstz") + dice.choice(("", "n", "s", "t"))
        if dice.random() < 0.05:
            last = f"{last}-{dice.choice(pools.COMMON[country])}"
        town, _, area = dice.choice(pools.TOWNS[country].split("|")).rpartition(" ")
        post = f"{area}{dice.randrange(1000):03d}"
        if country == "GB":
            post = (
                f"{area}{dice.randint(1, 30)} {dice.randint(1, 9)}{dice.choice('ABDEFGHJLN')}{dice.choice('PQRSTUWX')}"
            )
        first = dice.choices(pools.FIRST[country], [1 / (n + 2) ** 0.6 for n in range(len(pools.FIRST[country]))])[0]
        return Person(country, first, last, town, post, f"{dice.getrandbits(64):x}")

    def _article(self, n: int) -> tuple[dict[str, tuple[str, str]], str, str, int]:
        goods = pools.GOODS[n % len(pools.GOODS)]
        asin = "B0" + "".join(self.dice.choices("0123456789BCDFGHJKLMNPQRSTVWXYZ", k=8))
        return goods, self.dice.choice(pools.BRANDS), asin, self.dice.randrange(900, 12_000)

    def _order(self, n: int, buyer: Person) -> tuple[Order, Person]:
        dice = self.dice
        goods, brand, asin, price = self.catalogue[min(int(dice.expovariate(1 / 45)), len(self.catalogue) - 1)]
        title = f"{goods[pools.LANGUAGE[buyer.country]][0]} {brand} {dice.choice(pools.MODELS)}"
        is_nameless, is_gift = dice.random() < self.rates.nameless, dice.random() < 0.07
        recipient = self.person() if is_gift else buyer
        shown = self._as_ordered(recipient)
        order_id = f"{HEADS[buyer.country]}-{dice.randrange(10**7):07d}-{dice.randrange(10**7):07d}"
        bought = START + timedelta(days=DAYS * dice.random() ** 0.8)
        return Order(
            order_id, MARKET[buyer.country], bought,
            (OrderItem("1", f"{brand[:3].upper()}-{n % 180:04d}", asin, title, 1, price, "Shipped"),),
            currency="GBP" if buyer.country == "GB" else "EUR", total_minor=price + dice.choice((0, 0, 0, 490)),
            city=recipient.town, postcode=recipient.postcode, country=recipient.country,
            buyer_name=None if is_nameless or dice.random() < 0.3 else self._as_ordered(buyer),
            recipient_name=None if is_nameless else shown,
            buyer_email=f"{buyer.alias}@marketplace.example" if dice.random() < 0.7 else None,
            tracking=f"8J{dice.randrange(10**11):011d}" if dice.random() < 0.6 else None,
        ), buyer  # fmt: skip

    def _as_ordered(self, who: Person) -> str:
        dice = self.dice
        made = dice.choices(
            (
                who.name,
                who.name.upper(),
                f"{who.last} {who.first}",
                f"{who.first[0]}. {who.last}",
                f"{who.name} c/o Kiosk",
            ),
            (70, 12, 8, 6, 4),
        )[0]
        return anyascii(made) if dice.random() < 0.2 else made

    def _ticket(self, n: int, order: Order) -> Ticket:
        return Ticket(
            "check", str(n), order.purchased_at + timedelta(days=self.dice.randint(2, 35)), order_id=order.order_id
        )

    def _true(self, n: int, order: Order, buyer: Person) -> tuple[LinkMention, str, Sequence[str]]:
        dice, rates = self.dice, self.rates
        said_on = order.purchased_at.date() + timedelta(days=min(200, 1 + int(dice.expovariate(1 / 24))))
        language = pools.LANGUAGE[buyer.country]
        parts: dict[str, str] = {}
        if dice.random() < rates.posts_id:
            parts["id"] = spelled_id(order.order_id, dice, rates.slip)
            if parts["id"] == order.order_id:
                self.shown.append((order, said_on))
        elif dice.random() < 0.03 and order.tracking:
            parts["parcel"] = order.tracking
        price = order.items[0].price_minor or 0
        parts |= self._said(order.purchased_at.date(), said_on, buyer.town, price, language)
        if dice.random() < rates.names_goods:
            article = next(a for a in self.catalogue if a[2] == order.items[0].asin)
            parts |= {"goods": article[0][language][1], "brand": article[1]}
        lived = order.purchased_at.date() + timedelta(days=dice.choice((0, 0, 1, 3, 5, 7)))
        return self._mention(n, buyer, said_on, parts, min(lived, said_on)), "true", (order.order_id,)

    def _said(self, bought: date, said_on: date, town: str, price: int, language: str) -> dict[str, str]:
        dice, rates, parts = self.dice, self.rates, {}
        if dice.random() < rates.names_town:
            parts["town"] = town
        if dice.random() < rates.names_sum:
            parts["sum"] = spelled_sum(price, language, dice)
        if dice.random() < rates.names_day:
            parts["day"] = spelled_day(bought + timedelta(days=dice.choice((0,) * 9 + (1, -2))), language, dice)
        elif dice.random() < 0.12:
            parts["ago"] = str(max(1, (said_on - bought).days + dice.choice((0, 0, 1, -2))))
        return parts

    def _other(
        self, n: int, people: Sequence[Person], orders: Sequence[Order]
    ) -> tuple[LinkMention, str, Sequence[str]]:
        """A mention that is about no cached order, whatever it looks like."""
        dice, rates = self.dice, self.rates
        who = self.person()
        said_on = (START + timedelta(days=(DAYS + 60) * dice.random() ** 0.8)).date()
        language, kind = pools.LANGUAGE[who.country], "other"
        parts = self._said(said_on - timedelta(days=int(dice.expovariate(1 / 20))), said_on, who.town,
                           dice.randrange(900, 12_000), language)  # fmt: skip
        if dice.random() < 0.45:
            goods, brand, _, _ = dice.choice(self.catalogue)
            parts |= {"goods": goods[language][1], "brand": brand if dice.random() < 0.4 else dice.choice(pools.OTHERS)}
        roll = dice.random()
        if roll < rates.namesake:
            twin = dice.choice(people)
            who, kind = replace(twin, town=who.town, postcode=who.postcode), "namesake"
        elif roll < rates.namesake + rates.borrower:
            order, first_said = dice.choice(self.shown or [(dice.choice(orders), said_on)])
            if dice.random() < 0.5:
                order, first_said = dice.choice(orders), said_on
            said_on, kind = max(said_on, first_said + timedelta(days=dice.randint(0, 15))), "borrower"
            parts["id"] = order.order_id
        elif roll < rates.namesake + rates.borrower + rates.foreign_id:
            kind = "foreign"
            parts["id"] = spelled_id(
                f"{HEADS[who.country]}-{dice.randrange(10**7):07d}-{dice.randrange(10**7):07d}", dice, 0
            )
        elif roll < 0.3:
            kind, parts["parcel"] = "number", f"{dice.randrange(10**17):017d}"
        lived = said_on - timedelta(days=int(dice.expovariate(1 / 12)))
        return self._mention(n, who, said_on, parts, lived), kind, ()

    def _mention(self, n: int, who: Person, said_on: date, parts: dict[str, str], lived: date) -> LinkMention:
        dice, language = self.dice, pools.LANGUAGE[who.country]
        source = dice.choices(("trustpilot", "reddit", "x"), (65, 25, 10))[0]
        phrases = pools.SAID[language]
        said = [dice.choice(phrases[slot]).format(**parts) for slot in parts if slot in phrases]
        dice.shuffle(said)
        name, account = self._author(who, source)
        country = (
            who.country if dice.random() > self.rates.wrong_country else dice.choice(("BE", "CH", "US", "FR", "DE"))
        )
        is_review = source == "trustpilot"
        return LinkMention(
            f"w{n:06d}", " ".join([dice.choice(phrases["open"]), *said]), source, name, account,
            country if is_review else None, language, said_on, lived if is_review and dice.random() < 0.85 else None,
            dice.choice((1, 1, 2, 5)) if is_review else None, None,
        )  # fmt: skip

    def _author(self, who: Person, source: str) -> tuple[str, str | None]:
        dice = self.dice
        nobody = "".join((*(dice.choice(part) for part in NOBODY), dice.choice(("", "7", "88"))))
        if source == "reddit":
            shown = handle(who.first, who.last, dice) if dice.random() < self.rates.open_name else nobody
            return shown, shown
        if dice.random() < self.rates.pseudonym:
            return dice.choice((nobody, dice.choice(pools.VEILED))), None
        first, last = who.first, who.last
        made = dice.choices(
            (
                who.name, f"{first} {last[0]}.", first, f"{first[0]}. {last}", f"{last} {first}",
                misspelt(who.name, dice),
                f"{pools.SHORT.get(first, first)} {last}", handle(first, last, dice), who.name.lower(), last,
            ),
            (40, 16, 12, 6, 4, 8, 4, 4, 4, 2),
        )[0]  # fmt: skip
        return made, nobody if source == "x" else None
