"""The invented messages of the demo as an evaluation set: written by another hand than the training sentences.

They never train a model: they are what shows how far the classifier carries beyond our own phrases.
"""

from __future__ import annotations

from collections.abc import Iterator

from data.demo.phrases import LANGUAGES, phrasebook
from data.domain import Category
from models.examples import Example

SECOND_HAND = "second hand"
_SLOTS = {
    "brand": "Orvelume",
    "product": "Nova",
    "days": "14",
    "amount": "89,90 €",
    "date": "12.3.",
    "city": "Lyon",
    "times": "3",
    "order": "405-1234567-7654321",
    "name": "Ada",
}
_COMPLAINTS = (
    Category.REFUND_NOT_RECEIVED,
    Category.NOT_DELIVERED,
    Category.NO_REPLY,
    Category.WRONG_OR_DAMAGED,
    Category.CLAIM_OR_CHARGEBACK_THREAT,
    Category.SCAM_SUSPICION,
    Category.OTHER_COMPLAINT,
)
# what is said in each list beside the complaints: is its author frustrated, and which categories hold
_OTHERS: dict[tuple[str, str], tuple[int, tuple[Category, ...]]] = {
    ("other", "praise"): (0, (Category.PRAISE,)),
    ("other", "solved"): (0, (Category.PRAISE,)),
    ("other", "question"): (0, (Category.QUESTION,)),
    ("other", "sarcasm"): (1, ()),
    ("other", "hope"): (0, ()),
    ("other", "bystander"): (0, (Category.NOT_ABOUT_US,)),
    ("other", "namesake"): (0, (Category.NOT_ABOUT_US,)),
    ("other", "spam"): (0, (Category.NOT_ABOUT_US,)),
    ("tweet", "praise"): (0, (Category.PRAISE,)),
    ("tweet", "question"): (0, (Category.QUESTION,)),
    ("tweet", "hope"): (0, ()),
    ("feedback", "positive"): (0, (Category.PRAISE,)),
}


def second_hand() -> Iterator[Example]:
    """Every message template of the demo, its slots filled, with what its list says of it."""
    lists = [
        *[((section, c.value), (1, (c,))) for section in ("complaint", "tweet", "feedback") for c in _COMPLAINTS],
        *_OTHERS.items(),
    ]
    for language in LANGUAGES:
        book = phrasebook(language)
        for (section, key), (label, categories) in lists:
            for line in book.lines(section, key):
                yield Example(line.format_map(_SLOTS), label, language, SECOND_HAND, categories, kind=key)
