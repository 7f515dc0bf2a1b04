"""Watches: the query sent to a server only fetches; the local matcher decides, on whole words, and says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from data.domain import Watch

QUERY_LIMIT = 512  # characters; Reddit's and X's search alike


@dataclass(frozen=True, slots=True)
class Hit:
    """Why a text was caught: the kind of word and the watch's own spelling of it."""

    watch: str
    reason: str
    is_own: bool = False


def fold(text: str) -> str:
    """Lower case, without accents and marks: ``Café`` and ``CAFE`` alike."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    spelled = sorted({r"\s+".join(map(re.escape, fold(w).split())) for w in words if w.strip()}, key=len, reverse=True)
    # plain alternation between fixed words: linear in the text whatever the words are
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)") if spelled else None


def _found(words: tuple[str, ...], folded: str) -> str | None:
    pattern = _pattern(words)
    hit = pattern.search(folded) if pattern else None
    if hit is None:
        return None
    said = " ".join(hit.group().split())
    return next(w for w in words if " ".join(fold(w).split()) == said)


def match(watch: Watch, text: str, handle: str | None = None) -> Hit | None:
    """Whether ``text`` (title and body together) by ``handle`` is about the watch's brand; None when it is not."""
    folded = fold(text)
    own = handle is not None and handle.casefold().lstrip("@") in {o.casefold().lstrip("@") for o in watch.own_accounts}
    sure: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("name", watch.names),
        ("misspelling", watch.misspellings),
        ("handle", tuple(f"@{h.lstrip('@')}" for h in watch.handles)),
        ("id", watch.ids),
        ("domain", watch.domains),
    )
    for kind, words in sure:
        if word := _found(words, folded):
            return Hit(watch.name, f"{kind}:{word}", own)
    word = _found(watch.ambiguous, folded)
    if word and not _found(watch.exclusions, folded) and (beside := _found(watch.context, folded)):
        return Hit(watch.name, f"ambiguous:{word}+{beside}", own)
    return Hit(watch.name, "own account", True) if own else None


def reddit_queries(watch: Watch) -> tuple[str, ...]:
    """Search queries for posts, each within the limit."""
    sure = [_quoted(w) for w in (*watch.names, *watch.misspellings, *watch.domains, *watch.ids)]
    return tuple(_joined(sure, " OR ", "", ""))


def x_queries(watch: Watch) -> tuple[str, ...]:
    """Recent-search queries, each within the limit.

    AND binds before OR, so the alternatives stand in brackets; retweets are left out (they cost and say nothing new);
    the languages narrow only when there are some. An exclusion alone would be invalid and is never sent.
    """
    sure = [_quoted(w) for w in (*watch.names, *watch.misspellings, *watch.domains)]
    sure += [f"@{h.lstrip('@')}" for h in watch.handles]
    languages = " (" + " OR ".join(f"lang:{code}" for code in watch.languages) + ")" if watch.languages else ""
    return tuple(_joined(sure, " OR ", "(", f"){languages} -is:retweet"))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', " ").strip() + '"'


def _joined(words: Sequence[str], glue: str, start: str, end: str) -> Iterable[str]:
    held: list[str] = []
    for word in words:
        if held and len(start + glue.join([*held, word]) + end) > QUERY_LIMIT:
            yield start + glue.join(held) + end
            held = []
        held.append(word)
    if held:
        yield start + glue.join(held) + end
