"""What a watch would have caught: counts by word, and warnings about words that catch too much or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.watch import fold, match
from data.domain import Source, Watch

BY_NATURE = frozenset({Source.TRUSTPILOT, Source.SELLER_FEEDBACK, Source.RETURN_COMMENT, Source.CLAIM})
"""Sources that are about us whatever their words are: no watch decides there."""

TOO_BROAD = 0.5  # share of all hits that one ambiguous name may bring
LEAST = 10  # hits from which a share says something
SHORT = 3  # letters: a sure name as short as this is likely to be a common word too


@dataclass(frozen=True, slots=True)
class Heard:
    """One stored mention, as the matcher sees it; ``watch`` is the one that caught it."""

    id: int
    source: Source
    words: str
    handle: str | None = None
    watch: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. ``reasons`` counts hits by kind and word; ``lost`` are ids it caught once and would not now."""

    watch: str
    looked_at: int
    caught: tuple[int, ...]
    own: int
    reasons: Mapping[str, int]
    lost: tuple[int, ...]
    warnings: tuple[str, ...]


def trial(watch: Watch, history: Iterable[Heard]) -> Trial:
    """Run the matcher over ``history``; what is about us by nature is left out."""
    reasons: Counter[str] = Counter()
    caught: list[int] = []
    lost: list[int] = []
    looked_at = own = 0
    for heard in history:
        if heard.source in BY_NATURE:
            continue
        looked_at += 1
        hit = match(watch, heard.words, heard.handle)
        if hit is not None:
            caught.append(heard.id)
            reasons[hit.reason] += 1
            own += hit.is_own
        elif heard.watch == watch.name:
            lost.append(heard.id)
    most = dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))
    return Trial(watch.name, looked_at, tuple(caught), own, most, tuple(lost), _warnings(watch, most, len(caught)))


def _warnings(watch: Watch, reasons: Mapping[str, int], hits: int) -> tuple[str, ...]:
    said = [
        f"'{name}' has at most {SHORT} letters: make it ambiguous, with context words"
        for name in watch.names
        if len(fold(name).replace(" ", "")) <= SHORT
    ]
    if watch.ambiguous and not watch.context:
        said.append("ambiguous names without a context word never catch anything: add words to context")
    by_name: Counter[str] = Counter()
    for reason, n in reasons.items():
        if reason.startswith("ambiguous:"):
            by_name[reason.removeprefix("ambiguous:").split("+")[0]] += n
    said += [
        f"'{name}' brings {n} of {hits} hits: too broad; add exclusions or narrow the context"
        for name, n in by_name.items()
        if hits >= LEAST and n > TOO_BROAD * hits
    ]
    return tuple(said)
