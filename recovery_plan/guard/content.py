"""What is found by its form: addresses, numbers, links, pictures, length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import re2

from recovery_plan.guard.normalise import Normal
from recovery_plan.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Seen:
    """One find: category, rule of the rule book, place in the original text, what it is in a word or two."""

    code: str
    rule: str
    start: int
    end: int
    what: str
    is_warning: bool = False


def compiled(pattern: str, *, any_case: bool = True) -> Any:
    options = re2.Options()
    options.case_sensitive = not any_case
    return re2.compile(pattern, options)


ORDER = compiled(r"\b(?:\d{3}-\d{7}-\d{7}|S\d{2}-\d{7}-\d{7})\b")
EMAIL = compiled(r"[a-z0-9][a-z0-9._%+-]{0,63}\s?@\s?[a-z0-9][a-z0-9-]{0,62}(?:\s?\.\s?[a-z0-9-]{2,24}){1,4}")
_AT_WORD = "arobase|arroba|chiocciola|klammeraffe"
_AT = rf"[\(\[\{{<]\s*(?:at|aet|a|@|{_AT_WORD})\s*[\)\]\}}>]|\s(?:{_AT_WORD})\s"
_DOT = r"[\(\[\{<]\s*(?:dot|point|punkt|punto|\.)\s*[\)\]\}>]|\s(?:dot|point|punkt|punto)\s"
HIDDEN_EMAIL = compiled(rf"[a-z0-9._%+-]+\s*(?:{_AT})\s*[a-z0-9-]+")
SPOKEN_EMAIL = compiled(rf"[a-z0-9._%+-]+\s*(?:{_AT}|\sat\s|@)\s*[a-z0-9-]+\s*(?:{_DOT})\s*[a-z]{{2,12}}\b")
LINK = compiled(
    r"(?:h(?:tt|xx)ps?\s?:\s?//\s?|www\s?\.\s?)[^\s<>\"')\]]+"
    r"|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\s?(?:\.|\(dot\)|\[\.\]|\(\.\))\s?"
    r"(?:com|net|org|info|shop|store|online|eu|example|biz|ly|gl|me|link|site|app|page|io|co\.uk|fr|de|es|it|at|ch|be|nl|pl|uk)(?:/[^\s<>\"')\]]*|\b)"
)
SAFE_LINK = compiled(
    r"^(?:https?://)?(?:[a-z0-9-]+\.)*(?:amazon\.[a-z]{2,3}(?:\.[a-z]{2})?|a\.co|dhl\.[a-z]{2,3}|dpd\.[a-z.]{2,5}|ups\.com|"
    r"gls-[a-z]+\.(?:com|eu|de)|gls-pakete\.de|hermesworld\.com|myhermes\.de|royalmail\.com|evri\.com|yodel\.co\.uk|fedex\.com|"
    r"laposte\.fr|chronopost\.fr|colissimo\.fr|mondialrelay\.fr|correos\.es|seur\.com|mrw\.es|poste\.it|brt\.it|"
    r"sda\.it|trustpilot\.com)(?:[/?#:].*)?$"
)
PHONE = compiled(r"(?:\+|\b00|\(\+?)?[\d(][\d\s().\-/]{6,22}\d")
_CALLED = compiled(
    r"(?:call|ring|phone|text|tel|telephone|mobile|whatsapp|number|hotline|reach|appel|joindre|joign|num[eé]ro|portable|"
    r"ruf|anruf|telefon|nummer|handy|erreich|llam|tel[eé]fono|m[oó]vil|n[uú]mero|chiam|cellulare|numero)[^.!?\n]{0,25}$"
)
_TRACKED = compiled(
    r"(?:track|suivi|sendung|seguimiento|spedizione|ean|isbn|gtin|asin|sku|serial|s[eé]rie|artikel|model|mod[eè]le|modell|"
    r"modelo|modello|rma|ref|r[eé]f|ticket|case|invoice|facture|rechnung|factura|fattura|envío|envio|localizador|lettera|"
    r"parcel|colis|paket|order|commande|bestell|pedido|ordine|part|lot|batch|charge|lote|lotto|code)[^.!?\n]{0,25}$"
)
DATE = compiled(r"^\(?\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}\)?(?:\s.*)?$")
EMOJI = compiled(
    "[\U0001f000-\U0001faff\u2600-\u26ff\u2700-\u2712\u2716-\u27bf\ufe0f\u2b50\u2b55\u23e9-\u23fa]|[:;]-?[)(DPp](?:\\s|$)"
)
BREAKS = compiled(r"(?:\r?\n[ \t]*){4,}")
_ALSO_WORDS = frozenset(("it", "de", "es", "me", "at", "be", "page", "link", "online", "store", "shop", "app", "site"))


def contact(normal: Normal) -> Iterator[Seen]:
    """Addresses, numbers and links by which a buyer could be led away from the marketplace."""
    taken: list[tuple[int, int]] = []
    for pattern in _mail_patterns(normal.plain):
        for found in pattern.finditer(normal.plain):
            start, end = normal.span(found.start(), found.end())
            taken.append((start, end))
            yield Seen("OFF_PLATFORM", "AMZ-MSG-07", start, end, "an e-mail address")
    if "." in normal.plain or "://" in normal.plain or "dot" in normal.plain:
        for found in LINK.finditer(normal.plain):
            start, end = normal.span(found.start(), found.end())
            inside = any(start < b and a < end for a, b in taken)
            if not inside and not SAFE_LINK.match(found.group()) and not _is_prose(found.group()):
                yield Seen("OFF_PLATFORM", "AMZ-MSG-07", start, end, "a link")
    yield from phones(normal)


def _mail_patterns(plain: str) -> Iterator[Any]:
    if "@" in plain:
        yield EMAIL
    if any(c in plain for c in "([{<") or any(w in plain for w in ("arob", "arrob", "chiocc", "klammer")):
        yield HIDDEN_EMAIL
    if any(f" {w} " in plain or f"({w}" in plain for w in ("dot", "point", "punkt", "punto")):
        yield SPOKEN_EMAIL


def _is_prose(found: str) -> bool:
    """``again.It`` and ``z.B.de`` are missing spaces, not addresses: a domain's last part is not a sentence's first."""
    last = found.rsplit(".", 1)[-1].strip()
    return found.count(".") == 1 and "/" not in found and " " in found and last in _ALSO_WORDS


def phones(normal: Normal) -> Iterator[Seen]:
    """Telephone numbers; order and tracking numbers, dates and amounts are none."""
    text = normal.plain
    if sum(c.isdigit() for c in text) < 7:
        return
    orders = [m.span() for m in ORDER.finditer(text)]
    for found in PHONE.finditer(text):
        start, end = found.span()
        if any(start < b and a < end for a, b in orders) or not _is_phone(
            found.group(), text[max(0, start - 40) : start]
        ):
            continue
        where = normal.span(start, end)
        yield Seen("OFF_PLATFORM", "AMZ-MSG-07", where[0], where[1], "a telephone number")


def _is_phone(found: str, before: str) -> bool:
    digits = "".join(c for c in found if c.isdigit())
    if DATE.match(found) or not 7 <= len(digits) <= 15:
        return False
    if _CALLED.search(before):
        return True
    if _TRACKED.search(before) or len(digits) < 9:
        return False
    is_international = found.startswith(("+", "00", "(+"))
    is_national = found.lstrip("(").startswith("0") and len(digits) <= 12
    groups = found.replace("-", " ").replace(".", " ").split()
    is_grouped = len(digits) in (9, 10) and len(groups) >= 3 and digits[0] in "36789"
    return is_international or is_national or is_grouped


def style(normal: Normal, book: RuleBook) -> Iterator[Seen]:
    """What Amazon's messages must not look like: warnings, and text that is too long."""
    text = normal.original
    for pattern, what in ((EMOJI, "an emoji"), (BREAKS, "too many line breaks in a row")):
        found = pattern.search(text)
        if found:
            yield Seen("CONTENT_RULE", "AMZ-MSG-08", found.start(), found.end(), what, is_warning=True)
    longest = book.number("AMZ-MSG-10", "characters")
    if len(text) > longest:
        yield Seen("CONTENT_RULE", "AMZ-MSG-10", longest, len(text), f"more than {longest} characters")
