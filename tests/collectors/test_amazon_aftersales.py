"""Returns, seller feedback and claims: what happened after an order, each tied to its order id."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.amazon_reports import (
    Reject,
    claims_template,
    read_claims,
    read_feedback,
    read_returns,
    return_mentions,
)
from collectors.standin.amazon_files import (
    FBA_RETURNS,
    FEEDBACK,
    MERCHANT_RETURNS,
    claims_csv,
    feedback_tsv,
    returns_tsv,
)
from data.domain import Author, Claim, Mention, Reply, Return, Source
from data.errors import BadInput
from tests.conftest import SHARED

ID = "405-1234567-7654321"
DAY = datetime(2026, 11, 4, tzinfo=UTC)


def a_return(**facts: object) -> Return:
    known: dict[str, object] = {"sku": "LMP", "asin": "B0TEST0001", "reason": "DEFECTIVE", "status": "Approved"}
    return Return(ID, DAY, **(known | facts))  # type: ignore[arg-type]


def a_feedback(order_id: str = ID, country: str = "FR", **facts: object) -> Mention:
    known: dict[str, object] = {
        "text": "Jamais reçu, aucune réponse.",
        "published_at": DAY,
        "author": Author(Source.SELLER_FEEDBACK, f"order:{order_id}", country=country),
        "rating": 1,
        "country": country,
        "reference": order_id,
        "kind": "feedback",
    }
    return Mention(Source.SELLER_FEEDBACK, order_id, **(known | facts))  # type: ignore[arg-type]


def feedback(*rows: str, header: str = "\t".join(FEEDBACK)) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


def test_a_merchants_returns_read_back_with_the_clock_and_the_money_they_carry() -> None:
    given_ = a_return(delivered_back_at=DAY, refunded_minor=8995, currency="EUR")
    report = read_returns(returns_tsv([given_]), "returns.tsv")
    assert (report.format, report.returns, report.rejects) == ("merchant_returns", (given_,), ())


def test_an_fba_return_is_back_in_the_warehouse_on_its_return_date() -> None:
    given_ = a_return(kind="fba", comment="Arrivée cassée", delivered_back_at=DAY)
    report = read_returns(returns_tsv([given_], kind="fba", encoding="cp1252"), "returns.tsv")
    assert (report.format, report.encoding, report.returns) == ("fba_returns", "cp1252", (given_,))


def test_what_a_buyer_wrote_on_a_return_is_a_mention_of_its_order() -> None:
    report = read_returns(
        returns_tsv([a_return(kind="fba", comment="Broken lamp"), a_return(kind="fba")], kind="fba"), "r"
    )
    (mention,) = report.mentions
    assert (mention.source, mention.text, mention.reference) == (Source.RETURN_COMMENT, "Broken lamp", ID)
    assert mention.published_at == DAY


def test_the_mention_of_a_return_keeps_its_id_and_another_comment_gets_another() -> None:
    first, again, other = return_mentions([a_return(comment="a"), a_return(comment="a"), a_return(comment="b")])
    assert first.native_id == again.native_id != other.native_id


def test_the_claim_flag_of_a_return_opens_one_claim_for_its_order() -> None:
    flagged = a_return(has_claim=True)
    report = read_returns(returns_tsv([flagged, replace(flagged, sku="B"), a_return(sku="C")]), "returns.tsv")
    assert report.claims == (Claim(ID, DAY, "flag in returns report"),)
    assert [r.has_claim for r in report.returns] == [True, True, False]


def test_a_returns_row_may_end_before_its_header_does() -> None:
    raw = "\t".join(MERCHANT_RETURNS[:8]) + f"\r\n{ID}\t\t04-Nov-2026\tApproved\r\n"
    assert read_returns(raw.encode(), "returns.tsv").returns == (Return(ID, DAY, status="Approved"),)


def test_unusable_returns_are_told_without_their_words() -> None:
    header = "\t".join(FBA_RETURNS)
    raw = "\r\n".join((header, "Ada Lampwick\t" + ID, f"{DAY.isoformat()}\tAda Lampwick", f"\t{ID}", ""))
    assert read_returns(raw.encode(), "returns.tsv").rejects == (
        Reject(2, "returned is not a date"),
        Reject(3, "order id is not of the form 3-7-7 digits"),
        Reject(4, "returned is empty"),
    )


def test_a_file_without_a_return_date_is_no_returns_report() -> None:
    with pytest.raises(BadInput, match=r"returns\.tsv, line 1: column 'return-request-date' is missing"):
        read_returns(b"Order ID\tStatus\r\n", "returns.tsv")


@pytest.mark.parametrize(
    ("marketplace", "country", "encoding"),
    [
        ("amazon.fr", "FR", "cp1252"),
        ("amazon.de", "DE", "cp1252"),
        ("amazon.co.uk", "GB", "utf-8"),
        ("amazon.com", "US", "utf-8-sig"),
        ("amazon.co.jp", "JP", "cp932"),
    ],
)
def test_feedback_is_read_in_its_marketplaces_dates_and_encoding(marketplace: str, country: str, encoding: str) -> None:
    text = "返金がまだ届きません" if country == "JP" else "Nothing came – nobody answers"
    given_ = a_feedback(country=country, text=text, published_at=datetime(2026, 2, 3, tzinfo=UTC))
    report = read_feedback(feedback_tsv([given_], marketplace=marketplace, encoding=encoding), "feedback.tsv")
    assert (report.mentions, report.encoding, report.warnings) == ((given_,), encoding, ())


def test_an_answer_to_feedback_is_our_reply() -> None:
    given_ = a_feedback(reply=Reply("Nous vous avons écrit."))
    assert read_feedback(feedback_tsv([given_]), "feedback.tsv").mentions == (given_,)


@pytest.mark.parametrize(
    "header",
    [
        "Datum\tBewertung\tKommentare\tIhre Antwort\tBestellnummer\tE-Mail",
        "Date\tÉvaluation\tCommentaires\tVotre réponse\tNuméro de commande\tE-mail",
        "Fecha\tPuntuación\tComentarios\tTu respuesta\tNúmero de pedido\tCorreo electrónico",
        "Data\tValutazione\tCommenti\tLa tua risposta\tNumero ordine\tE-mail",
        "日付\t評価\tコメント\t回答\t注文番号\tEメール",
        "Date\tRating\tComments\tResponse\tOrder ID\tRater Email",
    ],
)
def test_feedback_headers_are_known_in_six_languages(header: str) -> None:
    raw = feedback(f"2026/02/11\t2\tslow\tsorry\t{ID}\tx@marketplace.amazon.it", header=header)
    (mention,) = read_feedback(raw, "feedback.tsv").mentions
    assert (mention.rating, mention.text, mention.reference, mention.country) == (2, "slow", ID, "IT")
    assert mention.reply == Reply("sorry")


def test_stars_without_a_word_are_kept_because_they_count_against_us() -> None:
    raw = feedback(f"11.02.26\t1\t\t\t\t\t\t{ID}\t\t")
    assert [(m.rating, m.text) for m in read_feedback(raw, "feedback.tsv").mentions] == [(1, "")]


def test_unusable_feedback_is_told_without_its_words() -> None:
    raw = feedback(
        f"11.02.26\tgreat\tAda Lampwick\t\t\t\t\t{ID}", f"Ada\t1\t\t\t\t\t\t{ID}", f"11.02.26\t²\t\t\t\t\t\t{ID}"
    )
    assert read_feedback(raw, "feedback.tsv").rejects == (
        Reject(2, "rating is not a number from 1 to 5"),
        Reject(3, "date is not a date"),
        Reject(4, "rating is not a number from 1 to 5"),
    )


def test_feedback_that_lost_letters_before_it_came_is_counted_and_a_cry_is_not() -> None:
    lost = feedback(f"11.02.26\t1\tR?ckerstattung\t\t\t\t\t{ID}", f"11.02.26\t1\tWhere is it??? Why??\t\t\t\t\t{ID}")
    assert read_feedback(lost, "feedback.tsv").warnings == (
        "comment with '?' inside a word: the file was damaged before it came here",
    )


def test_the_claims_template_names_every_field_and_holds_no_claim() -> None:
    report = read_claims(claims_template().encode(), "claims.csv")
    assert (report.claims, report.warnings) == ((), ("the file has a header and no rows",))


def test_claims_filled_in_read_back() -> None:
    claims = (
        Claim(ID, DAY, "DELIVERED_NOT_RECEIVED, carrier", 8995, "EUR", "appealed", DAY, DAY, DAY),
        Claim("405-0000000-0000001", DAY, status="granted"),
    )
    report = read_claims(claims_csv(claims), "claims.csv")
    assert (report.claims, report.rejects, report.warnings) == (claims, (), ())


def test_a_claim_with_a_reason_is_a_mention_with_a_certain_link() -> None:
    with_reason, without = Claim(ID, DAY, "item not received"), Claim("405-0000000-0000001", DAY)
    report = read_claims(claims_csv((with_reason, without)), "claims.csv")
    (mention,) = report.mentions
    assert (mention.source, mention.kind, mention.reference) == (Source.CLAIM, "claim", ID)
    assert (mention.text, mention.published_at) == ("item not received", DAY)


def test_a_claim_says_whether_it_is_a_chargeback_and_is_an_a_to_z_claim_when_it_does_not() -> None:
    lines = [f"{ID},2026-10-28,{kind}" for kind in ("chargeback", "Charge-back", "a_to_z", "")]
    raw = "order_id,claim_opened_at,kind\n" + "\n".join(lines) + "\n"
    kinds = [claim.kind for claim in read_claims(raw.encode(), "claims.csv").claims]
    assert kinds == ["chargeback", "chargeback", "a_to_z", "a_to_z"]


def test_a_claim_with_an_unknown_status_is_kept_as_open_and_told() -> None:
    raw = f"order_id;claim_opened_at;amount;currency;status\r\n{ID};28/10/2026;1.089,95;eur;lost\r\n"
    report = read_claims(raw.encode(), "claims.csv")
    assert report.claims == (Claim(ID, datetime(2026, 10, 28, tzinfo=UTC), None, 108995, "EUR"),)
    assert report.warnings[0].startswith("status that is none of appealed, denied, granted, open, withdrawn")


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_bytes_below_a_header_make_a_reader_fail(body: bytes) -> None:
    for reader, header in (
        (read_returns, FBA_RETURNS),
        (read_returns, MERCHANT_RETURNS),
        (read_feedback, FEEDBACK),
        (read_claims, tuple(claims_template().strip().split(","))),
    ):
        try:
            report = reader("\t".join(header).encode() + b"\n" + body, "x")
        except BadInput as refused:  # a zero byte: the file is no text at all
            assert "not a text file" in str(refused)
            continue
        assert len(report.returns) + len(report.rejects) <= report.rows_read


@pytest.mark.shared
def test_public_returns_layouts_are_read() -> None:
    folder = SHARED / "samples" / "orders"
    fba = read_returns((folder / "fba_customer_returns_masked.tsv").read_bytes(), "f")
    assert [(r.kind, r.returned_at, r.comment) for r in fba.returns] == [
        ("fba", datetime(2025, 6, 5, 15, 31, 40, tzinfo=UTC), None)
    ]
    merchant = read_returns((folder / "mfn_returns_masked.tsv").read_bytes(), "f")
    assert [(r.kind, r.returned_at, r.currency, r.has_claim) for r in merchant.returns] == [
        ("merchant", datetime(2025, 7, 14, tzinfo=UTC), "USD", False)
    ]
    assert (fba.rejects, merchant.rejects) == ((), ())


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "encoding", "country", "rating"),
    [
        ("seller_feedback_us_6col_invented_utf8.tsv", "utf-8", "US", 1),
        ("seller_feedback_de_10col_invented_cp1252.tsv", "cp1252", "DE", 2),
        ("seller_feedback_jp_10col_invented_cp932.tsv", "cp932", "JP", 1),
    ],
)
def test_public_feedback_layouts_are_read(file: str, encoding: str, country: str, rating: int) -> None:
    report = read_feedback((SHARED / "samples" / "orders" / file).read_bytes(), file)
    assert (report.encoding, report.rejects, report.warnings) == (encoding, (), ())
    (mention,) = report.mentions
    assert (mention.country, mention.rating, mention.published_at) == (
        country,
        rating,
        datetime(2026, 2, 11, tzinfo=UTC),
    )
