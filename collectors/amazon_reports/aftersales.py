"""Returns, seller feedback and A-to-z claims; comments of buyers become mentions with a certain link."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from collectors.amazon_reports import values
from collectors.amazon_reports.orders import ORDER_ID
from collectors.amazon_reports.tables import Reject, Row, Sheet, cell, need, read_sheet
from data.domain import Author, Claim, Mention, Return, Source

T = TypeVar("T")

# header labels of the feedback file as sellers see them; the file is localised on some marketplaces
_DATE = ("date", "datum", "fecha", "data", "日付")
_RATING = ("rating", "bewertung", "note", "évaluation", "puntuación", "calificación", "valutazione", "評価")
_COMMENT = ("comments", "comment", "kommentare", "kommentar", "commentaires", "comentarios", "commenti", "コメント")
_REPLY = ("your-response", "response", "ihre-antwort", "votre-réponse", "respuesta", "risposta", "回答")
_ORDER = ("order-id", "bestellnummer", "numéro-de-commande", "número-de-pedido", "numero-ordine", "注文番号")
_EMAIL = ("rater-email", "e-mail", "email")
_COUNTRY = {"com": "US", "co.uk": "GB", "co.jp": "JP", "com.mx": "MX", "com.au": "AU", "com.be": "BE", "com.br": "BR"}


@dataclass(frozen=True, slots=True)
class AftersalesReport:
    """What a returns, feedback or claims file holds."""

    format: str
    encoding: str
    rows_read: int
    returns: tuple[Return, ...] = ()
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    rejects: tuple[Reject, ...] = ()


def read_returns(raw: bytes, name: str) -> AftersalesReport:
    """FBA customer returns, or the merchant's returns by return date (whose claim flag opens a claim)."""
    sheet = read_sheet(raw, name)
    fba = "license-plate-number" in sheet.columns or "detailed-disposition" in sheet.columns
    need(sheet, ("order-id",), ("return-date",) if fba else ("return-request-date",))
    rows, rejects, read = _each(sheet, _fba_return if fba else _merchant_return)
    claims = tuple(Claim(r.order_id, r.returned_at, "flag in returns report") for r in rows if r.has_claim)
    said = tuple(_return_mention(r) for r in rows if r.comment)
    name = "fba_returns" if fba else "merchant_returns"
    return AftersalesReport(name, sheet.encoding, read, tuple(rows), said, claims, rejects)


def read_feedback(raw: bytes, name: str) -> AftersalesReport:
    """Seller feedback of 6 or 10 columns, in the date order of its marketplace (the alias tells it)."""
    sheet = read_sheet(raw, name)
    need(sheet, _RATING, _ORDER, _DATE)
    dates = [text for _, row in sheet.rows() if (text := cell(row, *_DATE))]
    domain = next((d for _, row in sheet.rows() if (d := (cell(row, *_EMAIL) or "").rpartition("@")[2])), None)
    order = values.date_order(dates, domain)
    rows, rejects, read = _each(sheet, lambda row: _feedback(row, order))
    return AftersalesReport("seller_feedback", sheet.encoding, read, mentions=tuple(rows), rejects=rejects)


def read_claims(raw: bytes, name: str) -> AftersalesReport:
    """The template of ``claims_template``: Amazon has no report of A-to-z claims."""
    sheet = read_sheet(raw, name)
    need(sheet, ("order-id",), ("claim-opened-at",))
    rows, rejects, read = _each(sheet, _claim)
    return AftersalesReport("claims", sheet.encoding, read, claims=tuple(rows), rejects=rejects)


def claims_template() -> str:
    """Header of the claims file that a seller fills in by hand."""
    return "order_id,claim_opened_at,claim_reason,amount,currency,status,info_request_at,decided_at,appeal_until\r\n"


def _each(sheet: Sheet, make: Callable[[Row], T]) -> tuple[list[T], tuple[Reject, ...], int]:
    made: list[T] = []
    rejects: list[Reject] = []
    read = 0
    for line, row in sheet.rows():
        read += 1
        try:
            made.append(make(row))
        except ValueError as error:
            rejects.append(Reject(line, str(error)))
    return made, tuple(rejects), read


