"""What is suggested for labels: doubtful first, spread over languages and sources, no near copies, some by lot."""

from __future__ import annotations

from models.suggestions import LOT, UNSURE, Candidate, choose

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove")


def a_candidate(
    mention: int, probability: float = 0.5, language: str = "en", source: str = "reddit", text: str = ""
) -> Candidate:
    ending = chr(97 + mention % 26) + chr(97 + mention // 26)  # no word in common with another candidate
    told = text or " ".join(word + ending for word in WORDS)
    return Candidate(mention, source, language, probability, told)


def test_the_most_doubtful_come_first() -> None:
    found = choose([a_candidate(1, 0.9), a_candidate(2, 0.52), a_candidate(3, 0.2)], [], 3)
    assert [(s.mention, s.why) for s in found] == [(2, UNSURE), (3, UNSURE), (1, UNSURE)]


def test_languages_and_sources_take_turns() -> None:
    crowd = [a_candidate(n, 0.5) for n in range(10)]
    rare = [a_candidate(20, 0.42, "it"), a_candidate(21, 0.42, "en", "trustpilot")]
    found = choose([*crowd, *rare], [], 5)
    assert {20, 21} <= {s.mention for s in found}


def test_near_copies_are_asked_once() -> None:
    said = "the parcel never came and nobody answers my letters about lamp"
    copies = [a_candidate(n, 0.5, text=f"{said} {n}") for n in range(5)]
    found = choose([*copies, a_candidate(9, 0.3)], copies, 6)
    assert len({s.mention for s in found} & {0, 1, 2, 3, 4}) == 1 and 9 in {s.mention for s in found}


def test_every_fourth_is_drawn_by_lot() -> None:
    doubtful = [a_candidate(n) for n in range(20)]
    drawn = [a_candidate(100 + n, 0.99) for n in range(20)]
    found = choose(doubtful, drawn, 8)
    assert [n for n, s in enumerate(found) if s.why == LOT] == [3, 7]
    assert [s.mention for s in found if s.why == LOT] == [100, 101]


def test_when_nothing_is_doubtful_the_lot_fills_the_list_and_nobody_comes_twice() -> None:
    drawn = [a_candidate(n, 0.99) for n in range(5)]
    found = choose(drawn[:2], drawn, 9)
    assert sorted(s.mention for s in found) == [0, 1, 2, 3, 4]


def test_nothing_to_suggest_is_an_empty_list() -> None:
    assert choose([], [], 5) == []
