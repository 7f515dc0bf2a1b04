"""The Model page and the labels of the Mentions page: one click, who may do what, and what X is told."""

from __future__ import annotations

import pytest

from data import browse, erasure, judged, labelling, marks, mentions, model_store, people, trail
from data.browse import Filter
from data.domain import Category, Role, Source
from data.people import Person
from data.workspace import Workspace
from models.in_use import in_use
from models.learning import train_own
from models.retraining import is_held_back
from models.vigil import suggest
from tests.builders import NOW, TESTER, a_mention, an_assessment
from tests.dashboard.browsing import payloads
from tests.dashboard.pages import open_page, shown
from tests.models.labelled import labelled


def newest(ws: Workspace, source: str, labelled_ones: bool = False) -> int:
    with ws.store.reading() as tx:
        for row in browse.page(tx, Filter(sources=(source,)), sort="newest", size=80).rows:
            if not row.is_own and bool(labelling.history(tx, row.id)) is labelled_ones:
                return int(row.id)
    raise AssertionError("the demo has no such mention")


def test_one_click_in_the_reader_labels_a_mention(changing_pages: Workspace) -> None:
    number = newest(changing_pages, "trustpilot")
    at = open_page("mentions", person="p:ines", mention=str(number), days="all")
    at.button(key="label_no").click().run()
    with changing_pages.store.reading() as tx:
        [said] = labelling.history(tx, number)
    assert (said.frustrated, said.by) == (False, "p:ines")
    raw = shown(at)
    assert "Your word counts from now on" in raw and "said: Not frustrated" in raw


def test_topics_and_severity_go_with_a_label_and_a_click_on_the_same_answer_keeps_them(
    changing_pages: Workspace,
) -> None:
    number = newest(changing_pages, "trustpilot")
    at = open_page("mentions", person="p:ines", mention=str(number), days="all")
    at.multiselect(key=f"label_topics_{number}_en").set_value(["no_reply", "not_delivered"])
    at.radio(key=f"label_mood_{number}_en").set_value("yes")
    save = next(b for b in at.button if b.label == "Save")
    save.click().run()
    at.button(key="label_yes").click().run()
    with changing_pages.store.reading() as tx:
        said = labelling.history(tx, number)
    assert [one.categories for one in said] == [(Category.NO_REPLY, Category.NOT_DELIVERED)] * 2
    assert all(one.frustrated for one in said)


@pytest.mark.parametrize("person", ["p:ines", "p:jonte"])
def test_a_post_from_x_offers_no_label_and_says_why(demo_pages: Workspace, person: str) -> None:
    at = open_page("mentions", person=person, mention=str(newest(demo_pages, "x")), days="all")
    assert "label_yes" not in {b.key for b in at.button}
    assert "rule X-01" in shown(at)


def test_who_may_not_label_sees_what_was_said_and_no_buttons(demo_pages: Workspace) -> None:
    number = newest(demo_pages, "trustpilot", labelled_ones=True)
    at = open_page("mentions", person="p:ruggero", mention=str(number), days="all")
    assert "label_yes" not in {b.key for b in at.button} and " said: " in shown(at)


def test_suggestions_are_answered_one_after_the_other(changing_pages: Workspace) -> None:
    with changing_pages.store.reading() as tx:
        first = suggest(tx, 12)[0].mention
    at = open_page("model", person="p:ines")
    at.button(key="check_yes").click().run()
    with changing_pages.store.reading() as tx:
        assert labelling.history(tx, first)[0].frustrated
        assert first not in {s.mention for s in suggest(tx, 12)}
    before = shown(at)
    at.button(key="check_skip").click().run()
    assert shown(at) != before


def test_a_support_lead_trains_switches_back_and_assesses_again(changing_pages: Workspace) -> None:
    labelled(changing_pages.store)
    at = open_page("model", person="p:jonte")
    at.button(key="compare").click().run()
    with changing_pages.store.reading() as tx:
        assert model_store.everything(tx) == []
    assert "nothing was kept" in shown(at)
    at.button(key="train").click().run()
    with changing_pages.store.reading() as tx:
        kept = model_store.everything(tx)
        model = in_use(tx)
        waiting = judged.count_to_assess(tx, model.assessor.version)
        assert [e.actor for e in trail.entries(tx, action="model.trained")] == ["p:jonte"]
    assert [k.version for k in kept] and (waiting > 0) is model.is_own
    if not model.is_own:
        with changing_pages.store.reading() as tx:
            assert kept[0].facts["verdict"].startswith("worse")
        return
    at.button(key="assess_again").click().run()
    with changing_pages.store.reading() as tx:
        assert judged.count_to_assess(tx, model.assessor.version) == 0
    at.button(key="use_model").click().run()
    with changing_pages.store.reading() as tx:
        assert not in_use(tx).is_own


@pytest.mark.parametrize("person", ["p:ines", "p:salome"])
def test_others_see_the_model_and_cannot_train_it(demo_pages: Workspace, person: str) -> None:
    at = open_page("model", person=person)
    assert {"train", "compare", "use_model"} & {b.key for b in at.button} == set()
    assert "Hard groups" in shown(at)


def test_finance_may_not_open_the_page(demo_pages: Workspace) -> None:
    assert "Your role may not open this page" in shown(open_page("model", person="p:ruggero"))


def test_without_labels_the_page_says_how_many_are_missing(
    empty_pages: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:

    with empty_pages.store.transaction(TESTER) as tx:
        marks.keep(tx, marks.DEMO, "1")
        people.add(tx, Person("p:lead", "Lea", Role.SUPPORT_LEAD))
    at = open_page("model")
    raw = shown(at)
    assert "20 labels are missing to train" in raw and at.button(key="train").disabled


def test_hostile_words_of_a_suggestion_are_only_ever_data(changing_pages: Workspace) -> None:
    texts = payloads("http://evil.example")[:6]
    with changing_pages.store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(f"h{n}", text=t, title=t[:200], published_at=NOW) for n, t in enumerate(texts)])
        rows = browse.page(tx, Filter(sources=("trustpilot",)), sort="newest", size=len(texts)).rows
        judged.add_assessments(tx, [(r.id, r.revision, an_assessment(probability=0.5)) for r in rows])
    at = open_page("model", person="p:ines")
    assert not [m.value for m in at.markdown if "evil" in m.value]
    assert not [c.value for c in at.caption if "evil" in c.value]


def test_a_model_whose_labels_were_erased_says_so(changing_pages: Workspace) -> None:
    store = changing_pages.store
    ids = labelled(store)
    made = train_own(store, TESTER)
    with store.transaction(TESTER) as tx:
        model_store.use(tx, made.version, "chosen")
        erasure.erase(tx, [next(n for n in ids if not is_held_back(n))])
    assert "erased since" in shown(open_page("model", person="p:jonte")).replace("\\", "")


def test_x_is_never_among_the_suggestions(demo_workspace: Workspace) -> None:
    with demo_workspace.store.reading() as tx:
        assert Source.X.value not in {s.source for s in suggest(tx, 100)}
