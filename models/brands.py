"""Other makers' brands in a text: capitalised words beside a product of ours that none of our titles knows."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from models.product_words import STOP_WORDS, plain, stem

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CUES = frozenset(("marque", "brand", "marke", "marca", "hersteller", "firma", "fabricant", "maker"))
_GERMAN_CUES = _CUES | {"von"}
_NO_BRAND = frozenset(
    """
    dhl ups hermes dpd gls fedex evri yodel chronopost colissimo colis mondial relay laposte poste correos seur mrw
    bartolini brt sda royal mail usps amazon prime paypal klarna visa mastercard trustpilot google facebook reddit
    instagram whatsapp ebay january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday christmas noel natale navidad
    """.split()  # noqa: SIM905 - a word list reads better than eighty quoted strings
)
_REACH = 3


@dataclass(frozen=True, slots=True)
class BrandSuspect:
    """A capitalised word that may be a brand; ``near`` are the stems of the words around it."""

    word: str  # stem
    near: frozenset[str]
    is_called_brand: bool  # a word such as "marque" or "brand" stands right before it


def brand_suspects(text: str, language: str | None) -> tuple[BrandSuspect, ...]:
    """Words that may be brands. Every German noun has a capital: there, only those after "von" or "Marke" count."""
    is_german = (language or "")[:2] == "de"
    found = []
    for sentence in re.split(r"[.!?\n]+(?:\s|$)", text):
        words = _TOKEN.findall(sentence)
        folded = [plain(w) for w in words]
        for i, word in enumerate(words):
            if not word[0].isupper() or len(word) < 4 or not word.isalpha():
                continue
            if folded[i] in STOP_WORDS or folded[i] in _NO_BRAND:
                continue
            called = i > 0 and folded[i - 1] in (_GERMAN_CUES if is_german else _CUES)
            if called or (not is_german and i > 0):
                around = (*folded[max(0, i - _REACH) : i], *folded[i + 1 : i + 1 + _REACH])
                found.append(BrandSuspect(stem(folded[i]), frozenset(map(stem, around)), called))
    return tuple(found)


def other_brand(suspects: tuple[BrandSuspect, ...], known: Set[str], products: Set[str]) -> str | None:
    """The first suspect unknown to our titles that is called a brand or stands by one of ``products`` (stems)."""
    for suspect in suspects:
        if suspect.word not in known and (suspect.is_called_brand or suspect.near & products):
            return suspect.word
    return None
