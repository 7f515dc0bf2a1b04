"""Masks: what a role may not see is taken out before anything reaches a page."""

from __future__ import annotations

import pytest

from dashboard.queries import masks, mentions
from dashboard.queries.wanted import Wanted
from data.domain import Role
from data.workspace import Workspace
from tests.dashboard.test_queries import ORDER, a_viewer, add_linked_mention


@pytest.mark.parametrize(
    "written",
    ["405-1234567-7654321", "405 1234567 7654321", "40512345677654321", "405–1234567–7654321", "4O5-1234567-765432I"],
)
def test_an_order_number_is_hidden_however_it_is_written(written: str) -> None:
    shown = masks.text(f"My order {written} never came", a_viewer(Role.BRAND_MANAGER))
    assert shown == f"My order {masks.HIDDEN} never came"


@pytest.mark.parametrize("harmless", ["24.11.2026", "2026-11-24", "59,90 €", "10 000", "5 / 5", "oil lol"])
def test_dates_and_prices_are_left_alone(harmless: str) -> None:
    assert masks.text(harmless, a_viewer(Role.BRAND_MANAGER)) == harmless


def test_names_are_hidden_in_texts_as_whole_words_without_regard_to_case() -> None:
    shown = masks.text("ADA wrote. Adamant. Signed, Ada Lampwick", a_viewer(Role.FINANCE), ("Ada Lampwick",))
    assert shown == f"{masks.HIDDEN} wrote. Adamant. Signed, {masks.HIDDEN} {masks.HIDDEN}"


def test_a_role_that_may_see_everything_reads_the_text_as_it_is() -> None:
    text = f"Ada Lampwick, {ORDER}"
    assert masks.text(text, a_viewer(Role.AGENT), ("Ada Lampwick",)) == text


def test_an_address_on_x_that_names_its_author_is_replaced_for_roles_without_names() -> None:
    url = "https://x.com/ada_l/status/12"
    assert masks.link_to(url, "x", "12", a_viewer(Role.BRAND_MANAGER)) == "https://x.com/i/web/status/12"
    assert masks.link_to(url, "x", "12", a_viewer(Role.AGENT)) == url


def test_a_mention_of_a_customer_tells_a_brand_manager_neither_name_nor_order(workspace: Workspace) -> None:
    held = add_linked_mention(workspace.store, f"Ada here, order {ORDER}, where is it?", title="From Lampwick")
    with workspace.store.reading() as tx:
        seen = mentions.detail(tx, a_viewer(Role.BRAND_MANAGER), held)
        page = mentions.listing(tx, a_viewer(Role.BRAND_MANAGER), Wanted(days="all"))
    told = repr(seen) + repr(page)
    assert not [secret for secret in ("Ada", "Lampwick", ORDER, "1234567") if secret in told]
    assert seen.orders[0].order_id is None
    assert [(e.field, e.ours) for e in seen.orders[0].evidence] == [("order_id", None), ("city", None)]


def test_an_agent_is_told_the_order_the_buyer_and_the_evidence(workspace: Workspace) -> None:
    held = add_linked_mention(workspace.store, "Where is it?")
    with workspace.store.reading() as tx:
        seen = mentions.detail(tx, a_viewer(Role.AGENT), held)
    first = seen.orders[0]
    assert (first.order_id, first.buyer, first.product) == (ORDER, "Ada Lampwick", "Brass lamp")
    assert first.evidence[1].ours == "Lyon"
