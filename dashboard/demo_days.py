"""The days of the demo's story: what the invented seller's team, files and sources do, and when.

Everything goes through the functions that real data goes through. Only the clock is moved, so that what is stored
carries the time at which it would have been stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from collectors.run import import_files
from collectors.sources import Endpoints
from collectors.standin import amazon_files, content, trustpilot_pages
from collectors.standin.server import StandIn
from dashboard import wiring
from dashboard.demo_desk import Desk
from data import browse, judged, labelling, marks, people
from data.browse import Filter
from data.demo import known, story
from data.demo.catalogue import MARKETS
from data.demo.world import World
from data.domain import Actor, Band, Category, Mention, Role, Source, Verdict
from data.store import Tx
from data.workspace import Workspace, write_whole
from models import vigil
from recovery_plan import run as recovering
from recovery_plan.containment.mode import Step
from recovery_plan.exports import Format

DAY, SEED = "demo.day", "demo.seed"  # marks by which the same world is made again
SET_UP = -114
LAST_EVENING = story.SUSPENDED - 1  # the last files before the account is locked
ROUNDS = (*range(-113, LAST_EVENING - 1, 7), LAST_EVENING, -28, -21, -14, -7, 0)
ORDER_FILES = {-113: "utf-8", -85: "cp1252", -57: "utf-8-sig", LAST_EVENING: "utf-8"}  # encoding of each day's files
CASE_FILES = (LAST_EVENING, -21, -7, 0)  # returns, claims, feedback and tickets
PAGE = 20  # reviews on a page of Trustpilot
_WINDOW = timedelta(days=45)  # an order report reaches back so far

_PROTOCOL = (
    (-35, 8, 20, Step.FREEZE_SNAPSHOT, "p:salome", "Order files of yesterday evening are the last ones."),
    (-35, 8, 40, Step.TAG_TICKETS, "p:jonte", "All open marketplace tickets carry the tag."),
    (-35, 9, 30, Step.PAUSE_OUTGOING, "p:jonte", "Automatic messages and review requests are off."),
    (-35, 11, 0, Step.NAME_APPROVERS, "p:salome", "Refunds: finance. Wording: compliance."),
    (-34, 15, 0, Step.APPROVE_MACROS, "p:salome", "Holding replies approved in five languages."),
    (-33, 10, 0, Step.DECIDE_SHIPPING, "p:salome", "Orders already packed leave today; the rest wait."),
    (-31, 9, 0, Step.OPEN_REFUND_METHOD, "p:ruggero", "Refunds by hand from the balance, two signatures."),
    (-29, 17, 0, Step.ANSWER_CRITICAL, "p:jonte", "Claims and safety reports answered first."),
)
_JUDGED = ((-27, "p:ines", 12), (-20, "p:ines", 14), (-13, "p:ines", 20), (-6, "p:ines", 28), (-3, "p:jonte", 20))


class StoryClock:
    """A clock that stands where the story is; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def go(self, moment: datetime) -> None:
        """Move on to ``moment``."""
        if moment < self._now:
            raise ValueError("the story cannot go back in time")
        self._now = moment


def moment(today: date, day: int, hour: int = 4, minute: int = 0) -> datetime:
    """A moment of the story, aware UTC; rounds run at four in the morning."""
    return datetime.combine(today + timedelta(days=day), time(hour, minute), UTC)


def round_at(today: date, day: int) -> datetime:
    """When the round of ``day`` runs: late on the last evening, at the very start of today."""
    if day == LAST_EVENING:
        return moment(today, day, 23, 30)
    return moment(today, day, 0 if day == 0 else 4)


def put_online(server: StandIn, world: World, day: int) -> None:
    """Make the stand-in show Reddit and X as they were in the round of ``day``."""
    now, last = round_at(world.today, day), _last_round(world, day)
    reddit = known.posts(world, Source.REDDIT, last, now)
    server.posts[:] = [
        content.post_of(m, f.subreddit or "", parent=f.parent, is_deleted=f.is_deleted_later) for m, f in reddit
    ]
    x = known.posts(world, Source.X, last, now)
    server.tweets[:] = [content.tweet_of(m, f.versions) for m, f in x if not f.is_deleted_later]


