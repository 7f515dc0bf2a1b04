"""How badly: 1, 2 or 3, by a rule that people can check, from what is written and what it was found to be about.

3: a threat of a claim, or a suspicion of fraud; or a loss (money, parcel, product) made worse by many contacts, a wait
of a month or raised voices. 2: a loss, many contacts, a month of waiting, or raised voices. 1: any other complaint,
and every text that is not frustrated. Where the band is unsure, one less.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from data.domain import Band, Category
from models.text import MAX_CHARS

_GRAVE = frozenset({Category.CLAIM_OR_CHARGEBACK_THREAT, Category.SCAM_SUSPICION})
_LOSS = frozenset({Category.REFUND_NOT_RECEIVED, Category.NOT_DELIVERED, Category.WRONG_OR_DAMAGED})
_MANY = 3  # contacts
_LONG_DAYS = 30

_CONTACTS = re.compile(
    r"\b(\d{1,2})\s{0,3}(?:(?:unanswered|de|follow-up)\s)?"
    r"(?:times|e-?mails?|messages?|calls|fois|mails|relances|appels|mal|nachrichten|anrufe|veces|correos|mensajes|"
    r"llamadas|volte|messaggi|chiamate)\b",
    re.IGNORECASE,
)
_WAIT = re.compile(
    r"\b(\d{1,3})\s{0,3}(?:(?P<day>days?|jours?|tagen?|días?|dias?|giorni|giorno)|"
    r"(?P<week>weeks?|semaines?|wochen?|semanas?|settimane|settimana)|"
    r"(?P<month>months?|mois|monaten?|monate?|mes(?:es)?|mesi|mese))\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
# one of them is in whatever _LOUD finds loud; each is far cheaper to look for
_HINTS_OF_LOUD = tuple(map(re.compile, (r"[!?]{3}", r"[^\W\d_a-zß-öø-ÿ]{4}", r"[😡🤬😤👿💢]")))
_DAYS_IN = {"day": 1, "week": 7, "month": 30}
_LOUD = re.compile(r"[!?]{3,}|[😡🤬😤👿💢]|\b[^\W\d_]{4,}(?:\s+[^\W\d_]{2,}){2,}")


def severity(text: str, band: Band, categories: Collection[Category]) -> int:
    """1 to 3; see the rule above."""
    if band is Band.NOT_FRUSTRATED:
        return 1
    read = text[:MAX_CHARS]
    has_number = _DIGIT.search(read) is not None  # far cheaper than the patterns below
    worse = (has_number and (_contacts(read) >= _MANY or _days(read) >= _LONG_DAYS)) or _is_loud(read)
    loss = not _LOSS.isdisjoint(categories)
    grade = 3 if not _GRAVE.isdisjoint(categories) or (loss and worse) else 2 if loss or worse else 1
    return max(1, grade - 1) if band is Band.UNSURE else grade


def _contacts(text: str) -> int:
    return max((int(found[1]) for found in _CONTACTS.finditer(text)), default=0)


def _days(text: str) -> int:
    return max((int(found[1]) * _DAYS_IN[str(found.lastgroup)] for found in _WAIT.finditer(text)), default=0)


def _is_loud(text: str) -> bool:
    """Rows of marks, furious faces, or three words running in capitals."""
    if not any(hint.search(text) for hint in _HINTS_OF_LOUD):
        return False
    return any(not found[0][0].isalpha() or found[0].isupper() for found in _LOUD.finditer(text))
