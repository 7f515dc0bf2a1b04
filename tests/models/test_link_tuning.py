"""Weights that follow a seller's judgements: fitted, compared on judgements held back, switched, listed and undone."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data import engines, judged, link_weights, mentions, migrate
from data.config import Policy
from data.domain import Author, Decision, Order, Source, Verdict
from data.errors import BadInput
from data.schema.intake import mention
from data.store import Store
from data.vault import Vault
from models import link_tuning
from models.link_fit import Judged, Rival, best, fit, fit_curve
from models.link_in_use import linking_setup, policy_of, weights_in_use
from models.link_thresholds import ENOUGH, Chance, choose, effects, stored_effects
from models.link_tuning import tune, use_weights
from models.link_weights import NEVER, PRESET, Curve
from models.run import link_new
from tests.builders import NOW, TESTER, a_mention, an_order, days
from tests.models.test_store_index import import_orders


def a_case(number: int, *, right: bool, keys: tuple[str, ...] = ("ticket.agree",), log_odds: float = 0.0) -> Judged:
    rivals = (Rival("o1", log_odds, keys), Rival("o2", -3.0, ("gap.month",)))
    return Judged(
        str(number), "trustpilot", rivals, "o1" if right else None, frozenset() if right else frozenset({"o1"})
    )


# the fit


def test_an_outcome_that_people_mostly_reject_loses_weight() -> None:
    found = fit([a_case(n, right=n % 5 == 0) for n in range(100)])
    assert found["ticket.agree"] < -0.3


def test_an_outcome_that_people_mostly_confirm_gains_weight() -> None:
    found = fit([a_case(n, right=n % 5 != 0) for n in range(100)])
    assert found["ticket.agree"] > 0.3


def test_few_judgements_move_the_weights_less_than_many() -> None:
    few, many = (fit([a_case(n, right=True) for n in range(size)])["ticket.agree"] for size in (3, 300))
    assert 0 < few < many


def test_what_the_weights_promised_already_changes_nothing() -> None:
    cases = [replace(a_case(n, right=n % 2 == 0), rivals=(Rival("o1", 0.0, ("ticket.agree",)),)) for n in range(200)]
    assert abs(fit(cases)["ticket.agree"]) < 0.01


def test_without_judgements_there_is_nothing_to_correct() -> None:
    assert fit([]) == {}


def test_the_best_order_comes_with_its_odds_and_its_share() -> None:
    order_id, log_odds, part = best(a_case(1, right=True, log_odds=2.0), {})
    assert order_id == "o1" and log_odds == pytest.approx(math.log(math.exp(2) + math.exp(-3)))
    assert part == pytest.approx(math.exp(2 - log_odds))


def test_a_curve_tames_odds_that_say_too_much() -> None:
    said = [(4.0, 1.0), (4.0, 0.0), (-4.0, 0.0), (-4.0, 1.0)] * 100
    curve = fit_curve([x for x, _ in said], [y for _, y in said])
    assert curve.slope < 0.5 and curve(math.exp(4.0)) < 0.75


def test_without_surprises_a_curve_stays_what_it_was() -> None:
    assert fit_curve([], []) == Curve(1.0, 0.0)


# thresholds


def test_a_higher_threshold_links_less_and_promises_more() -> None:
    low, high = effects([Chance(0.97, True), Chance(0.99, True), Chance(0.5, True)], 0.3, grid=(0.95, 0.98))
    assert (low.links, high.links, low.reviews, high.reviews) == (2, 1, 1, 2)
    assert low.promised is not None and high.promised is not None and low.promised < high.promised


def test_what_a_rule_keeps_from_linking_waits_for_a_person_at_every_threshold() -> None:
    (effect,) = effects([Chance(0.999, False)], 0.3, grid=(0.9,))
    assert (effect.links, effect.reviews, effect.promised) == (0, 1, None)


def test_judged_links_tell_how_right_a_threshold_was() -> None:
    (effect,) = effects([Chance(0.99, True, True), Chance(0.99, True, False), Chance(0.99, True)], 0.3, grid=(0.9,))
    assert (effect.judged, effect.right) == (2, 1) and effect.sure[0] < 0.5 < effect.sure[1]


def test_thresholds_are_chosen_on_a_thousand_judgements_and_not_on_fewer() -> None:
    said = [Chance(0.96, True, n % 20 != 0) for n in range(500)] + [Chance(0.995, True, True) for _ in range(500)]
    assert choose(said[:-1]) == {} and len(said) == ENOUGH
    assert choose(said)[0.99] == 0.97 and choose(said)[0.999] == 0.97


def test_a_precision_that_no_threshold_reaches_links_nothing_by_resemblance() -> None:
    assert choose([Chance(0.999, True, n % 2 == 0) for n in range(ENOUGH)]) == {}
    assert PRESET.cut(0.9999) == NEVER


def test_the_policy_says_how_sure_automatic_links_must_be() -> None:
    cuts = [policy_of(PRESET, Policy(link_precision=p)).link_at for p in (0.99, 0.995, 0.998, 0.999)]
    assert cuts == sorted(cuts) and len(set(cuts)) == 4


# over a store


def some_orders(count: int) -> list[Order]:
    return [
        an_order(
            f"405-{n:07d}-0000000",
            purchased_at=NOW - days(20 + n % 9),
            buyer_name=f"Firstname{n:03d}a Lastname{n:03d}b",
            buyer_email=f"b{n}@marketplace.amazon.fr",
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def judged_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, made once: 120 linked mentions on Trustpilot, judged by a person (four of five right), and one on X."""
    path = tmp_path_factory.mktemp("judged") / "store.sqlite3"
    migrate.upgrade(engines.sqlite_url(path))
    store = Store(engines.sqlite_url(path), Vault(bytes(range(32))), lambda: NOW)
    batch = some_orders(120)
    with store.transaction(TESTER) as tx:
        import_orders(tx, *batch)
        said = [
            a_mention(
                f"m{n}",
                text="My lamp never came to Lyon." if n % 5 else "Nothing came to Lyon.",
                author=Author(Source.TRUSTPILOT, f"a{n}", o.buyer_name, None, "FR"),
                experienced_at=(o.purchased_at + timedelta(days=n % 3)).date(),
            )
            for n, o in enumerate(batch)
        ]
        on_x = a_mention("x1", source=Source.X, text=batch[0].order_id, author=Author(Source.X, "x", "Zoe", "zoe"))
        mentions.add(tx, [*said, on_x])
    link_new(store)
    with store.transaction(TESTER) as tx:
        rows = mention.select().order_by(mention.c.id)
        for row in tx.conn.execute(rows).all():
            number = int(row.native_id[1:])
            verdict = Verdict.CONFIRMED if number % 5 else Verdict.REJECTED
            judged.judge(tx, row.id, batch[0 if row.native_id == "x1" else number].order_id, verdict)
    store.close()
    return path