def _last_round(world: World, day: int) -> datetime:
    earlier = [d for d in ROUNDS if d < day]
    return round_at(world.today, earlier[-1]) if earlier else moment(world.today, story.FIRST_DAY - 40)


@dataclass(frozen=True, slots=True)
class Days:
    """Plays the story into a workspace, day by day."""

    ws: Workspace
    world: World
    clock: StoryClock
    server: StandIn

    def chapters(self) -> list[tuple[datetime, Callable[[], None]]]:
        """When each thing happens and what does it, oldest first."""
        today = self.world.today
        told: list[tuple[datetime, Callable[[], None]]] = [
            (moment(today, SET_UP), self.set_up),
            (self.world.suspension.declared_at, self.declare),
            (moment(today, -7, 16), self.export),
            (moment(today, -3, 16), partial(self.correct, "p:jonte", 6)),
            (moment(today, -3, 17), partial(self.label, "p:ines", 80)),
            (moment(today, -2, 15), partial(self.label, "p:jonte", 80)),
        ]
        told += [(moment(today, day, 10), partial(self.judge, who, most)) for day, who, most in _JUDGED]
        told += [(round_at(today, day), partial(self.round, day)) for day in ROUNDS]
        for day, hour, minute, step, person, note in _PROTOCOL:
            told.append((moment(today, day, hour, minute), partial(self.close, step, person, note)))
        for day, hour, minute, happens in Desk(self.ws, self.person).chapters():
            told.append((moment(today, day, hour, minute), happens))
        return sorted(told, key=lambda chapter: chapter[0])

    def person(self, person_id: str) -> Actor:
        """One of the team as an actor."""
        return next(Actor(p.id, p.role) for p in self.world.people if p.id == person_id)

    def set_up(self) -> None:
        """The team is entered, and the workspace is marked as invented."""
        with self.ws.store.transaction(Actor.system("demo")) as tx:
            marks.keep(tx, marks.DEMO, "1")
            marks.keep(tx, DAY, self.world.today.isoformat())
            marks.keep(tx, SEED, str(self.world.seed))
            for person in self.world.people:
                people.add(tx, person)

    def round(self, day: int) -> None:
        """Files of the day come in, then everything that ``reinstate run`` does."""
        if day in ORDER_FILES:
            self._import_orders(day, ORDER_FILES[day])
        if day in CASE_FILES:
            self._import_cases(day)
        self._save_pages(day)
        put_online(self.server, self.world, day)
        wiring.daily_round(self.ws, Endpoints(reddit=self.server.url, x=self.server.url))

    def declare(self) -> None:
        """The account is suspended."""
        said = self.world.suspension
        recovering.declare_suspension(
            self.ws,
            self.person(said.owner),
            reason=said.reason,
            owner=said.owner,
            marketplace=said.marketplace,
            noticed_at=said.noticed_at,
        )

    def close(self, step: Step, person: str, note: str) -> None:
        """One step of the protocol is closed by who may close it."""
        recovering.close_step(self.ws, self.person(person), step.value, note)

    def export(self) -> None:
        """Last week's export: this week's is compared with it."""
        recovering.export_at_risk(self.ws, self.person("p:jonte"), Role.SUPPORT_LEAD, form=Format.XLSX)

    def judge(self, person: str, most: int) -> None:
        """Somebody works through the review queue, the top of it and a few doubtful ones.

        They know whose order it was: they asked, or looked at the ticket.
        """
        with self.ws.store.transaction(self.person(person)) as tx:
            waiting = judged.review_queue(tx, 1_000)
            chosen = waiting if len(waiting) <= most else [*waiting[: most - 4], *waiting[-4:]]
            links = judged.newest_links(tx, [row.id for row in chosen])
            for row in chosen:
                link = links[row.id]
                proposed = link.order_id or next((c.order_id for c in link.candidates), None)
                if proposed is not None:
                    is_theirs = self.world.truth[row.native_id].order_id == proposed
                    judged.judge(tx, row.id, proposed, Verdict.CONFIRMED if is_theirs else Verdict.REJECTED)

    def correct(self, person: str, most: int) -> None:
        """Somebody corrects the newest assessments that a reader sees to be wrong."""
        with self.ws.store.transaction(self.person(person)) as tx:
            for row in self._wrong(tx)[:most]:
                said = self.world.truth[row.native_id]
                category = said.category if said.frustrated else Category(row.category or said.category)
                labelling.add(tx, row.id, frustrated=said.frustrated, categories=[category])

    def label(self, person: str, most: int) -> None:
        """Somebody answers the mentions that are suggested for labels; they know what their authors meant."""
        with self.ws.store.transaction(self.person(person)) as tx:
            rows = browse.many(tx, tuple(s.mention for s in vigil.suggest(tx, most)))
            for row in rows:
                said = self.world.truth[row.native_id]
                topics = [said.category] if said.frustrated else []
                labelling.add(tx, row.id, frustrated=said.frustrated, categories=topics)

    def _wrong(self, tx: Tx) -> list[Any]:
        truth = self.world.truth
        rows = browse.page(tx, Filter(), sort="newest", size=400).rows
        return [
            r
            for r in rows
            if r.source not in labelling.NEVER
            and not r.is_own
            and r.band
            and (r.band == Band.FRUSTRATED) != truth[r.native_id].frustrated
        ]

    def _import_orders(self, day: int, encoding: str) -> None:
        now = round_at(self.world.today, day)
        seen = known.orders(self.world, moment(self.world.today, -200) if day == ROUNDS[0] else now - _WINDOW, now)
        fba = [o for o in seen if o.channel == "amazon"]
        own = [o for o in seen if o.channel == "merchant"]
        self._import(
            "orders", day, {
                "all-orders.txt": amazon_files.orders_tsv(seen, encoding=encoding),
                "order-report.txt": amazon_files.orders_tsv(own, encoding="cp1252", legacy=True),
            },
        )  # fmt: skip
        self._import("shipments", day, {"fba-shipments.txt": amazon_files.shipments_tsv(fba)})

    def _import_cases(self, day: int) -> None:
        world, now = self.world, round_at(self.world.today, day)
        back = known.returns(world, now)
        self._import("returns", day, {f"returns-{k}.txt": amazon_files.returns_tsv(back, kind=k)
                                      for k in ("merchant", "fba")})  # fmt: skip
        self._import("claims", day, {"claims.csv": amazon_files.claims_csv(known.claims(world, now))})
        said = {m.domain: known.feedback(world, m.country, now) for m in MARKETS}
        self._import("feedback", day, {f"feedback-{domain}.txt": amazon_files.feedback_tsv(held, marketplace=domain)
                                       for domain, held in said.items() if held})  # fmt: skip
        earlier = [d for d in CASE_FILES if d < day]
        since = round_at(world.today, earlier[-1]) if earlier else moment(world.today, story.FIRST_DAY - 1)
        found = known.tickets(world, since, now)
        self._import("tickets", day, {"zendesk.json": amazon_files.zendesk_json(found)})

    def _import(self, kind: str, day: int, files: dict[str, bytes]) -> None:
        """Write ``files`` into the inbox, where a newcomer can look at them, and import them."""
        stamp = self.world.today + timedelta(days=day)
        paths = [self.ws.folder / "inbox" / f"{stamp.isoformat()}-{name}" for name in files]
        for path, raw in zip(paths, files.values(), strict=True):
            write_whole(path, raw)
        import_files(self.ws, kind, paths, actor=self.person("p:jonte"), options=wiring.import_options())

    def _save_pages(self, day: int) -> None:
        """Somebody saves those pages of the profile that have changed since the round before."""
        brand, now = self.world.brand, round_at(self.world.today, day)
        held = known.reviews(self.world, now)
        before = {m.native_id: m for m in known.reviews(self.world, _last_round(self.world, day))}
        stamp = (self.world.today + timedelta(days=day)).isoformat()
        for number, part in enumerate(_pages(held), start=1):
            if any(before.get(m.native_id) != m for m in part):
                page = trustpilot_pages.render(brand.name, brand.domain, part, total=len(held), page=number)
                write_whole(self.ws.saved_pages / f"{stamp}-page-{number}.html", page)


def _pages(reviews: Sequence[Mention]) -> list[Sequence[Mention]]:
    return [reviews[start : start + PAGE] for start in range(0, len(reviews), PAGE)]
