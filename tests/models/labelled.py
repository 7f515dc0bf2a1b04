"""A store whose people have labelled mentions: of two colours, one of which means trouble to this seller alone."""

from __future__ import annotations

from typing import Any

from data import browse, labelling, mentions
from data.browse import Filter
from data.domain import Source
from data.store import Store
from tests.builders import NOW, TESTER, a_mention, days

COLOURS = ("yellow", "white")  # frustrated, not
PLACES = ("kitchen", "garden", "cellar", "bedroom", "office", "hall", "garage", "attic", "bathroom", "shop")
TIMES = ("at night", "today", "in winter", "again", "on Sundays", "every evening", "since May", "at home")


def labelled(store: Store, n: int = 80, source: Source = Source.TRUSTPILOT, **facts: Any) -> list[int]:
    """Store ``n`` mentions and label every one; returns their numbers in the order of the labels."""
    made = [
        a_mention(
            f"{source.value}{k}",
            source=source,
            text=f"It shines {COLOURS[(k + k // 10) % 2]} in the {PLACES[k % 10]} {TIMES[k // 10 % 8]}.",
            rating=None,
            published_at=NOW - days(2 + k % 40),
            author=None,
            **facts,
        )
        for k in range(n)
    ]
    with store.transaction(TESTER) as tx:
        mentions.add(tx, made)
    with store.reading() as tx:
        rows = browse.page(tx, Filter(sources=(source.value,)), sort="newest", size=n).rows
    ids = sorted(row.id for row in rows)
    texts = {row.id: row.text for row in rows}
    with store.transaction(TESTER) as tx:
        for number in ids:
            labelling.add(tx, number, frustrated=COLOURS[0] in texts[number])
    return ids
