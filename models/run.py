"""The shell of the models: assesses and links what is new in the store. All of it is safe to kill and to repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from data import customers, judged, link_people, linking, marks, order_index, plans, trail
from data.config import Policy
from data.domain import Actor, Decision, LinkDecision
from data.store import Store, Tx
from data.upsert import chunks
from data.workspace import Workspace
from models import at_risk
from models.assess import Assessor
from models.at_risk import Duties
from models.blocking import KEYS_VERSION, order_keys
from models.in_use import in_use
from models.link_in_use import LinkSetup, linking_setup
from models.linkage import OWN_REPORTS, link
from models.mention_facts import LinkMention
from models.postings import Posting, Postings, merge_postings, postings_of
from models.risk_weights import policy_of
from models.stated_dates import day_number
from models.store_index import StoreIndex, read_facts
from models.text import AssessInput
from models.vigil import watch_drift

ACTOR = Actor.system("models")
BATCH = 500
LINK_BASIS = "link.basis"  # what the newest finished link run rested on: weights, thresholds and keys
LINK_NEWS = "link.news"  # up to which imports and people's words it has looked
Report = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """What a link run decided, and how many decisions were new (``changed``)."""

    linked: int = 0
    review: int = 0
    none: int = 0
    not_ours: int = 0
    changed: int = 0

    def __add__(self, other: LinkCounts) -> LinkCounts:
        return LinkCounts(*(a + b for a, b in zip(_values(self), _values(other), strict=True)))


def _values(counts: LinkCounts) -> tuple[int, ...]:
    return counts.linked, counts.review, counts.none, counts.not_ours, counts.changed


def assess_new(store: Store, report: Report | None = None) -> int:
    """Assess every mention that the present model has not assessed as it reads now; returns how many.

    A batch is read, assessed and kept in its own transaction; what changes in between is left for the next run.
    """
    with store.reading() as tx:
        model = in_use(tx)
    assessor = model.assessor
    with _recorded(store, "assess") as counts:
        with store.reading() as tx:
            total = judged.count_to_assess(tx, assessor.version)
        counts["assessed"] = 0
        while batch := _assess_batch(store, assessor):
            counts["assessed"] += batch
            _tell(report, counts["assessed"], total, "assess")
        if counts["assessed"]:
            with store.transaction(ACTOR) as tx:
                tx.audit("assess.done", f"model:{assessor.version}", {"assessed": counts["assessed"]})
            watch_drift(store, ACTOR, model)
    return counts["assessed"]


def _assess_batch(store: Store, assessor: Assessor) -> int:
    with store.reading() as tx:
        rows = judged.to_assess(tx, assessor.version, BATCH)
    if not rows:
        return 0
    made = assessor.assess([AssessInput(r.text, r.title, r.rating, r.source, r.declared_language) for r in rows])
    with store.transaction(ACTOR) as tx:
        same = linking.unchanged(tx, {row.id: row.revision for row in rows})
        judged.add_assessments(tx, [(r.id, r.revision, a) for r, a in zip(rows, made, strict=True) if r.id in same])
    return len(same)


def issue_of(text: str) -> str | None:
    """The main category of a ticket's text, None when there is no text."""
    if not text.strip():
        return None
    return Assessor.shipped().assess([AssessInput(text)])[0].categories[0][0].value


def index_orders(store: Store, report: Report | None = None) -> int:
    """Make the blocking keys of new and changed orders; returns how many there were.

    Other orders of the same buyers get theirs anew with them: a name on one order speaks for all of them.
    """
    with _recorded(store, "index") as counts:
        with store.reading() as tx:
            total = order_index.count_to_index(tx, KEYS_VERSION)
        counts["indexed"] = 0
        while batch := _index_batch(store):
            counts["indexed"] += batch
            _tell(report, min(counts["indexed"], total), total, "index orders")
        if counts["indexed"]:
            with store.transaction(ACTOR) as tx:
                order_index.recount_common(tx)
    return counts["indexed"]


def _index_batch(store: Store) -> int:
    with store.transaction(ACTOR) as tx:
        rows = order_index.to_index(tx, KEYS_VERSION, BATCH)
        theirs = list(dict.fromkeys(row for group in order_index.same_buyer(tx, rows).values() for row in group))
        facts = read_facts(tx, theirs)
        order_index.set_keys(tx, KEYS_VERSION, {row: (f.day, order_keys(f)) for row, f in facts.items()})
        linking.remember_days(tx, [f.day for f in facts.values()])
    return len(rows)


def forget_names(store: Store, before: datetime) -> int:
    """Erase the names of orders delivered (or else bought) before a time; keyed hashes stay, by which they are linked
    almost as well. Returns how many orders lost their names."""
    index_orders(store)
    total = 0
    while True:
        with store.transaction(ACTOR) as tx:
            gone = order_index.purge_names(tx, KEYS_VERSION, before, BATCH)
            if gone:
                tx.audit("names.forgotten", "", {"orders": gone})
        total += gone
        if gone < BATCH:
            return total


