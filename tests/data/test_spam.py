"""Spam is flagged with its reason and left out of the figures; angry customers are not spam."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from data import erasure, mentions, spam
from data.domain import Source
from data.schema.intake import mention, mention_daily
from data.store import Store, Tx
from tests.builders import NOW, TESTER, a_mention, days

COPIED = "Lumivelle is the best shop for lamps I have ever used, five stars, everybody should order there right now."


@pytest.mark.parametrize(
    "text",
    [
        "I lost everything to Lumivelle but a recovery agent got it back, write to him on WhatsApp +1 555 0100",
        "Contactez cet expert en récupération sur Telegram, il va récupérer votre argent de Lumivelle",
        "Geld zurückholen von Lumivelle? Kontaktieren Sie unsere Anwälte: https://example.org",
        "Escríbanle a este agente de recuperación por WhatsApp, Lumivelle me estafó",
        "Un'agenzia di recupero mi ha aiutato con Lumivelle: contattatela su Telegram",
    ],
)
def test_recovery_agents_are_known_in_five_languages(text: str) -> None:
    assert spam.reason(None, text) == spam.RECOVERY


@pytest.mark.parametrize(
    "text",
    [
        "Better lamps than Lumivelle, use code LAMP20: https://example.org",
        "Meilleur que Lumivelle, livraison offerte sur www.example.org",
    ],
)
def test_an_offer_with_a_link_is_advertising(text: str) -> None:
    assert spam.reason(None, text) == spam.SALE


@pytest.mark.parametrize(
    "text",
    [
        "Where is my money? I contact them every day. https://imgur.example/receipt",
        "They offered free shipping and then never sent anything. I want my money back!",
        "Je veux récupérer mon argent, personne ne répond sur WhatsApp",
        "Ich will mein Geld zurück, ich habe sie dreimal kontaktiert",
        "Quiero recuperar mi dinero, nadie contesta el WhatsApp",
        "SCAM SCAM SCAM call 0800 000 000 and report them https://police.example",
        "My bank's fraud team recovered nothing. Contact me if you are a victim too.",
    ],
)
def test_an_angry_customer_is_not_spam(text: str) -> None:
    assert spam.reason(None, text) is None


def flagged(tx: Tx) -> list[str]:
    return list(tx.conn.execute(select(mention.c.native_id).where(mention.c.is_spam).order_by(mention.c.id)).scalars())


def counted(tx: Tx) -> int:
    return int(tx.conn.execute(select(func.coalesce(func.sum(mention_daily.c.n), 0))).scalar_one())


def test_what_a_source_declares_as_spam_is_kept_but_not_counted(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1", is_spam=True), a_mention("m2")])
        assert flagged(tx) == ["m1"] and counted(tx) == 1


def test_one_text_from_five_accounts_is_a_campaign_and_four_are_none(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(f"m{n}", text=COPIED) for n in range(4)])
        assert flagged(tx) == [] and counted(tx) == 4
        mentions.add(tx, [a_mention("m4", text=COPIED), a_mention("late", text=COPIED, published_at=NOW - days(300))])
        assert flagged(tx) == ["m0", "m1", "m2", "m3", "m4", "late"] and counted(tx) == 0


def test_a_campaign_that_shrinks_is_one_no_longer(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(f"m{n}", text=COPIED) for n in range(5)])
        erasure.mark_gone(tx, Source.TRUSTPILOT, ["m0"])
        assert flagged(tx) == [] and counted(tx) == 4


def test_everybodys_short_complaint_is_no_campaign(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(f"m{n}", text="I never received my order.") for n in range(9)])
        assert flagged(tx) == [] and counted(tx) == 9
