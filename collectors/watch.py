"""Watches: the query sent to a server only fetches; the local matcher decides, on whole words, and says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from data.domain import Watch

QUERY_LIMIT = 512  # characters; Reddit's and X's search alike
_PART = 110  # characters of each other part of a query: names, exclusions and languages leave room for any context word
_OR = " OR "


@dataclass(frozen=True, slots=True)
class Hit:
    """Why a text was caught: the kind of word and the watch's own spelling of it."""

    watch: str
    reason: str
    is_own: bool = False


def fold(text: str) -> str:
    """Lower case, without accents and marks: ``Café`` and ``CAFE`` alike."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


class _Words:
    """Finds the first of some words in a folded text, as whole words, and says which it was."""

    def __init__(self, words: Sequence[str]) -> None:
        self._named = {said: w for w in reversed(words) if (said := " ".join(fold(w).split()))}
        spelled = sorted((r"\s+".join(map(re.escape, said.split())) for said in self._named), key=len, reverse=True)
        # plain alternation between fixed words: linear in the text whatever the words are
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)") if spelled else None

    def found(self, folded: str) -> str | None:
        """The watch's own spelling of the word; None when none is there."""
        hit = self._pattern.search(folded) if self._pattern else None
        return self._named[" ".join(hit.group().split())] if hit else None


class _Compiled:
    """A watch, ready to be matched with many texts."""

    def __init__(self, watch: Watch) -> None:
        self.own = {o.casefold().lstrip("@") for o in watch.own_accounts}
        kinds = {
            "name": watch.names,
            "misspelling": watch.misspellings,
            "handle": [f"@{h.lstrip('@')}" for h in watch.handles],
            "id": watch.ids,
            "domain": watch.domains,
        }
        self.sure = tuple((kind, _Words(words)) for kind, words in kinds.items() if words)
        self.ambiguous, self.exclusions = _Words(watch.ambiguous), _Words(watch.exclusions)
        self.context = _Words(watch.context)


@lru_cache(maxsize=64)
def _compiled(watch: Watch) -> _Compiled:
    return _Compiled(watch)


def match(watch: Watch, text: str, handle: str | None = None) -> Hit | None:
    """Whether ``text`` (title and body together) by ``handle`` is about the watch's brand; None when it is not."""
    folded = fold(text)
    ready = _compiled(watch)
    own = handle is not None and handle.casefold().lstrip("@") in ready.own
    for kind, words in ready.sure:
        if word := words.found(folded):
            return Hit(watch.name, f"{kind}:{word}", own)
    word = ready.ambiguous.found(folded)
    if word and not ready.exclusions.found(folded) and (beside := ready.context.found(folded)):
        return Hit(watch.name, f"ambiguous:{word}+{beside}", own)
    return Hit(watch.name, "own account", True) if own else None


def reddit_queries(watch: Watch) -> tuple[str, ...]:
    """Search queries for posts, each within the limit: the sure spellings, then the ambiguous ones beside context."""
    sure = [_quoted(w) for w in (*watch.names, *watch.misspellings, *watch.domains, *watch.ids)]
    return tuple(_joined(sure, "", "")) + tuple(_beside_context(watch, " AND ", " NOT ", ""))


def x_queries(watch: Watch) -> tuple[str, ...]:
    """Recent-search queries, each within the limit.

    AND binds before OR, so the alternatives stand in brackets; retweets are left out (they cost and say nothing new);
    the languages narrow only when there are some. Exclusions go with ambiguous names only, each word by itself: a group
    cannot be negated, and an exclusion alone would be invalid.
    """
    sure = [_quoted(w) for w in (*watch.names, *watch.misspellings, *watch.domains, *watch.ids)]
    sure += [f"@{h.lstrip('@')}" for h in watch.handles]
    languages = " (" + " OR ".join(f"lang:{code}" for code in watch.languages) + ")" if watch.languages else ""
    end = (languages if len(languages) <= _PART else "") + " -is:retweet"
    return tuple(_joined(sure, "(", ")" + end)) + tuple(_beside_context(watch, " ", " -", end))


def search_words(watch: Watch) -> tuple[str, ...]:
    """What to ask a search that takes one word or phrase at a time: sure spellings only, each once."""
    handles = (f"@{h.lstrip('@')}" for h in watch.handles)
    said = (*watch.names, *watch.misspellings, *watch.domains, *watch.ids, *handles)
    return tuple({fold(word): word.strip() for word in said if word.strip()}.values())


def _quoted(word: str) -> str:
    return '"' + word.replace('"', " ").strip() + '"'


def _joined(words: Sequence[str], start: str, end: str, limit: int = QUERY_LIMIT) -> Iterator[str]:
    """Alternatives between ``start`` and ``end``, as many queries as the limit asks for."""
    held: list[str] = []
    for word in words:
        if held and len(start + _OR.join([*held, word]) + end) > limit:
            yield start + _OR.join(held) + end
            held = []
        held.append(word)
    if held:
        yield start + _OR.join(held) + end


def _beside_context(watch: Watch, both: str, without: str, end: str) -> Iterator[str]:
    """Ambiguous names together with a context word and without the exclusions, as far as these fit."""
    excluded = ""
    for word in watch.exclusions:
        if len(excluded + without + _quoted(word)) <= _PART:
            excluded += without + _quoted(word)
    if not watch.context:
        return
    for names in _joined([_quoted(w) for w in watch.ambiguous], "(", ")", _PART):
        yield from _joined([_quoted(w) for w in watch.context], f"{names}{both}(", f"){excluded}{end}")
