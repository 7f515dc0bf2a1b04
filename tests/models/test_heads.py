"""Heads: what labels add to the base is exactly additive, stays within its source and holds no word."""

from __future__ import annotations

import math

import numpy as np
import pytest

from data.domain import Category
from data.errors import BadInput
from models.assess import Assessor
from models.heads_file import pack, unpack, version_of
from models.retraining import SellerText, see, train_heads
from models.text import AssessInput


def texts(n: int = 40, source: str = "trustpilot", topic: Category = Category.NO_REPLY) -> list[SellerText]:
    said = ("It shines yellow in the garden", "It shines white in the garden")
    return [
        SellerText(k, k, source, AssessInput(f"{said[k % 2]}, lamp {k}", source=source), k % 2 == 0, (topic,))
        for k in range(n)
    ]


@pytest.fixture(scope="module")
def base() -> Assessor:
    return Assessor.shipped()


@pytest.fixture(scope="module")
def own(base: Assessor) -> Assessor:
    heads = train_heads(base, texts(), ["trustpilot"])
    return Assessor(base.base, heads, version_of(heads, base.version))


def test_a_head_learns_what_its_source_says(base: Assessor, own: Assessor) -> None:
    yellow, white = (AssessInput(f"It shines {c} at night", source="trustpilot") for c in ("yellow", "white"))
    before, after = base.assess([yellow, white]), own.assess([yellow, white])
    assert after[0].probability - after[1].probability > before[0].probability - before[1].probability + 0.1
    assert (after[0].model, before[0].model) == (own.version, base.version)


def test_a_head_learns_topics(base: Assessor, own: Assessor) -> None:
    said = AssessInput("It shines yellow at night", source="trustpilot")
    place = tuple(Category).index(Category.NO_REPLY)
    assert own.explain(said).categories[place] > base.explain(said).categories[place] + 0.5


@pytest.mark.parametrize("source", ["reddit", "x", None])
def test_other_sources_are_answered_exactly_as_before(base: Assessor, own: Assessor, source: str | None) -> None:
    said = AssessInput("It shines yellow, still no refund", None, 2, source)
    assert own.explain(said).log_odds == base.explain(said).log_odds
    assert own.assess([said])[0].reasons == base.assess([said])[0].reasons


@pytest.mark.parametrize("rating", [None, 1, 3, 5])
def test_the_words_of_a_headed_text_add_up_to_its_score(own: Assessor, rating: int | None) -> None:
    said = AssessInput("It shines yellow in the garden but nobody answers!", None, rating, "trustpilot")
    made = own.explain(said)
    told = own.assess([said])[0].probability
    assert told == pytest.approx(1 / (1 + math.exp(-(made.base + math.fsum(made.added.values())))))
    head = own.heads["trustpilot"]
    seen = see(Assessor(own.base), SellerText(1, 1, "trustpilot", said, True, ()))
    weights = {int(row): head.weights[n, 0] for n, row in enumerate(head.rows)}
    words = sum(weights.get(int(r), 0.0) * s for r, s in zip(seen.rows, seen.shares, strict=True))
    assert made.log_odds == pytest.approx(head.slope[0] * seen.log_odds[0] + head.offset[0] + words)


def test_no_weight_rests_on_one_text_alone(base: Assessor) -> None:
    alone = SellerText(99, 99, "trustpilot", AssessInput("terrible", source="trustpilot"), True, ())
    head = train_heads(base, [*texts(), alone], ["trustpilot"])["trustpilot"]
    assert base.base.trained.scores.index["terrible"] not in set(head.rows.tolist())


def test_heads_come_back_from_bytes_and_hold_no_word(base: Assessor, own: Assessor) -> None:
    raw = pack(own.heads)
    back = unpack(raw, len(base.base.trained.scores.index))
    assert version_of(back, base.version) == own.version
    assert all(array.dtype.kind in "if" for array in (back["trustpilot"].rows, back["trustpilot"].weights))
    assert b"yellow" not in raw


def test_the_version_hangs_on_the_base_and_on_every_number(base: Assessor, own: Assessor) -> None:
    heads = dict(own.heads)
    other = train_heads(base, texts(38), ["trustpilot"])
    assert len({version_of(heads, "a"), version_of(heads, "b"), version_of(other, "a")}) == 3


@pytest.mark.parametrize("features", [0, 3])
def test_heads_of_a_larger_base_are_refused(own: Assessor, features: int) -> None:
    with pytest.raises(BadInput, match="do not fit"):
        unpack(pack(own.heads), features)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"\x80\x04K\x01."])
def test_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        unpack(raw, 10)


def test_a_post_from_x_cannot_even_be_a_text_of_a_seller() -> None:
    with pytest.raises(ValueError, match="X-01"):
        SellerText(1, 1, "x", AssessInput("It shines yellow"), True, ())


def test_few_labels_move_little(base: Assessor) -> None:
    head = train_heads(base, texts(4), ["trustpilot"])["trustpilot"]
    assert abs(head.offset[0]) < 1.5 and 0.2 < head.slope[0] < 1.8 and np.abs(head.weights).max() < 2.5
