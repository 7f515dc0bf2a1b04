"""Advertising that borrows the brand's name. It is flagged with its reason and left out of the figures, never dropped.

Careful on purpose: an angry customer also writes links, capitals and telephone numbers. Only three things count: an
offer to get money back for a fee ("recovery agents", who live off scam victims), words that sell together with a way to
buy, and one long text published by five accounts or more within 14 days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, update

from data import daily
from data.among import among
from data.duplicates import WINDOW, normalised
from data.schema.intake import mention
from data.store import Tx

ACCOUNTS = 5  # that publish one text before it counts as a campaign

RECOVERY, SALE, CAMPAIGN, DECLARED = "recovery agent", "advertising", "same text from many accounts", "source"

# all patterns run over normalised text (lower case, no accents, single blanks) and are plain alternations
_RECOVERER = re.compile(
    r"\b(?:recovery (?:agent|agency|expert|specialist|hacker)s?|(?:funds?|crypto|money|asset) recovery"
    r"|recover(?:ed|s)? (?:all )?(?:my|your) (?:stolen |lost )?(?:funds?|money|crypto|bitcoin)"
    r"|agents? de recuperation|expert en recuperation|recuperation de fonds|recuperer (?:vos|votre) (?:fonds|argent)"
    r"|geld zuruckholen|ruckholung (?:ihres|deines) geldes|recovery experte"
    r"|agentes? de recuperacion|recuperacion de (?:fondos|dinero)|recuperar (?:tu|su) dinero"
    r"|agenzia di recupero|recupero (?:fondi|crediti online)|recuperare (?:i tuoi|i vostri) soldi)\b"
)
_REACH_ME = re.compile(
    r"\b(?:whatsapp|whats app|telegram|signal|gmail|outlook|protonmail|dm (?:me|him|her|them)|inbox|instagram|hacker"
    r"|contact(?:ez|er|eer|a|atta|are)?|kontaktier\w*|schreib\w* (?:ihm|ihr|an)|escrib\w*|scriv\w*)\b"
)
_SELLING = re.compile(
    r"\b(?:promo ?code|discount code|coupon code|use (?:my )?code|free shipping|buy now|shop now|order now"
    r"|limited offer|code promo"
    r"|livraison offerte|achetez maintenant|offre limitee|rabattcode|gutscheincode|jetzt kaufen"
    r"|codigo (?:de )?descuento|envio gratis|compra ahora|codice sconto|spedizione gratuita|acquista ora)\b"
)
_LINKS = ("http://", "https://", "www.", "t.me/", "wa.me/", "bit.ly/")


def reason(title: str | None, text: str) -> str | None:
    """Why a text is spam by itself; None when it is not."""
    return reason_of(normalised(title, text), text)


def reason_of(words: str, text: str) -> str | None:
    """As ``reason``, of a text that is normalised already."""
    said = text.lower()
    has_link = ("/" in said or "www." in said) and any(mark in said for mark in _LINKS)
    # one of these stems is in whatever _RECOVERER finds: far cheaper than the pattern, which nearly never fits
    may_recover = "recover" in words or "recuper" in words or "zuruck" in words or "ruckhol" in words
    if may_recover and _RECOVERER.search(words) and (has_link or _REACH_ME.search(words)):
        return RECOVERY
    return SALE if has_link and _SELLING.search(words) else None


def flag_campaigns(tx: Tx, keys: Iterable[str | None]) -> None:
    """Flag, or flag no longer, the mentions with these text keys, by how many accounts publish the text now."""
    wanted = sorted({key for key in keys if key})
    rows = list(tx.conn.execute(_WITH_KEY, {"keys": wanted})) if wanted else []
    by_key: dict[str, list[Any]] = {}
    for row in rows:
        by_key.setdefault(row.text_key, []).append(row)
    campaigns = {key for key, alike in by_key.items() if len(alike) >= ACCOUNTS and _is_campaign(alike)}
    changes = [
        {"m": row.id, "why": CAMPAIGN if row.text_key in campaigns else None, "is": row.text_key in campaigns}
        for row in rows
        if row.spam_reason in (None, CAMPAIGN) and (row.text_key in campaigns) != row.is_spam
    ]
    if changes:
        before = daily.read_facts(tx, [c["m"] for c in changes])
        tx.conn.execute(_FLAG, changes)
        daily.move(tx, before, daily.read_facts(tx, [c["m"] for c in changes]))


_WITH_KEY = select(
    mention.c.id, mention.c.text_key, mention.c.author, mention.c.published_at, mention.c.is_spam, mention.c.spam_reason
).where(
    among(mention.c.text_key, "keys"),
    mention.c.gone_at.is_(None),
    mention.c.is_own.is_(False),
    mention.c.repeats.is_(None),
)
_FLAG = (
    update(mention).where(mention.c.id == bindparam("m")).values(spam_reason=bindparam("why"), is_spam=bindparam("is"))
)


def _is_campaign(rows: list[Any]) -> bool:
    """Whether some 14 days hold the text of enough accounts."""
    ordered = sorted((row.published_at, row.author) for row in rows if row.author is not None)
    return any(len({who for at, who in ordered if start <= at <= start + WINDOW}) >= ACCOUNTS for start, _ in ordered)
