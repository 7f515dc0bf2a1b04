"""Order ids, fragments of them, parcel numbers and ASINs in running text.

An Amazon order id is 3-7-7 digits (AMZ-ID-01); people write it with spaces, other dashes, none at all, or with the
letters an optical reader confuses with digits (AMZ-ID-02). A number is an order id by its shape alone; whether it is
*ours* is for the order index to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# One place between two groups: a dash of any kind, dot, slash or underscore with optional blanks, blanks only, or none.
_GAP = r"(?:\s{0,2}[-./_]\s{0,2}|\s{1,2})?"
_DIGIT = r"[0-9OoIl]"
_ORDER_ID = re.compile(
    rf"(?<![\w+])(?P<head>[SD]\d\d|{_DIGIT}{{3}}){_GAP}(?P<middle>{_DIGIT}{{7}}){_GAP}(?P<tail>{_DIGIT}{{7}})(?!\w|[-./]\d)"
)
_MASK = r"[xX*#•?.…]"
_MASKED = re.compile(
    rf"(?<![\w+])(?P<head>\d{{3}})-(?:(?P<middle>\d{{7}})-(?P<start>\d{{0,6}}){_MASK}{{2,7}}|{_MASK}{{2,7}}-(?P<tail>\d{{7}}))(?!\w)"
)
_PARTIAL = re.compile(
    r"(?<![\w+./-])(?<!\d\d )(?:\.\.\.|…|\*+)?(?:(?P<middle>\d{7})-)?(?P<tail>\d{7})(?!\w|[-./]\d| \d{4})"
)
_ASIN = re.compile(r"(?<![A-Za-z0-9])B0[0-9A-Z]{8}(?![A-Za-z0-9])")
_TRACKING = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z0-9]{2,4}\d{8,18}[A-Z]{0,2}|1Z[0-9A-Z]{16}|\d{8,22})(?![A-Za-z0-9])")
_PHONE = re.compile(r"(?:\+|\b00)\d[\d \-./()]{6,16}\d")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[0-9A-Z]{4}){3,7}(?:\s?[0-9A-Z]{1,3})?\b")
_PARCEL_WORD = re.compile(
    r"(?:suivi|colis|tracking|parcel|shipment|sendung\w*|paket\w*|seguimiento|env[ií]o|paquete|spedizion\w*|pacco"
    r"|siret|siren|iban|t[eé]l(?:[eé](?:phone|fono|fon))?|phone|handy|m[oó]vil|whatsapp)[\s:n°ºro.#]{0,8}$",
    re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-") | dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""))
_LOOKALIKES = str.maketrans("OoIl", "0011")


@dataclass(frozen=True, slots=True)
class IdFragment:
    """Part of an order id: seven digits of the middle or last group, and whatever else was legible."""

    digits: str  # exactly 7
    head: str = ""  # first three digits, or ""
    middle: str = ""  # when the fragment is the last group and the middle one was written too
    start: str = ""  # leading digits of a half-masked last group

    def fits(self, order_id: str) -> bool:
        """Whether ``order_id`` (3-7-7) can be the id that this was part of."""
        head, middle, tail = order_id.split("-")
        if self.digits not in (middle, tail) or not head.startswith(self.head):
            return False
        return (not self.middle or self.middle == middle) and tail.startswith(self.start)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What a mention's text, address and reference field carry, in the order they were written."""

    order_ids: tuple[str, ...] = ()  # 3-7-7, as AMZ-ID-01
    doubtful_ids: tuple[str, ...] = ()  # 17 bare digits named a parcel number: an order id only if it is ours
    fragments: tuple[IdFragment, ...] = ()
    tracking: tuple[str, ...] = ()
    asins: tuple[str, ...] = ()


def unify(text: str) -> str:
    """``text`` with every kind of dash as ``-``, full-width digits as plain ones and no invisible characters."""
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)


def find_identifiers(*texts: str | None) -> Identifiers:
    """Read all identifiers from the given texts; phone numbers, IBANs and longer or shorter numbers are none."""
    plain = "\n\n\n".join(unify(t) for t in texts if t)
    if not any(c.isdigit() for c in plain):
        return Identifiers()
    sure, doubtful, rest = _take_order_ids(plain)
    tracking = tuple(dict.fromkeys(m.group() for m in _TRACKING.finditer(rest)))
    asins = tuple(dict.fromkeys(m.group() for m in _ASIN.finditer(rest)))
    return Identifiers(sure, doubtful, tuple(_fragments(rest)), tracking, asins)


def _take_order_ids(text: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    sure: dict[str, None] = {}
    doubtful: dict[str, None] = {}

    def take(match: re.Match[str]) -> str:
        written = match.group()
        if sum(c.isdigit() for c in written) < 13:  # mostly letters: a word, not a misread number
            return written
        head = match["head"]
        parts = (head if head[0] in "SD" else head.translate(_LOOKALIKES), match["middle"], match["tail"])
        order_id = "-".join((parts[0], parts[1].translate(_LOOKALIKES), parts[2].translate(_LOOKALIKES)))
        is_bare = written.isalnum()
        before = text[max(0, match.start() - 24) : match.start()]
        (doubtful if is_bare and _PARCEL_WORD.search(before) else sure)[order_id] = None
        return written if is_bare else " "

    rest = _ORDER_ID.sub(take, text)
    return tuple(sure), tuple(doubtful), rest


def _fragments(text: str) -> Iterator[IdFragment]:
    for match in _MASKED.finditer(text):
        if match["middle"]:
            yield IdFragment(match["middle"], match["head"], start=match["start"])
        else:
            yield IdFragment(match["tail"], match["head"])
    cleaned = _IBAN.sub(" ", _PHONE.sub(" ", _MASKED.sub(" ", text)))
    for match in _PARTIAL.finditer(cleaned):
        yield IdFragment(match["tail"], middle=match["middle"] or "")


def id_groups(order_id: str) -> tuple[str, str]:
    """The two groups of seven digits of a 3-7-7 id."""
    _, middle, tail = order_id.split("-")
    return middle, tail


def is_order_id(text: str) -> bool:
    """Whether ``text`` is exactly an order id as Amazon writes it."""
    return re.fullmatch(r"(?:\d{3}|[SD]\d{2})-\d{7}-\d{7}", text) is not None


def is_near(written: str, order_id: str) -> bool:
    """Whether two order ids differ by one digit, or by two neighbouring digits that changed places."""
    a, b = written.replace("-", ""), order_id.replace("-", "")
    if len(a) != len(b) or a == b:
        return False
    wrong = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(wrong) == 1:
        return True
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]


def swapped_across_groups(order_id: str) -> tuple[str, ...]:
    """The id with two digits swapped over a dash: the near ids that share no whole group with the one written."""
    head, middle, tail = order_id.split("-")
    swapped = f"{head}-{middle[:-1]}{tail[0]}-{middle[-1]}{tail[1:]}"
    return (swapped,) if swapped != order_id else ()
