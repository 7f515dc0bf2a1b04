"""How people spell ids, sums, days and names in the invented market."""

from __future__ import annotations

import random
from datetime import date

from anyascii import anyascii

from tests.link_world.pools import MONTHS


def spelled_id(order_id: str, dice: random.Random, slip: float) -> str:
    """An order id as people write it; a share ``slip`` carries a wrong or swapped digit, or lacks a part."""
    head, middle, tail = order_id.split("-")
    if dice.random() < slip:
        digits = list(head + middle + tail)
        place = dice.randrange(4, 16)
        if dice.random() < 0.4:
            digits[place], digits[place - 1] = digits[place - 1], digits[place]
        elif dice.random() < 0.6:
            digits[place] = str((int(digits[place]) + dice.randint(1, 9)) % 10)
        else:
            return dice.choice((tail, f"…{tail}", f"{head}-{middle}-*******"))
        whole = "".join(digits)
        head, middle, tail = whole[:3], whole[3:10], whole[10:]
    joints = dice.choices(("-", " ", "", "–", " - ", ".", "_"), (55, 12, 12, 6, 6, 5, 4))[0]
    return joints.join((head, middle, tail))


def spelled_sum(minor: int, language: str, dice: random.Random) -> str:
    """A sum of money, sometimes without cents."""
    whole = dice.random() < 0.35
    said = str(round(minor / 100)) if whole else f"{minor / 100:.2f}"
    if language == "en":
        return f"£{said}"
    return dice.choice(("{} €", "{}€", "{} euros" if language != "it" else "{} euro")).format(said.replace(".", ","))


def spelled_day(day: date, language: str, dice: random.Random) -> str:
    """A day with the month's name, or in figures."""
    month = MONTHS[language][day.month - 1]
    if dice.random() < 0.5:
        joint = {"de": ". ", "es": " de "}.get(language, " ")
        return f"{day.day}{joint}{month}"
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%Y}"


def misspelt(name: str, dice: random.Random) -> str:
    """One slip of the keyboard, or accents left out."""
    plain = anyascii(name)
    if plain != name and dice.random() < 0.5:
        return plain
    place = dice.randrange(1, len(name) - 1)
    return dice.choice(
        (
            name[:place] + name[place + 1 :],
            name[:place] + name[place] + name[place:],
            name[:place] + dice.choice("aeinrst") + name[place + 1 :],
        )
    )


def handle(first: str, last: str, dice: random.Random) -> str:
    """An account's name made of a person's."""
    a, b = (anyascii(part).lower().replace("-", "") for part in (first, last))
    number = dice.choice(("", "", str(dice.randint(1, 99)), str(dice.randint(1965, 2006))))
    return dice.choice((f"{a}.{b}", f"{a}_{b}", f"{a[0]}{b}", f"{b}{a[0]}", f"{a}{b}")) + number
