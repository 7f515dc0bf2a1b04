"""Returns, seller feedback and A-to-z claims; comments of buyers become mentions with a certain link."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from collectors.amazon_reports.columns import FEEDBACK, Fields, Row, same_names
from collectors.amazon_reports.rows import Told, amount, date_order, dated, each, moment, order_id, warnings
from collectors.amazon_reports.tables import Reject, need, read_sheet
from data.domain import Author, Claim, Mention, Reply, Return, Source
from data.errors import SkipItem

_FBA: Fields = {
    "order_id": ("order-id",),
    "returned": ("return-date",),
    "comment": ("customer-comments",),
} | same_names("sku", "asin", "reason", "status")
_MERCHANT: Fields = {
    "order_id": ("order-id",),
    "returned": ("return-request-date",),
    "sku": ("merchant-sku",),
    "asin": ("asin",),
    "reason": ("return-reason",),
    "status": ("return-request-status",),
    "comment": ("customer-comments", "buyer-comments"),
    "delivered_back": ("return-delivery-date",),
    "refunded": ("refunded-amount",),
    "currency": ("currency-code",),
    "claim": ("a-to-z-claim",),
}
_TEMPLATE = (
    "order_id", "claim_opened_at", "claim_reason", "amount", "currency", "status", "info_request_at", "decided_at",
    "appeal_until", "kind",
)  # fmt: skip
_CLAIM: Fields = {name: (name.replace("_", "-"),) for name in _TEMPLATE}
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")
_CLAIM_STATUS = frozenset(("open", "granted", "denied", "withdrawn", "appealed"))

# the country is the end of the alias's domain, but for these
_COUNTRY = {"com": "US", "co.uk": "GB", "co.jp": "JP", "com.mx": "MX", "com.au": "AU", "com.be": "BE", "com.br": "BR"}
_COUNTRY |= {"com.tr": "TR", "co.za": "ZA"}


@dataclass(frozen=True, slots=True)
class AftersalesReport:
    """What a returns, feedback or claims file holds. ``rows_read`` counts rejected rows, too."""

    format: str  # fba_returns, merchant_returns, seller_feedback, claims
    encoding: str
    rows_read: int
    returns: tuple[Return, ...] = ()
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[str, ...] = ()


def read_returns(raw: bytes, name: str) -> AftersalesReport:
    """FBA customer returns, or the merchant's returns by return date (whose claim flag opens a claim)."""
    sheet = read_sheet(raw, name)
    is_fba = sheet.has("return-date", "license-plate-number", "detailed-disposition")
    fields = _FBA if is_fba else _MERCHANT
    need(sheet, fields, "order_id", "returned")
    told: Told = Counter()
    order = date_order(sheet, fields, ("returned",), told)
    rows, rejects, read = each(sheet, fields, lambda row: _return(row, "fba" if is_fba else "merchant", order))
    return AftersalesReport(
        "fba_returns" if is_fba else "merchant_returns",
        sheet.encoding,
        read,
        tuple(rows),
        return_mentions(rows),
        _flagged(rows),
        rejects,
        _counted(told, read),
    )


def read_feedback(raw: bytes, name: str) -> AftersalesReport:
    """Seller feedback of 6 or 10 columns, in the date order of its marketplace (the alias tells it)."""
    sheet = read_sheet(raw, name)
    need(sheet, FEEDBACK, "date", "rating", "order_id")
    told: Told = Counter()
    order = date_order(sheet, FEEDBACK, ("date",), told)
    rows, rejects, read = each(sheet, FEEDBACK, lambda row: _feedback(row, order))
    told["comment with '?' inside a word: the file was damaged before it came here"] = sum(
        _LOST_LETTER.search(m.text) is not None for m in rows
    )
    return AftersalesReport(
        "seller_feedback", sheet.encoding, read, mentions=tuple(rows), rejects=rejects, warnings=_counted(told, read)
    )


def read_claims(raw: bytes, name: str) -> AftersalesReport:
    """The template of ``claims_template``, filled in by hand: Amazon has no report of A-to-z claims."""
    sheet = read_sheet(raw, name)
    need(sheet, _CLAIM, "order_id", "claim_opened_at")
    told: Told = Counter()
    order = date_order(sheet, _CLAIM, ("claim_opened_at", "info_request_at", "decided_at", "appeal_until"), told)
    rows, rejects, read = each(sheet, _CLAIM, lambda row: _claim(row, order, told))
    claims = tuple(rows)
    return AftersalesReport(
        "claims",
        sheet.encoding,
        read,
        claims=claims,
        mentions=tuple(_claim_mention(c, c.reason) for c in claims if c.reason),
        rejects=rejects,
        warnings=_counted(told, read),
    )


