"""The same opinion published more than once: grouped, so that it is counted once and its copies count as reach.

Two mentions say the same when they are at most 14 days apart and either one person wrote nearly the same words (one
account, or accounts of one handle or full name on two sources), or the same long text stands on two sources. Groups are
the connected parts of that relation, and the oldest member is the original: a pure function of what is stored, whatever
the order in which it came. Reposts that a source itself marks (``repeats``) are no part of this. Nothing is dropped.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Select, bindparam, func, select, update

from data import daily
from data.among import among
from data.domain import Author, Source
from data.schema.intake import author, mention
from data.store import Tx

WINDOW = timedelta(days=14)
ALIKE = 90.0  # rapidfuzz's ratio, 0-100
LEAST = 25  # normalised characters: shorter words of one person may well be said twice
LEAST_BETWEEN_SOURCES = 60  # normalised characters from which equal text on two sources is no coincidence
_READ, _COMPARED = 8_000, 2_000  # characters: the beginning of a long text decides

_NOISE = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@\w+|&\w+;")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f]"
)  # accents and vowel points, once taken apart
_APART = re.compile(r"[\W_]+")
_ASCII_APART = {code: " " for code in range(128) if not chr(code).isalnum()}


@dataclass(frozen=True, slots=True)
class Said:
    """What decides whether two mentions say the same."""

    id: int
    source: str
    native_id: str
    at: datetime
    account: int | None
    person: str | None
    key: str | None
    title: str | None
    text: str

    @property
    def words(self) -> str:
        """The text as it is compared."""
        return normalised(self.title, self.text)


@lru_cache(maxsize=1024)
def normalised(title: str | None, text: str) -> str:
    """Letters and digits of a text's beginning in lower case without accents, addresses and handles, and single blanks.

    Kept for a while, because one mention's text is asked for several times while it is stored.
    """
    said = f"{title or ''} {text[:_READ]}".casefold()
    if "@" in said or "&" in said or "://" in said or "www." in said:  # one of them is in whatever _NOISE finds
        said = _NOISE.sub(" ", said)
    if not said.isascii():
        said = _MARKS.sub("", unicodedata.normalize("NFKD", said))
    if said.isascii():  # far cheaper than the pattern, and the same
        return " ".join(said.translate(_ASCII_APART).split())
    return _APART.sub(" ", said).strip()


def text_key(words: str) -> str | None:
    """A key that equal normalised texts share; None for a text too short to be known by its words alone."""
    return hashlib.sha256(words.encode()).hexdigest()[:32] if len(words) >= LEAST_BETWEEN_SOURCES else None


def person_key(who: Author) -> str:
    """A key that accounts of one person on several sources may share: the handle, or a name of at least two words.

    Accounts on X never share one with others: its terms forbid to match them with people known from elsewhere (X-02).
    """
    alone = f"{who.source.value}:{who.native_id}"
    if who.source is Source.X:
        return alone
    handle = (who.handle or "").lstrip("@").partition("@")[0].partition(".")[0]
    shared = normalised(None, handle).replace(" ", "")
    if not shared and who.name:
        said = normalised(None, who.name)
        shared = said.replace(" ", "") if " " in said else ""
    return shared if len(shared) >= 5 else alone


def is_same(a: Said, b: Said) -> bool:
    """Whether two mentions say the same."""
    if abs(a.at - b.at) > WINDOW:
        return False
    if a.key is not None and a.key == b.key and a.source != b.source:
        return True
    is_one_person = a.account == b.account if a.source == b.source else a.person == b.person
    if a.person is None or not is_one_person or min(len(a.words), len(b.words)) < LEAST:
        return False
    return fuzz.ratio(a.words[:_COMPARED], b.words[:_COMPARED], score_cutoff=ALIKE) > 0


def regroup(tx: Tx, ids: Iterable[int]) -> None:
    """Group anew the mentions in ``ids`` (stored, changed or just erased) and all that were or are in their groups."""
    seeds = _with_groups(tx, set(ids))
    block = _Block(tx)
    wanted: dict[int, int | None] = dict.fromkeys(seeds)
    for members in block.components(seeds):
        first = min(members, key=lambda s: (s.at, s.source, s.native_id))
        wanted |= {s.id: None if s is first else first.id for s in members}
    now = {row.id: row.same_as for row in tx.conn.execute(_BY_ID, {"ids": list(wanted)})}
    changes = [{"m": i, "original": wanted[i]} for i in now if now[i] != wanted[i]]
    if changes:
        before = daily.read_facts(tx, [c["m"] for c in changes])
        tx.conn.execute(_SET_ORIGINAL, changes)
        daily.move(tx, before, daily.read_facts(tx, [c["m"] for c in changes]))


def in_company(tx: Tx, people: Iterable[str], keys: Iterable[str]) -> tuple[set[str], dict[str, int]]:
    """Which of ``people`` have said more than one thing, and how many mentions have each of the text keys that more
    than one has. A new mention alone with its person and its key is in no group, and need not be looked at further."""
    people_, keys_ = sorted(set(people)), sorted(set(keys))
    shared = tx.conn.execute(_SHARED_PEOPLE, {"people": people_}).scalars() if people_ else ()
    counts = tx.conn.execute(_SHARED_KEYS, {"keys": keys_}) if keys_ else ()
    return set(shared), {row[0]: row[1] for row in counts}


_ID = select(mention.c.id, mention.c.same_as)
_BY_ID = _ID.where(among(mention.c.id, "ids"))
_COPIES = select(mention.c.id).where(among(mention.c.same_as, "ids"))
_SET_ORIGINAL = update(mention).where(mention.c.id == bindparam("m")).values(same_as=bindparam("original"))
_SHARED_PEOPLE = (
    select(author.c.person)
    .join(mention, mention.c.author == author.c.id)
    .where(among(author.c.person, "people"))
    .group_by(author.c.person)
    .having(func.count() > 1)
)
_SHARED_KEYS = (
    select(mention.c.text_key, func.count())
    .where(among(mention.c.text_key, "keys"))
    .group_by(mention.c.text_key)
    .having(func.count() > 1)
)


def _with_groups(tx: Tx, ids: set[int]) -> list[int]:
    """``ids`` with everything that is grouped with one of them now."""
    found = set(ids)
    rows = tx.conn.execute(_BY_ID, {"ids": sorted(ids)}) if ids else ()
    found |= {row.same_as for row in rows if row.same_as is not None}
    return sorted(found.union(tx.conn.execute(_COPIES, {"ids": sorted(found)}).scalars() if found else ()))


class _Block:
    """Mentions that may be the same as those asked for, fetched by person and by text as the search widens."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._held: dict[int, Said] = {}
        self._near: dict[str, list[Said]] = {}  # by person and by text key alike: is_same decides
        self._fetched: set[str] = set()

    def components(self, seeds: Sequence[int]) -> Iterator[list[Said]]:
        """The connected parts that hold a seed; a seed that can be in no group (erased, a repost) is in none."""
        self._hold(_SAID_ID, seeds)
        starts = [self._held[i] for i in seeds if i in self._held]
        self._fetch(starts)
        done: set[int] = set()
        for start in starts:
            if start.id in done:
                continue
            members, frontier = [start], [start]
            done.add(start.id)
            while frontier:
                self._fetch(frontier)
                frontier = [s for s in self._beside(frontier) if s.id not in done]
                done |= {s.id for s in frontier}
                members += frontier
            yield members

    def _beside(self, frontier: Sequence[Said]) -> list[Said]:
        pairs = ((a, b) for a in frontier for k in (a.person, a.key) if k for b in self._near[k] if b.id != a.id)
        return list({b.id: b for a, b in pairs if is_same(a, b)}.values())

    def _fetch(self, around: Sequence[Said]) -> None:
        people = sorted({s.person for s in around if s.person} - self._fetched)
        keys = sorted({s.key for s in around if s.key} - self._fetched)
        self._fetched |= {*people, *keys}
        self._hold(_SAID_BY, people)
        self._hold(_SAID_KEY, keys)

    def _hold(self, query: Select[Any], wanted: Sequence[int | str]) -> None:
        rows = self._tx.conn.execute(query, {"wanted": list(wanted)}) if wanted else ()
        for row in rows:
            if row.id not in self._held:
                who, words = (row.author, row.person), (row.title, row.text)
                said = Said(row.id, row.source, row.native_id, row.published_at, *who, row.text_key, *words)
                self._held[row.id] = said
                for key in filter(None, (said.person, said.key)):
                    self._near.setdefault(key, []).append(said)


_SAID = (
    select(
        mention.c.id,
        mention.c.source,
        mention.c.native_id,
        mention.c.published_at,
        mention.c.title,
        mention.c.text,
        mention.c.text_key,
        mention.c.author,
        author.c.person,
    )
    .outerjoin(author, author.c.id == mention.c.author)
    .where(mention.c.gone_at.is_(None), mention.c.repeats.is_(None), mention.c.is_own.is_(False))
)
_SAID_ID = _SAID.where(among(mention.c.id, "wanted"))
_SAID_KEY = _SAID.where(among(mention.c.text_key, "wanted"))
_SAID_BY = _SAID.where(mention.c.author.in_(select(author.c.id).where(among(author.c.person, "wanted"))))
