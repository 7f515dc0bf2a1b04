"""Which of a file's columns is which of our fields: by header name in any spelling, never by position."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

Fields = Mapping[str, tuple[str, ...]]
"""Our field -> the canonical headers that it may have, the preferred one first."""

Row = Mapping[str, str]
"""Our field -> the trimmed text of its cell; a field whose cell is empty or missing is not in it."""

_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def canonical(header: str) -> str:
    """``Order ID``, ``order_id`` and ``"order-id"`` alike; accents are dropped (``numero-de-commande``).

    Japanese voicing marks are not accents and stay.
    """
    plain = unicodedata.normalize("NFKD", header).casefold()
    plain = unicodedata.normalize("NFC", _LATIN_MARKS.sub("", plain))
    return _BETWEEN_WORDS.sub("-", plain).strip("-")


def same_names(*fields: str) -> dict[str, tuple[str, ...]]:
    """Fields whose only header is their own name."""
    return {name: (name,) for name in fields}


def pick(record: Mapping[str, str], fields: Fields) -> Row:
    """The fields found in a record with canonical keys; the first filled name of each field counts."""
    found: dict[str, str] = {}
    for field, names in fields.items():
        for name in names:
            if value := record.get(name, "").strip():
                found[field] = value
                break
    return found


# Feedback files carry the labels of the seller's own language. Written from the words that Seller Central shows; the
# first of each row is the English report's. An unknown label ends in a message that names the column missing.
FEEDBACK: Fields = {
    "date": ("date", "datum", "fecha", "data", "日付"),
    "rating": (
        "rating", "bewertung", "note", "evaluation", "puntuacion", "calificacion", "valoracion", "valutazione",
        "punteggio", "評価", "評点",
    ),
    "comments": (
        "comments", "comment", "kommentare", "kommentar", "commentaires", "commentaire", "comentarios", "comentario",
        "commenti", "commento", "コメント",
    ),
    "reply": (
        "your-response", "response", "ihre-antwort", "antwort", "votre-reponse", "reponse", "tu-respuesta",
        "su-respuesta", "respuesta", "la-tua-risposta", "risposta", "回答", "返信", "出品者の返信",
    ),
    "order_id": (
        "order-id", "amazon-order-id", "bestellnummer", "bestell-nr", "numero-de-commande", "n-de-commande",
        "numero-de-pedido", "n-o-de-pedido", "id-de-pedido", "numero-ordine", "numero-d-ordine", "id-ordine",
        "注文番号", "注文id",
    ),
    "alias": (
        "rater-email", "email", "e-mail", "e-mail-des-bewerters", "e-mail-de-l-evaluateur", "e-mail-del-evaluador",
        "correo-electronico", "e-mail-del-valutatore", "評価者のeメール", "eメール",
    ),
}  # fmt: skip
