"""Whose thing it is: the same word is a disclosure about our account and an ordinary fact about a parcel.

Every account, shop and state word of a text is given an owner by its nearest neighbours in the clause. Marks that
are added: ``ours`` / ``theirs`` / ``free`` (an account or shop with no owner named), ``ourlisting``, ``ourfunds``,
``sellers`` (a seller account, whoever's) and ``blocked`` (a state that is ours).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from recovery_plan.guard.lexicon import Lexicon
from recovery_plan.guard.reading import Token

MARKS = ("ours", "theirs", "free", "ourlisting", "ourfunds", "blocked", "sellers")
_CLASSES = (
    *("we", "usobj", "own", "weare", "be", "have", "aux3", "your", "conj", "goods", "carrier", "stop", "comma", "feel"),
    *("account", "shop", "listing", "seller", "funds", "hard", "soft", "closing", "hours", "platform", "not"),
)
_LEFT = 12  # words that are looked at before a state
_RIGHT = 5  # and after it
_MOST_STATES = 60  # nobody writes more in one message: such a text is not weighed word by word
_SELLERS = frozenset(("seller", "selling", "vendeur", "vendedor", "venditore", "merchant", "verkaufer"))
_SENTENCE = 40  # words each way: a sentence without an end must not cost more
_FRENCH = frozenset(
    (
        "nous",
        "vous",
        "est",
        "le",
        "les",
        "des",
        "du",
        "une",
        "pas",
        "que",
        "pour",
        "dans",
        "avec",
        "sur",
        "votre",
        "notre",
        "ne",
        "qui",
        "au",
        "aux",
        "et",
        "a",
    )
)


class Owners:
    """Marks the owners in a reading."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._of: Mapping[str, str] = {name: lexicon.sign(name) for name in (*_CLASSES, *MARKS)}
        self._things = frozenset(self._of[n] for n in ("account", "shop", "listing", "funds"))
        self._states = frozenset(self._of[n] for n in ("hard", "soft", "closing"))

    def mark(self, tokens: Sequence[Token]) -> None:
        """Add the marks to ``tokens``."""
        self._mark_on(tokens)
        for place, token in enumerate(tokens):
            if not self._things.isdisjoint(token.signs):
                self._mark_thing(tokens, place)
        states = [place for place, token in enumerate(tokens) if not self._states.isdisjoint(token.signs)]
        for place in states:
            if len(states) > _MOST_STATES or self._is_ours(tokens, place):
                tokens[place].signs += self._of["blocked"]

    def _is(self, token: Token, *names: str) -> bool:
        return any(self._of[name] in token.signs for name in names)

    def _mark_on(self, tokens: Sequence[Token]) -> None:
        """French says ``on`` for we; the same word is a preposition in English."""
        if not any(t.text == "on" for t in tokens):
            return
        french = sum(t.text in _FRENCH for t in tokens)
        english = sum(
            t.text in {"the", "is", "your", "you", "and", "of", "to", "our", "for", "at", "it"} for t in tokens
        )
        if french < english:
            return
        for token, after in pairwise(tokens):
            if token.text == "on" and not self._is(after, "stop"):
                token.signs += self._of["we"]

    def _mark_thing(self, tokens: Sequence[Token], place: int) -> None:
        token = tokens[place]
        near = self._named_owner(tokens, place)
        if self._is(token, "listing") and near == "own":
            token.signs += self._of["ourlisting"]
        if self._is(token, "funds") and near == "own":
            token.signs += self._of["ourfunds"]
        if not self._is(token, "account", "shop"):
            return
        beside = [t for t in tokens[max(0, place - 2) : place + 4] if t is not token]
        if any(t.text in _SELLERS for t in beside[:4]):
            token.signs += self._of["sellers"] + self._of["ours"]
        elif near == "own":
            token.signs += self._of["ours"]
        elif near == "other":
            token.signs += self._of["theirs"]
        else:
            token.signs += self._of["free"]

    def _named_owner(self, tokens: Sequence[Token], place: int) -> str:
        for back in range(1, 4):
            token = tokens[place - back]
            if self._is(token, "stop", "comma"):
                break
            if self._is(token, "own"):
                return "own"
            if self._is(token, "your", "carrier"):
                return "other"
            if back > 1 and self._is(token, "goods", "conj"):
                break
        for token in tokens[place + 1 : place + 4]:
            if self._is(token, "stop", "comma"):
                break
            if self._is(token, "carrier"):
                return "other"
            if token.text in ("nuestra", "nuestro", "nuestras", "nuestros", "nostro", "nostri", "nostra"):
                return "own"
        return "none"

    def _is_ours(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether the state at ``place`` is said of us or of something of ours."""
        sentence = _sentence(tokens, place, self._of["stop"])
        left, at = self._left(tokens, place)
        right = self._right(tokens, place)
        passive = any(self._is(t, "be", "weare") for t in tokens[max(0, place - 4) : place])
        if not self._excused(tokens, place, sentence):
            if left == "ours":
                return right != "other" or passive
            if left == "free":
                return (right != "other" or passive) and not any(self._is(t, "your", "carrier") for t in sentence)
            if left == "we":
                return self._we_suffer(tokens, at, place, right)
            if left != "other" and right in ("ours", "us"):
                return True
            if left == "none" and right == "free":
                return not any(self._is(t, "your", "carrier", "goods") for t in sentence)
        return False

    def _excused(self, tokens: Sequence[Token], place: int, sentence: Sequence[Token]) -> bool:
        """Opening hours: closing words beside a day or an hour, without the platform."""
        if not self._is(tokens[place], "closing") or self._is(tokens[place], "hard"):
            return False
        return any(self._is(t, "hours") for t in sentence) and not any(
            self._is(t, "platform", "account") or t.text in ("notice", "since", "depuis", "seit", "desde", "da", "dal")
            for t in sentence
        )

    def _left(self, tokens: Sequence[Token], place: int) -> tuple[str, int]:
        """The nearest subject before ``place``: ours, free, we, other or none, and where it stands."""
        commas = 0
        for at in range(place - 1, max(0, place - _LEFT) - 1, -1):
            token = tokens[at]
            if self._is(token, "stop") or commas > 2:
                break
            if self._is(token, "comma"):
                commas += 1
                continue
            if self._is(token, "ours", "ourlisting", "ourfunds"):
                return "ours", at
            if self._is(token, "goods", "carrier", "theirs"):
                return "other", at
            if self._is(token, "free") and self._is(token, "shop", "account"):
                return "free", at
            if commas == 0 and self._is(token, "we", "weare") and not self._is(tokens[at + 1], "goods"):
                return "we", at
            if (
                self._is(token, "your")
                and at < place - 1
                and not self._is(tokens[at + 1], "be", "have", "stop", "comma")
            ):
                return "other", at
            if commas == 0 and self._is(token, "feel"):
                break
        return "none", -1

    def _right(self, tokens: Sequence[Token], place: int) -> str:
        """The nearest object after ``place``: ours, us, free, other or none."""
        for before, token in zip(tokens[place:], tokens[place + 1 : place + 1 + _RIGHT], strict=False):
            if self._is(before, "be") and self._is(token, "we") and not self._is(token, "own"):
                return "us"
            if self._is(token, "stop", "comma", "conj"):
                break
            if self._is(token, "ours", "ourlisting", "ourfunds"):
                return "ours"
            if self._is(token, "goods", "carrier", "theirs", "your"):
                return "other"
            if self._is(token, "free"):
                return "free"
            if self._is(token, "usobj"):
                return "us"
        return "none"

    def _we_suffer(self, tokens: Sequence[Token], at: int, place: int, right: str) -> bool:
        """Whether a state after ``we`` is done to us: we are blocked, nos han bloqueado; not: we blocked the card."""
        between = tokens[at + 1 : place]
        subject = tokens[at]
        if any(self._is(t, "conj", "feel") for t in between) or len(between) > 7:
            return False
        if self._is(subject, "weare"):
            return right not in ("other",) or not between
        if self._is(subject, "usobj") and (not between or any(self._is(t, "aux3") for t in between)):
            return right in ("none", "us", "ours", "free") and subject.text != "us"
        if any(self._is(t, "be", "weare") for t in between):
            return right != "other" or self._is(tokens[place - 1], "be")
        return right in ("ours",)


def _sentence(tokens: Sequence[Token], place: int, stop: str) -> Sequence[Token]:
    start, end = place, place
    while start > max(0, place - _SENTENCE) and stop not in tokens[start].signs:
        start -= 1
    while end < min(len(tokens), place + _SENTENCE) and stop not in tokens[end].signs:
        end += 1
    return tokens[start:end]
