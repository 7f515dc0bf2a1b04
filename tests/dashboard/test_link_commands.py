"""``link tune|thresholds|weights|use`` and ``links unlink|never|tie``, as a person and a program meet them."""

from __future__ import annotations

from pathlib import Path

from data import mentions
from data.domain import Author, Source
from data.workspace import open_at
from models.run import link_new
from tests.builders import NOW, TESTER, a_mention, an_order
from tests.dashboard.test_commands import Run, an_error, document, folder, run
from tests.models.test_store_index import OURS, import_orders

__all__ = ["folder", "run"]  # fixtures


def linked(folder: Path) -> None:
    """One mention that names an order of ours, and one on X."""
    ws = open_at(folder, clock=lambda: NOW)
    with ws.store.transaction(TESTER) as tx:
        import_orders(tx, an_order())
        on_x = a_mention("x1", source=Source.X, text="hello", author=Author(Source.X, "x1", "Zoe", "zoe"))
        mentions.add(tx, [a_mention("m1", text=f"Order {OURS}"), on_x])
    link_new(ws.store, ws.settings.policy)
    ws.store.close()


def test_the_filter_still_says_what_it_needs(run: Run) -> None:
    an_error(run("link"), 2, "--orders", "--mentions")


def test_tuning_without_judgements_says_how_many_are_missing(run: Run) -> None:
    an_error(run("link", "tune", "--dry-run"), 2, "100 are wanted", "links review")


def test_thresholds_are_told_with_the_one_in_use(folder: Path, run: Run) -> None:
    linked(folder)
    told = document(run("link", "thresholds", "--json"))
    assert told["in_use"] == {"link_at": 0.99, "review_from": 0.65, "link_precision": 0.998}
    assert [t["link_at"] for t in told["thresholds"]] == sorted(t["link_at"] for t in told["thresholds"])


def test_the_documented_weights_are_listed_and_may_be_named(run: Run) -> None:
    (listed,) = document(run("link", "weights", "--json"))["weights"]
    assert listed["in_use"] and listed["verdict"] == "documented"
    assert document(run("link", "use", "documented", "--json"))["version"] == listed["version"]
    an_error(run("link", "use", "link-own-none"), 2, "are not kept here")


def test_a_link_is_taken_off_with_its_reason_and_only_once(folder: Path, run: Run) -> None:
    linked(folder)
    told = document(run("links", "unlink", 1, "--reason", "another person", "--json"))
    assert (told["order_id"], told["verdict"]) == (OURS, "rejected")
    an_error(run("links", "unlink", 1, "--reason", "again"), 2, "is linked to no order")


def test_the_never_link_list_is_kept_shown_and_lifted(folder: Path, run: Run) -> None:
    linked(folder)
    assert document(run("links", "never", "add", "--order", OURS, "--reason", "test order", "--json"))["listed"]
    (listed,) = document(run("links", "never", "list", "--json"))["never"]
    assert (listed["kind"], listed["ref"], listed["reason"]) == ("order", OURS, "test order")
    run("links", "never", "lift", "--order", OURS, "--reason", "real after all")
    assert document(run("links", "never", "list", "--json"))["never"] == []


def test_the_never_link_list_takes_one_thing_at_a_time(run: Run) -> None:
    an_error(run("links", "never", "add", "--reason", "x"), 2, "--order", "--author")


def test_an_account_on_x_cannot_be_tied_and_the_rule_is_named(folder: Path, run: Run) -> None:
    linked(folder)
    an_error(run("links", "tie", 1, 2, "--reason", "same person"), 3, "X")


def test_a_brand_manager_may_not_unlink(folder: Path, run: Run) -> None:
    linked(folder)
    an_error(run("links", "unlink", 1, "--reason", "x", "--as", "p:brand"), 3)