def _order_id(row: Row, *names: str) -> str:
    text = cell(row, *names)
    if text is None or not ORDER_ID.fullmatch(text):
        raise ValueError("no valid order id")
    return text


def _moment(row: Row, *names: str, order: str = values.DAY_FIRST) -> datetime | None:
    text = cell(row, *names)
    try:
        return values.moment(text, order) if text else None
    except ValueError:
        raise ValueError(f"{names[0]} is not a date") from None


def _dated(row: Row, *names: str, order: str = values.DAY_FIRST) -> datetime:
    found = _moment(row, *names, order=order)
    if found is None:
        raise ValueError(f"{names[0]} is empty")
    return found


def _amount(row: Row, name: str, currency: str | None) -> int | None:
    text = cell(row, name)
    try:
        return values.minor(text, currency) if text else None
    except ValueError:
        raise ValueError(f"{name} is not an amount") from None


def _fba_return(row: Row) -> Return:
    return Return(
        order_id=_order_id(row, "order-id"),
        returned_at=_dated(row, "return-date"),
        sku=cell(row, "sku"),
        asin=cell(row, "asin"),
        reason=cell(row, "reason"),
        status=cell(row, "status"),
        comment=cell(row, "customer-comments"),
        delivered_back_at=_dated(row, "return-date"),
        kind="fba",
    )


def _merchant_return(row: Row) -> Return:
    currency = cell(row, "currency-code")
    return Return(
        order_id=_order_id(row, "order-id"),
        returned_at=_dated(row, "return-request-date"),
        sku=cell(row, "merchant-sku"),
        asin=cell(row, "asin"),
        reason=cell(row, "return-reason"),
        status=cell(row, "return-request-status"),
        comment=cell(row, "customer-comments", "buyer-comments"),
        delivered_back_at=_moment(row, "return-delivery-date"),
        refunded_minor=_amount(row, "refunded-amount", currency),
        currency=currency,
        has_claim=(cell(row, "a-to-z-claim") or "").upper() == "Y",
    )


def _return_mention(r: Return) -> Mention:
    return Mention(
        Source.RETURN_COMMENT,
        hashlib.sha256(f"{r.order_id}|{r.sku}|{r.returned_at}".encode()).hexdigest()[:24],
        r.comment or "",
        r.returned_at,
        Author(Source.RETURN_COMMENT, f"order:{r.order_id}"),
        reference=r.order_id,
        kind="return",
    )


def _feedback(row: Row, order: str) -> Mention:
    order_id = _order_id(row, *_ORDER)
    stars = cell(row, *_RATING) or ""
    if not stars.isdigit() or not 1 <= int(stars) <= 5:
        raise ValueError("rating is not a number from 1 to 5")
    suffix = (cell(row, *_EMAIL) or "").rpartition("@marketplace.amazon.")[2].lower()
    country = _COUNTRY.get(suffix) or (suffix.upper() if len(suffix) == 2 else None)
    return Mention(
        Source.SELLER_FEEDBACK,
        order_id,  # one feedback per order (AMZ-ODR-02)
        cell(row, *_COMMENT) or "",
        _dated(row, *_DATE, order=order),
        Author(Source.SELLER_FEEDBACK, f"order:{order_id}", country=country),
        rating=int(stars),
        country=country,
        reference=order_id,
        kind="feedback",
    )


def _claim(row: Row) -> Claim:
    currency = cell(row, "currency")
    return Claim(
        order_id=_order_id(row, "order-id"),
        opened_at=_dated(row, "claim-opened-at"),
        reason=cell(row, "claim-reason"),
        amount_minor=_amount(row, "amount", currency),
        currency=currency,
        status=(cell(row, "status") or "open").lower(),
        info_requested_at=_moment(row, "info-request-at"),
        decided_at=_moment(row, "decided-at"),
        appeal_until=_moment(row, "appeal-until"),
    )
