"""``check``: may this text leave? Block, needs approval, or ok, with every word that speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from recovery_plan.guard import content, personal, sayings
from recovery_plan.guard.normalise import Normal, is_latin, normalise
from recovery_plan.guard.reading import Token
from recovery_plan.rules import RuleBook
from recovery_plan.rules import load as load_rules

LONGEST = 3_000  # characters that are read; nothing that long may leave (AMZ-MSG-10), so nothing hides behind them
LANGUAGES = ("en", "fr", "de", "es", "it")
_FOREIGN = 0.3  # share of letters of other scripts from which a text counts as unread
_MOST_HITS = 50


class Place(StrEnum):
    """Where a text goes."""

    BUYER_MESSAGE = "buyer_message"
    PUBLIC_REPLY = "public_reply"
    MACRO_DRAFT = "macro_draft"
    OUTREACH = "outreach"


class Decision(StrEnum):
    """What becomes of a text."""

    OK = "ok"
    NEEDS_APPROVAL = "needs_approval"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Context:
    """What the guard is told about a text.

    ``is_approved``: it is a filled-in approved macro. ``finance_confirmed``: finance recorded its word on the refund.
    ``cause_attested``: compliance attested the cause that is named. ``issue_resolved`` and ``compliance_approved``
    allow, after reinstatement, the wording of AMZ-MSG-14 on seller feedback.
    """

    place: Place = Place.BUYER_MESSAGE
    language: str | None = None
    mode: Literal["normal", "suspended", "recovery", "drill"] = "suspended"
    is_approved: bool = False
    finance_confirmed: bool = False
    cause_attested: bool = False
    issue_resolved: bool = False
    compliance_approved: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that speak against a text: ``start`` to ``end`` of the original; ``why`` is the rule's note."""

    code: str
    start: int
    end: int
    rule: str
    words: str
    why: str
    is_warning: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision and its reasons, in the order of the text."""

    decision: Decision
    hits: tuple[Hit, ...] = ()

    @property
    def explain(self) -> tuple[str, ...]:
        """One line a hit, for people."""
        return tuple(f"{hit.code}: “{hit.words}” (rule {hit.rule}: {hit.why})" for hit in self.hits)


def check(text: str, *, context: Context) -> Verdict:
    """Decide on ``text``. Pure. An error in here is an answer too: whoever calls lets nothing leave without one."""
    book = load_rules()
    normal = normalise(text[:LONGEST])
    hits = sorted(_hits(text, normal, context, book), key=lambda hit: (hit.start, hit.end, hit.code))
    hits = _without_repeats(hits)[:_MOST_HITS]
    if any(not hit.is_warning for hit in hits):
        return Verdict(Decision.BLOCK, tuple(hits))
    is_free = context.mode == "normal" or context.is_approved
    return Verdict(Decision.OK if is_free and not hits else Decision.NEEDS_APPROVAL, tuple(hits))


def check_closed(text: str, *, context: Context) -> Verdict:
    """``check``, and a block where it fails: what could not be read does not leave."""
    try:
        return check(text, context=context)
    except Exception:
        rule = "NL-UNREADABLE"
        return Verdict(Decision.BLOCK, (Hit("UNREADABLE", 0, len(text), rule, "", "the guard failed on this text"),))


def _hits(text: str, normal: Normal, context: Context, book: RuleBook) -> Iterator[Hit]:
    for seen in _seen(text, normal, context, book):
        words = text[seen.start : seen.end]
        yield Hit(seen.code, seen.start, seen.end, seen.rule, words, book[seen.rule].note, seen.is_warning, seen.what)
    rules = sayings.load()
    for tokens in rules.reader.readings(normal):
        rules.owners.mark(tokens)
        for found in rules.find(tokens):
            saying = found.saying
            if not _is_allowed(saying.code, normal, context):
                start, end = _place(tokens[found.first : found.last + 1], normal)
                why = book[saying.rule].note
                yield Hit(
                    *(saying.code, start, end, saying.rule, text[start:end], why),
                    *(saying.is_warning, saying.pattern.source),
                )


def _seen(text: str, normal: Normal, context: Context, book: RuleBook) -> Iterator[content.Seen]:
    if len(text) > LONGEST:
        yield content.Seen("UNREADABLE", "NL-UNREADABLE", LONGEST, len(text), "too long to be read")
    unread = _unread(normal)
    if unread is not None:
        yield content.Seen("UNREADABLE", "NL-UNREADABLE", *unread, "another script")
    if context.language is not None and context.language not in LANGUAGES:
        yield content.Seen("UNREADABLE", "NL-UNREADABLE", 0, len(normal.original), "a language without rules", True)
    if context.place is Place.PUBLIC_REPLY:
        for seen in content.contact(normal):
            yield seen
            if seen.what != "a link":
                yield replace(seen, code="PERSONAL_DATA", rule="TP-01")
        yield from personal.personal(normal)
    else:
        yield from content.contact(normal)
        yield from content.style(normal, book)


def _unread(normal: Normal) -> tuple[int, int] | None:
    """The whole text when much of it is in letters that were not read."""
    if normal.original.isascii():
        return None
    letters = [c for c in normal.original if c.isalpha()]
    foreign = sum(not is_latin(c) for c in letters)
    return (0, len(normal.original)) if foreign > _FOREIGN * len(letters) else None


def _is_allowed(code: str, normal: Normal, context: Context) -> bool:
    """Warnings that somebody answered for, and feedback wording after reinstatement (AMZ-MSG-14)."""
    if code == "UNCONFIRMED_PROMISE":
        return context.finance_confirmed
    if code == "CAUSE_CLAIM":
        return context.cause_attested
    if code == "REVIEW_PRESSURE":
        after = context.mode == "recovery" and context.issue_resolved and context.compliance_approved
        return after and context.place is not Place.PUBLIC_REPLY and _is_seller_feedback(normal.plain)
    return False


def _is_seller_feedback(plain: str) -> bool:
    """Feedback on the seller, offered and not asked for: never a product review, never for something in return."""
    barred = ("review", "star", "product", "voucher", "gift", "discount", "coupon", "refund")
    return "feedback" in plain and "satisfied" in plain and "possible" in plain and not any(w in plain for w in barred)


def _place(tokens: list[Token], normal: Normal) -> tuple[int, int]:
    words = [token for token in tokens if token.to > token.at] or tokens
    return normal.span(words[0].at, words[-1].to)


def _without_repeats(hits: list[Hit]) -> list[Hit]:
    """One hit for the same words and category: rules overlap on purpose."""
    return list({(hit.code, hit.start, hit.end): hit for hit in reversed(hits)}.values())[::-1]