def link_new(
    store: Store, policy: Policy | None = None, *, again: bool = False, report: Report | None = None
) -> LinkCounts:
    """Index new orders, then link the mentions that were never linked.

    With new weights or thresholds, after an import of tickets, or with ``again``, all mentions are linked anew whose
    order no person has confirmed; after an import of orders, those that may be about one of them; after a person's
    word on an account or an order, those that it concerns. Judgements stay, and a rejected order is not proposed to
    its mention again.
    """
    index_orders(store, report)
    with _recorded(store, "link") as counts:
        total = LinkCounts()
        with store.reading() as tx:
            setup = linking_setup(tx, policy)
            news = linking.news(tx, marks.read(tx, LINK_NEWS))
            again = again or news.everything or marks.read(tx, LINK_BASIS) != setup.basis
            for batch in _decided(tx, setup, news, again=again, report=report):
                total += _keep(store, batch)
        counts |= asdict(total)
        with store.transaction(ACTOR) as tx:
            marks.keep(tx, LINK_BASIS, setup.basis)
            marks.keep(tx, LINK_NEWS, news.seen)
            linking.forget_days(tx, news)
            if total.changed:
                tx.audit("link.done", f"weights:{setup.weights.version}", asdict(total))
    return total


Decided = list[tuple[Any, LinkDecision]]


def _decided(tx: Tx, setup: LinkSetup, news: linking.News, *, again: bool, report: Report | None) -> Iterator[Decided]:
    """Batches of (mention row, decision): two passes, so that who posted an id first is known before any is linked."""
    held = _held_postings(tx)
    told = postings_of(
        LinkMention.from_row(row)
        for rows in _batches(tx, again=again)
        for row in rows
        if row.source not in OWN_REPORTS  # the buyer who returned an order and then posts its id borrows it from nobody
    )
    postings = merge_postings(held, told)
    index = StoreIndex(tx)
    done, total = 0, linking.count_to_link(tx, again=again)
    for rows in _batches(tx, again=again):
        yield _decide(tx, rows, index, postings, setup)
        done += len(rows)
        _tell(report, done, total, "link")
    if not again:  # an older mention with the same id may now turn out to be the one that borrowed it
        rivals = {int(p.mention_id) for order_id in told for p in held.get(order_id, ())}
        for part in chunks(sorted(rivals | set(linking.concerned(tx, news)))):
            if rows := linking.rows_to_link(tx, part):
                yield _decide(tx, rows, index, postings, setup)


def _batches(tx: Tx, *, again: bool) -> Iterator[Sequence[Any]]:
    last = 0
    while rows := linking.to_link(tx, last, BATCH, again=again):
        yield rows
        last = rows[-1].id


def _held_postings(tx: Tx) -> Postings:
    found: dict[str, tuple[Posting, ...]] = {}
    for p in linking.posted_ids(tx):
        posting = Posting(str(p.mention), day_number(p.published_at.date()), p.author_name, p.author_handle)
        found[p.order_id] = (*found.get(p.order_id, ()), posting)
    return found


def _decide(tx: Tx, rows: Sequence[Any], index: StoreIndex, postings: Postings, setup: LinkSetup) -> Decided:
    said = linking.rejected(tx, [row.id for row in rows])
    known = link_people.known_orders(tx, sorted({row.author for row in rows if row.author is not None}))
    return [
        (
            row,
            link(
                LinkMention.from_row(row),
                index,
                setup.weights,
                setup.policy,
                postings,
                tx.vault.veil,
                said.get(row.id, frozenset()) | setup.never_orders,
                known.get(row.author, ()),
                may_link=row.author not in setup.never_authors,
            ),
        )
        for row in rows
    ]


def _keep(store: Store, batch: Decided) -> LinkCounts:
    with store.transaction(ACTOR) as tx:
        same = linking.unchanged(tx, {row.id: row.revision for row, _ in batch})
        kept = [(row.id, decision) for row, decision in batch if row.id in same]
        changed = judged.add_links(tx, kept)
    n = {decision: sum(d.decision is decision for _, d in kept) for decision in Decision}
    return LinkCounts(n[Decision.LINK], n[Decision.REVIEW], n[Decision.NONE], n[Decision.NOT_OUR_ORDER], changed)


def score_customers(ws: Workspace, obligations: Duties, report: Report | None = None) -> int:
    """Keep who is at risk now, in place of the answer before; returns how many.

    ``obligations`` tells what we owe a customer: the rules behind it are recovery_plan's.
    """
    with _recorded(ws.store, "score") as counts:
        with ws.store.reading() as tx:
            cases, now = customers.gather(tx), tx.now
        found = at_risk.customers(cases, obligations, ws.settings.policy.at_risk_from, now, policy_of(ws.folder))
        with ws.store.transaction(ACTOR) as tx:
            plans.replace_at_risk(tx, found)
        counts |= {"customers": len(cases), "at_risk": len(found)}
        _tell(report, len(cases), len(cases), "score")
    return len(found)


def _tell(report: Report | None, done: int, total: int, label: str) -> None:
    if report is not None:
        report(done, total, label)


@contextmanager
def _recorded(store: Store, kind: str) -> Iterator[dict[str, int]]:
    """Record a run with the counts that the block leaves in the mapping; one that raises has failed."""
    with store.transaction(ACTOR) as tx:
        run = trail.begin_run(tx, kind)
    counts: dict[str, int] = {}
    outcome = "failed"
    try:
        yield counts
        outcome = "done"
    finally:
        with store.transaction(ACTOR) as tx:
            trail.end_run(tx, run, outcome, counts)