def claims_template() -> str:
    """Header of the claims file that a seller fills in by hand."""
    return ",".join(_TEMPLATE) + "\r\n"


def return_mentions(returns: Sequence[Return]) -> tuple[Mention, ...]:
    """What buyers wrote on their returns, each tied to its order. The id is made of what cannot change."""
    return tuple(_return_mention(r, r.comment) for r in returns if r.comment)


def _counted(told: Told, read: int) -> tuple[str, ...]:
    if not read:
        told["the file has a header and no rows"] = 1
    return warnings(+told)


def _return(row: Row, kind: str, order: str) -> Return:
    currency = row.get("currency")
    returned = dated(row, "returned", order)
    return Return(
        order_id=order_id(row),
        returned_at=returned,
        sku=row.get("sku"),
        asin=row.get("asin"),
        reason=row.get("reason"),
        status=row.get("status"),
        comment=row.get("comment"),
        # an FBA return is on the list once the warehouse has it; a merchant's starts with a request
        delivered_back_at=returned if kind == "fba" else moment(row, "delivered_back", order),
        refunded_minor=amount(row, "refunded", currency),
        currency=currency,
        has_claim=row.get("claim", "").upper() in ("Y", "YES"),
        kind=kind,
    )


def _flagged(returns: Sequence[Return]) -> tuple[Claim, ...]:
    claims: dict[str, Claim] = {}
    for r in returns:
        if r.has_claim:
            claims.setdefault(r.order_id, Claim(r.order_id, r.returned_at, "flag in returns report"))
    return tuple(claims.values())


def _return_mention(r: Return, comment: str) -> Mention:
    spelled = f"{r.order_id}|{r.sku}|{r.returned_at.isoformat()}|{comment}"
    return Mention(
        Source.RETURN_COMMENT,
        hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()[:24],
        comment,
        r.returned_at,
        Author(Source.RETURN_COMMENT, f"order:{r.order_id}"),
        reference=r.order_id,
        kind="return",
    )


def _claim_mention(c: Claim, reason: str) -> Mention:
    return Mention(
        Source.CLAIM,
        f"{c.order_id}|{c.opened_at.isoformat()}",
        reason,
        c.opened_at,
        Author(Source.CLAIM, f"order:{c.order_id}"),
        reference=c.order_id,
        kind="claim",
    )


def _feedback(row: Row, order: str) -> Mention:
    order_number = order_id(row)
    stars = row.get("rating", "")
    if stars not in ("1", "2", "3", "4", "5"):
        raise SkipItem("rating is not a number from 1 to 5")
    country = _country(row.get("alias", ""))
    reply = row.get("reply")
    return Mention(
        Source.SELLER_FEEDBACK,
        order_number,  # one feedback per order (AMZ-ODR-02)
        row.get("comments", ""),
        dated(row, "date", order),
        Author(Source.SELLER_FEEDBACK, f"order:{order_number}", country=country),
        rating=int(stars),
        country=country,
        reply=Reply(reply) if reply else None,
        reference=order_number,
        kind="feedback",
    )


def _country(alias: str) -> str | None:
    suffix = alias.lower().rpartition("@marketplace.amazon.")[2]
    return _COUNTRY.get(suffix) or (suffix.upper() if len(suffix) == 2 and suffix.isascii() else None)


def _claim(row: Row, order: str, told: Told) -> Claim:
    currency = row.get("currency", "").upper() or None
    status = row.get("status", "open").lower()
    if status not in _CLAIM_STATUS:  # a claim is too dear to drop for a word
        told[f"status that is none of {', '.join(sorted(_CLAIM_STATUS))}: taken as open"] += 1
        status = "open"
    return Claim(
        order_id=order_id(row),
        opened_at=dated(row, "claim_opened_at", order),
        reason=row.get("claim_reason"),
        amount_minor=amount(row, "amount", currency),
        currency=currency,
        status=status,
        info_requested_at=moment(row, "info_request_at", order),
        decided_at=moment(row, "decided_at", order),
        appeal_until=moment(row, "appeal_until", order),
        kind="chargeback" if "charge" in row.get("kind", "").lower() else "a_to_z",
    )