@pytest.fixture
def judged_store(judged_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it that a test may change."""
    shutil.copy(judged_file, tmp_path / "store.sqlite3")
    opened = Store(engines.sqlite_url(tmp_path / "store.sqlite3"), Vault(bytes(range(32))), lambda: NOW)
    yield opened
    opened.close()


def test_tuning_wants_a_hundred_judgements_and_says_how_many_there_are(sqlite_store: Store) -> None:
    with pytest.raises(BadInput, match=r"0 of 0 judged mentions can teach.*100 are wanted"):
        tune(sqlite_store, TESTER)


def test_weights_that_tell_the_judgements_held_back_no_worse_link_from_then_on(judged_store: Store) -> None:
    made = tune(judged_store, TESTER)
    assert made.switched and made.compared.loss_new <= made.compared.loss_old and made.sources == {"trustpilot": 120}
    with judged_store.reading() as tx:
        held, current = link_weights.everything(tx), weights_in_use(tx)
    assert current == made.weights and [k.version for k in held] == [current.version]
    assert held[0].facts["verdict"] == "not_worse" and held[0].facts["thresholds_from"] == "documented"


def test_a_dry_run_keeps_and_switches_nothing(judged_store: Store) -> None:
    made = tune(judged_store, TESTER, dry_run=True)
    with judged_store.reading() as tx:
        assert not made.switched and link_weights.everything(tx) == [] and weights_in_use(tx) is PRESET


def test_weights_that_are_worse_are_kept_and_not_switched_to(
    judged_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_tuning, "fit", lambda judged: {"product.agree": -14.0})
    made = tune(judged_store, TESTER)
    with judged_store.reading() as tx:
        assert made.compared.is_worse and not made.switched and weights_in_use(tx) is PRESET
        assert [k.facts["verdict"] for k in link_weights.everything(tx)] == ["worse"]


def test_the_same_judgements_make_the_same_weights(judged_store: Store) -> None:
    first, again = tune(judged_store, TESTER), tune(judged_store, TESTER)
    assert first.weights == again.weights and not again.is_new and not again.switched


def test_a_judgement_on_x_teaches_nothing(judged_store: Store) -> None:
    assert "x" not in tune(judged_store, TESTER, dry_run=True).sources


def test_the_documented_weights_can_be_chosen_again(judged_store: Store) -> None:
    tune(judged_store, TESTER)
    assert use_weights(judged_store, TESTER, "documented") == PRESET.version
    with judged_store.reading() as tx:
        assert weights_in_use(tx) is PRESET


def test_weights_that_are_not_kept_cannot_be_chosen(sqlite_store: Store) -> None:
    with pytest.raises(BadInput, match="are not kept here"):
        use_weights(sqlite_store, TESTER, "link-own-none")


def test_new_weights_leave_what_people_confirmed(judged_store: Store) -> None:
    tune(judged_store, TESTER)
    link_new(judged_store)
    with judged_store.reading() as tx:
        rows = tx.conn.execute(mention.select().where(mention.c.source != "x")).all()
    confirmed = [r for r in rows if int(r.native_id[1:]) % 5]
    assert {(r.link_decision, r.link_verdict) for r in confirmed} == {(Decision.LINK.value, Verdict.CONFIRMED.value)}


def test_stored_links_tell_what_each_threshold_would_do(judged_store: Store) -> None:
    with judged_store.reading() as tx:
        setup = linking_setup(tx)
        found = stored_effects(tx, setup.policy.review_at, grid=(0.5, NEVER))
    assert found[0].links > found[1].links == 0 and found[0].judged == found[0].links
    assert sum((found[0].links, found[0].reviews, found[0].none)) == 120
