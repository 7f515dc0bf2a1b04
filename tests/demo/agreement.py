"""How far what the product found in the demo agrees with what the invented world knows to be so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from data import judged, labelling, plans
from data.demo.world import World
from data.domain import Band, Decision, Source, Verdict
from data.schema.intake import mention
from data.store import Tx

FILES = ("seller_feedback", "return_comment")  # their rows name the order themselves


def stored(tx: Tx) -> list[Any]:
    """Every mention row, tombstones included, oldest id first."""
    return list(tx.conn.execute(select(mention).order_by(mention.c.id)))


def frustration(tx: Tx, world: World, languages: tuple[str, ...] = ()) -> tuple[float, float]:
    """Precision and recall of the frustrated band; unsure counts as not said, people's words as the model's."""
    said = [r for r in stored(tx) if r.band is not None and r.gone_at is None]
    said = [r for r in said if not languages or world.truth[r.native_id].language in languages]
    flagged = [r for r in said if r.band == Band.FRUSTRATED]
    true = [r for r in said if world.truth[r.native_id].frustrated]
    right = [r for r in flagged if world.truth[r.native_id].frustrated]
    return len(right) / len(flagged), len(right) / len(true)


def main_category(tx: Tx, world: World) -> float:
    """Share of truly frustrated mentions whose main category is the world's."""
    said = [r for r in stored(tx) if r.band is not None and r.gone_at is None and world.truth[r.native_id].frustrated]
    right = [r for r in said if r.category == world.truth[r.native_id].category]
    return len(right) / len(said)


def automatic_links(tx: Tx, world: World) -> tuple[int, int]:
    """How many links nobody judged, of sources that do not name the order, and how many of them are right."""
    linked = [r for r in stored(tx) if r.link_decision == Decision.LINK and r.link_verdict is None]
    linked = [r for r in linked if r.source not in FILES]
    return len(linked), sum(world.truth[r.native_id].order_id == r.link_order for r in linked)


def at_risk(tx: Tx) -> list[frozenset[int]]:
    """The mentions and tickets (ids negated) of each customer who is listed as at risk."""
    return [frozenset((*c.mention_ids, *(-t for t in c.ticket_ids))) for c in plans.at_risk_customers(tx)]


def say_the_truth(tx: Tx, world: World) -> None:
    """People answer every mention and judge every link, as far as the terms of its source let them."""
    for row in stored(tx):
        if row.gone_at is not None or row.is_own:
            continue
        said = world.truth[row.native_id]
        if row.source not in labelling.NEVER:
            labelling.add(tx, row.id, frustrated=said.frustrated, categories=[said.category])
        if said.order_id and row.source != Source.X:
            judged.judge(tx, row.id, said.order_id, Verdict.CONFIRMED)
        elif row.link_order and row.link_order != said.order_id:
            judged.judge(tx, row.id, row.link_order, Verdict.REJECTED)
