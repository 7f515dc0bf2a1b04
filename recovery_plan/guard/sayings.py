"""The rules as data, read once: words of five languages by class, and what may not be said, by category."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from data.errors import BadInput
from recovery_plan.guard.disguise import Disguises
from recovery_plan.guard.lexicon import Lexicon
from recovery_plan.guard.owner import MARKS, Owners
from recovery_plan.guard.pattern import BARRIERS, Pattern, compile_rule
from recovery_plan.guard.reading import Reader, Token

WORD_FILES = ("shared", "en", "fr", "de", "es", "it")
SAY_FILES = (
    "suspension",
    "related_account",
    "fault",
    "funds",
    "appeal",
    "contact",
    "pressure",
    "marketing",
    "warnings",
)
_Model = TypeVar("_Model", bound=BaseModel)
HIDDEN = ("hard", "soft", "closing", "account", "funds", "fault", "matter")  # words that people disguise


class Words(BaseModel):
    """A file of words: class -> words; ``common`` ranks classes that most texts have."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    classes: dict[str, list[str]]
    common: dict[str, int] = {}


class Group(BaseModel):
    """Rules of one category and language."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    code: str
    rule: str  # of the rule book
    language: Literal["all", "en", "fr", "de", "es", "it"]
    patterns: list[str]
    is_warning: bool = False


class Sayings(BaseModel):
    """A file of rules."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    says: list[Group]


@dataclass(frozen=True, slots=True)
class Saying:
    """One rule, ready to be looked for."""

    code: str
    rule: str
    language: str
    is_warning: bool
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that fits: the tokens from ``first`` to ``last`` inclusive."""

    saying: Saying
    first: int
    last: int


class Book:
    """All rules, found by the rarest word each needs: a text pays only for rules whose words it has."""

    def __init__(self, lexicon: Lexicon, sayings: Sequence[Saying]) -> None:
        self.reader = Reader(lexicon, Disguises(lexicon, HIDDEN))
        self.owners = Owners(lexicon)
        self.sayings = sayings
        self._stop = lexicon.sign("stop")
        self._by_sign: dict[str, list[Saying]] = {}
        for saying in sayings:
            for sign in saying.pattern.needs[0]:
                self._by_sign.setdefault(sign, []).append(saying)

    def find(self, tokens: Sequence[Token]) -> Iterator[Found]:
        """The rules that fit ``tokens``, each at its first place that nothing in the sentence excuses."""
        signs = " ".join(token.signs for token in tokens) + " "
        present = frozenset(signs)
        for saying in self._candidates(present):
            for match in saying.pattern.regexp.finditer(signs):
                first = signs.count(" ", 0, match.start())
                last = signs.count(" ", 0, match.end()) - 1
                if not self._excused(saying.pattern, tokens, first, last):
                    yield Found(saying, first, last)
                    break

    def _candidates(self, present: frozenset[str]) -> Iterable[Saying]:
        seen: dict[int, Saying] = {}
        for sign in present:
            for saying in self._by_sign.get(sign, ()):
                if id(saying) not in seen and not any(map(present.isdisjoint, saying.pattern.needs[1:])):
                    seen[id(saying)] = saying
        return seen.values()

    def _excused(self, pattern: Pattern, tokens: Sequence[Token], first: int, last: int) -> bool:
        if not pattern.cancels:
            return False
        while first > 0 and self._stop not in tokens[first].signs:
            first -= 1
        while last < len(tokens) - 1 and self._stop not in tokens[last].signs:
            last += 1
        return any(not pattern.cancels.isdisjoint(token.signs) for token in tokens[first : last + 1])


@cache
def load() -> Book:
    """The rules that ship with the product; raises BadInput when a file is wrong."""
    lexicon = Lexicon()
    ranks: dict[str, int] = {}
    for name in WORD_FILES:
        words = _read(Words, "words", name)
        for group, members in words.classes.items():
            lexicon.add(group, members)
        ranks |= words.common
    for name in (*BARRIERS, *MARKS):
        lexicon.sign(name)
    common = {lexicon.sign(name): rank for name, rank in ranks.items()}
    raw = [group for name in SAY_FILES for group in _read(Sayings, "says", name).says]
    return Book(lexicon, list(_sayings(raw, lexicon, common)))


def _sayings(groups: Iterable[Group], lexicon: Lexicon, common: Mapping[str, int]) -> Iterator[Saying]:
    for group in groups:
        for source in group.patterns:
            yield Saying(
                group.code, group.rule, group.language, group.is_warning, compile_rule(source, lexicon, common)
            )


def _read(kind: type[_Model], folder: str, name: str) -> _Model:
    where = f"{folder}/{name}.toml"
    try:
        raw = files("recovery_plan.guard").joinpath(folder, f"{name}.toml").read_text(encoding="utf-8")
        return kind.model_validate(tomllib.loads(raw))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{where}: not valid TOML: {str(error).splitlines()[0]}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadInput(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
