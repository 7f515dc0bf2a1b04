"""Saved Trustpilot pages: every layout, every wall, and the traps between them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from collectors.standin.trustpilot_pages import render
from collectors.trustpilot import Outcome, parse_page
from collectors.trustpilot.page import contract, mentions, moment
from data.domain import Author, Mention, Reply, Source
from tests.builders import NOW, days
from tests.conftest import SHARED

REVIEWS = (
    Mention(
        Source.TRUSTPILOT,
        "64f0000000000000000000aa",
        "Colis jamais reçu.\nAucune réponse & aucun remboursement <b>!</b>",
        NOW - days(3),
        Author(Source.TRUSTPILOT, "64a0000000000000000000aa", "Zoé Quentin", None, "FR"),
        title="Jamais reçu",
        rating=1,
        language="fr",
        updated_at=NOW - days(1),
        experienced_at=date(2026, 11, 10),
        reply=Reply("Bonjour,\nécrivez-nous depuis votre commande.", NOW - days(2)),
        verification="not-verified",
    ),
    Mention(
        Source.TRUSTPILOT,
        "64f0000000000000000000bb",
        "Lovely lamp",
        NOW - days(5),
        Author(Source.TRUSTPILOT, "64a0000000000000000000bb", "Tom Ashgrove", None, "GB"),
        title="Lovely lamp",
        rating=5,
        language="en",
        verification="invited",
    ),
)


def page(**facts: Any) -> bytes:
    return render("Lumivelle", "lumivelle.example", REVIEWS, **({"total": 41} | facts))


def without_data_block(raw: bytes) -> bytes:
    return raw[: raw.index(b'<script id="__NEXT_DATA__"')] + b"</body></html>"


def test_a_rendered_page_reads_back_as_the_same_mentions() -> None:
    read = parse_page(page())
    assert (read.outcome, read.shown, read.total, read.business.domain) == (Outcome.OK, 2, 41, "lumivelle.example")
    for given, found in zip(REVIEWS, mentions(read), strict=True):
        assert (given.native_id, given.text, given.title, given.rating, given.published_at, given.reply) == (
            found.native_id,
            found.text,
            found.title,
            found.rating,
            found.published_at,
            found.reply,
        )
        assert (given.author, given.language, given.experienced_at) == (
            found.author,
            found.language,
            found.experienced_at,
        )


def test_a_page_saved_without_scripts_is_read_from_its_cards() -> None:
    read = parse_page(without_data_block(page()))
    assert read.outcome is Outcome.OK and [r.id for r in read.reviews] == [m.native_id for m in REVIEWS]
    assert read.reviews[0].text == REVIEWS[0].text and read.reviews[0].published_at == REVIEWS[0].published_at


def test_a_card_shows_the_last_edit_so_the_first_date_comes_from_the_linked_data() -> None:
    read = parse_page(without_data_block(page()))
    assert read.reviews[0].updated_at == REVIEWS[0].updated_at


def test_carousel_cards_without_a_review_link_are_no_reviews() -> None:
    carousel = b'<article data-service-review-card-paper="true"><p>Great</p></article>'
    raw = without_data_block(page()).replace(b"<main>", b"<main>" + carousel)
    assert parse_page(raw).shown == 2


def test_a_half_downloaded_page_is_neither_read_nor_an_empty_profile() -> None:
    raw = page()
    block, last_card = raw.index(b"__NEXT_DATA__"), raw.rindex(b"data-service-review-card-paper")
    for cut in (raw[: block + 200], raw[: last_card + 300], raw[:400]):
        assert parse_page(cut).outcome is Outcome.LAYOUT_UNKNOWN


def test_a_page_cut_behind_its_whole_data_block_is_read() -> None:
    raw = page()
    assert parse_page(raw[: raw.rindex(b"</script>") + 9]).outcome is Outcome.OK


def test_a_profile_without_reviews_is_empty() -> None:
    assert parse_page(render("L", "l.example", (), total=0)).outcome is Outcome.EMPTY


WALLS = {
    "challenge": b"<html><script>window.awsWafCookieDomainList=[]</script><div id='challenge-container'></div></html>",
    "storage": b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    "bot": b'{"error": true, "message": "this request looks like a bot"}',
    "waiting": b"<html><head><title>Verifying Connection</title></head><body></body></html>",
}


@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_is_blocked(wall: str) -> None:
    assert parse_page(WALLS[wall]).outcome is Outcome.BLOCKED


@pytest.mark.parametrize("status", [202, 401, 403, 405, 429])
def test_a_refusing_status_is_blocked_whatever_the_body(status: int) -> None:
    assert parse_page(page(), status=status).outcome is Outcome.BLOCKED


def test_a_sign_in_redirect_inside_a_page_is_a_gate() -> None:
    props = {"__N_REDIRECT": "/users/connect?redirect=%2Freview%2Fx.example%3Fpage%3D11", "__N_REDIRECT_STATUS": 307}
    block = json.dumps({"props": {"pageProps": props}})
    raw = f'<html><script id="__NEXT_DATA__" type="application/json">{block}</script></html>'.encode()
    assert parse_page(raw).outcome is Outcome.GATED


def test_a_page_of_trustpilot_without_a_profile_is_not_a_profile() -> None:
    raw = b"<html><head><title>Best shops | Trustpilot</title></head><body>Categories</body></html>"
    assert parse_page(raw).outcome is Outcome.NOT_A_PROFILE


def test_unknown_fields_of_a_review_are_counted() -> None:
    raw = page().replace(b'"hasUnhandledReports": false', b'"hasUnhandledReports": false, "newThing": 1')
    assert parse_page(raw).unknown_fields == {"newThing": 2}


def test_reviews_whose_fields_were_renamed_are_a_broken_layout_and_not_an_empty_profile() -> None:
    raw = without_cards(page()).replace(b'"rating":', b'"score":')
    assert parse_page(raw).outcome is Outcome.LAYOUT_UNKNOWN


def without_cards(raw: bytes) -> bytes:
    return raw[: raw.index(b"<main>")] + raw[raw.index(b"</main>") :]


def test_the_2021_layout_is_read_from_its_islands() -> None:
    info = json.dumps(
        {"consumerId": "u1", "consumerName": "Léo", "reviewHeader": "Bof", "reviewBody": "Lent", "stars": 2}
    )
    dates = json.dumps({"publishedDate": "2021-03-22T18:24:59+00:00", "updatedDate": None})
    reply_dates = json.dumps({"publishedDate": "2021-03-24T09:06:52.769+00:00"})
    raw = f"""<html><script data-initial-state="review-list">{{"totalNumberOfReviews":188}}</script>
      <article data-reviewmid="r1" data-review-domain-name="x.example">
      <script data-initial-state="review-info">{info}</script><script data-initial-state="review-dates">{dates}</script>
      <div class="consumer-information__location"><span>FR</span></div>
      <section class="brand-company-reply"><script data-initial-state="review-reply-dates">{reply_dates}</script>
      <div class="brand-company-reply__content">Merci
         à vous</div></section></article></html>""".encode()
    read = parse_page(raw)
    review = read.reviews[0]
    assert (read.outcome, read.total, review.rating, review.text, review.author.country) == (
        Outcome.OK,
        188,
        2,
        "Lent",
        "FR",
    )
    assert review.reply is not None and review.reply.text == "Merci à vous"


def test_the_2016_layout_is_read_from_its_classes() -> None:
    raw = b"""<div class="review" data-reviewmid="r9" data-review-user-id="u9"><a class="user-review-name-link">Al</a>
      <div class="star-rating count-3 size-medium"></div><time datetime="2016-04-11T18:57:49.000+00:00"></time>
      <h3 class="review-title"><a>Fair</a></h3><div class="review-body">One<br>two</div></div>"""
    review = parse_page(raw).reviews[0]
    assert (review.rating, review.title, review.text, review.author.name) == (3, "Fair", "One two", "Al")


def test_an_answer_of_the_official_api_is_read_too() -> None:
    raw = json.dumps(
        {"reviews": [{"id": "a1", "stars": 4, "title": "T", "text": "X", "createdAt": "2026-11-01T00:00:00Z"}]}
    ).encode()
    assert parse_page(raw).reviews[0].published_at == datetime(2026, 11, 1, tzinfo=UTC)


def test_an_e_mail_address_is_not_kept_in_a_mention_but_the_contract_shows_the_text_as_published() -> None:
    raw = page().replace(b"Lovely lamp", b"Write to a.b@c.example please")
    read = parse_page(raw)
    assert mentions(read)[1].text == "Write to [e-mail] please"
    assert contract("f.html", read)["reviews"][1]["text"] == "Write to a.b@c.example please"


PAGES = sorted((SHARED / "samples/trustpilot/pages").glob("*.html")) if SHARED.is_dir() else []


@pytest.mark.shared
@pytest.mark.parametrize("name", [p.stem for p in PAGES] or ["none"])
def test_a_real_page_reads_exactly_as_its_ground_truth(name: str) -> None:
    folder = SHARED / "samples/trustpilot"
    truth = json.loads((folder / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    read = parse_page((folder / "pages" / f"{name}.html").read_bytes())
    assert [r.id for r in read.reviews] == [r["id"] for r in truth["reviews"]]
    for r, t in zip(read.reviews, truth["reviews"], strict=True):
        assert (r.rating, r.title, r.text, r.author.name) == (t["rating"], t["title"], t["text"], t["author"])
        assert r.published_at == moment(t["publishedDate"])
        assert (r.reply.text if r.reply else None) == t.get("replyText")


OUTCOMES = {
    "200-empty-past-end.html": Outcome.EMPTY,
    "200-login-gate-page11.html": Outcome.GATED,
    "202-aws-waf-challenge.html": Outcome.BLOCKED,
    "403-s3-accessdenied.xml": Outcome.BLOCKED,
    "403-verifying-connection.html": Outcome.BLOCKED,
    "403-waf-bot.json": Outcome.BLOCKED,
}


@pytest.mark.shared
@pytest.mark.parametrize("name", OUTCOMES)
def test_a_recorded_error_gives_its_outcome(name: str) -> None:
    assert parse_page((SHARED / "samples/trustpilot/errors" / name).read_bytes()).outcome is OUTCOMES[name]


@pytest.mark.shared
def test_a_category_page_is_not_a_profile() -> None:
    raw = (SHARED / "samples/trustpilot/pages/2021-03-category-fr-not-a-review-page.html").read_bytes()
    assert parse_page(raw).outcome is Outcome.NOT_A_PROFILE
