"""Every page for every role: opens, keeps what the role may not see, and does what its buttons say."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import pages, session
from dashboard.access import may
from data import browse, customer_names, judged, orders, people, plans, snapshots, trail
from data.browse import Filter
from data.domain import Actor, Role, Verdict
from data.people import Person
from data.workspace import Workspace
from tests.builders import NOW, a_mention, an_assessment, an_order, days
from tests.dashboard.pages import PAGES, open_page, sent, shown

PEOPLE = {
    Role.AGENT: "p:ines",
    Role.SUPPORT_LEAD: "p:jonte",
    Role.COMPLIANCE: "p:salome",
    Role.FINANCE: "p:ruggero",
    Role.BRAND_MANAGER: "p:maud",
    Role.AUDITOR: "p:alun",
}
ACTIONS = {facts.name: facts.action for facts in pages.ALL}
FAILED = "This page could not be shown"


def is_refused(at: AppTest) -> bool:
    return any("may not open this page" in warning.value for warning in at.warning)


@pytest.mark.parametrize(("page", "role"), [(p, r) for p in PAGES for r in Role if may(r, ACTIONS[p])])
def test_a_page_opens_for_every_role_that_may(demo_pages: Workspace, page: str, role: Role) -> None:
    at = open_page(page, person=PEOPLE[role])
    assert not at.exception
    assert [title.value for title in at.title] == [next(f.title for f in pages.ALL if f.name == page)]
    assert not is_refused(at)
    assert FAILED not in shown(at)


def test_refused_pages_say_whom_to_ask_and_are_on_the_audit_log(changing_pages: Workspace) -> None:
    refused = [(page, role) for page in PAGES for role in Role if not may(role, ACTIONS[page])]
    assert refused
    for page, role in refused:
        at = open_page(page, person=PEOPLE[role])
        assert is_refused(at), (page, role)
        assert not at.metric, (page, role)
    with changing_pages.store.reading() as tx:
        entries = trail.entries(tx, action="action.refused")
    assert len(entries) >= len(refused)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_french(demo_pages: Workspace, page: str) -> None:
    at = open_page(page, person="p:jonte", language="fr")
    assert not at.exception
    assert "Compte suspendu sur" in shown(at)
    assert "n’a pas pu s’afficher" not in shown(at)


@pytest.mark.parametrize("page", PAGES)
def test_the_mode_and_who_can_lift_it_stand_on_every_page(demo_pages: Workspace, page: str) -> None:
    banner = next(m.value for m in open_page(page, person="p:jonte").markdown if "Account suspended" in m.value)
    assert "amazon" in banner
    assert "Can lift it" in banner
    assert "Salomé Vautrin" in banner


@pytest.mark.parametrize("page", [p for p in PAGES if may(Role.BRAND_MANAGER, ACTIONS[p])])
def test_a_brand_manager_is_sent_no_customers_name_and_no_order_number(demo_pages: Workspace, page: str) -> None:
    with demo_pages.store.reading() as tx:
        at_risk = plans.at_risk_customers(tx)
        names = {n for n in customer_names.names_of(tx, [c.customer for c in at_risk]).values() if " " in n}
        ids = {c.order_id for c in at_risk if c.order_id}
        linked = browse.page(tx, Filter(decisions=("link",)), size=60).rows
    assert names
    assert ids
    params: list[dict[str, str]] = [{}]
    if page == "mentions":
        params += [{"mention": str(row.id), "days": "all"} for row in linked[:12]]
    if page == "at_risk":
        with demo_pages.store.reading() as tx:
            from dashboard.queries import masks

            params += [{"customer": masks.pseudonym(tx, c.customer)} for c in at_risk[:6]]
    for told in params:
        raw = sent(open_page(page, person="p:maud", **told)).decode("utf-8", "replace")
        assert not {n for n in names if n in raw}, told
        assert not {i for i in ids if i in raw}, told
        assert not re.search(r"\b\d{3}[-\s]\d{7}[-\s]\d{7}\b", raw), told


def test_an_agent_does_see_the_name_and_the_order_number(demo_pages: Workspace) -> None:
    with demo_pages.store.reading() as tx:
        first = plans.at_risk_customers(tx)[0]
        name = customer_names.names_of(tx, [first.customer])[first.customer]
    raw = shown(open_page("at_risk", person="p:ines"))
    assert name in raw
    assert str(first.order_id) in raw


def test_finance_sees_order_numbers_without_names(demo_pages: Workspace) -> None:
    with demo_pages.store.reading() as tx:
        first = plans.at_risk_customers(tx)[0]
        name = customer_names.names_of(tx, [first.customer])[first.customer]
    raw = shown(open_page("at_risk", person="p:ruggero"))
    assert str(first.order_id) in raw
    assert name not in raw


def one_to_check(ws: Workspace) -> int:
    with ws.store.reading() as tx:
        rows = browse.page(tx, Filter(decisions=("review",), judged=False), size=5).rows
    assert rows
    return int(rows[0].id)


def test_confirming_a_link_stores_the_judgement_of_the_person_who_clicked(changing_pages: Workspace) -> None:
    mention = one_to_check(changing_pages)
    at = open_page("mentions", person="p:ines", mention=str(mention), days="all")
    at.button(key="confirm_0").click().run()
    assert "Link confirmed" in shown(at)
    with changing_pages.store.reading() as tx:
        newest = judged.judgements(tx, mention)[0]
    assert newest["verdict"] == Verdict.CONFIRMED.value
    assert newest["by"] == "p:ines"


def test_rejecting_a_link_stores_that_it_is_not_this_order(changing_pages: Workspace) -> None:
    mention = one_to_check(changing_pages)
    at = open_page("mentions", person="p:ines", mention=str(mention), days="all")
    at.button(key="reject_0").click().run()
    with changing_pages.store.reading() as tx:
        assert judged.judgements(tx, mention)[0]["verdict"] == Verdict.REJECTED.value


def test_a_judgement_made_meanwhile_by_somebody_else_is_not_overruled_unseen(changing_pages: Workspace) -> None:
    mention = one_to_check(changing_pages)
    at = open_page("mentions", person="p:ines", mention=str(mention), days="all")
    with changing_pages.store.transaction(Actor("p:jonte", Role.SUPPORT_LEAD)) as tx:
        judged.judge(tx, mention, "405-0000000-0000000", Verdict.REJECTED)
    at.button(key="confirm_0").click().run()
    assert "somebody else judged" in shown(at).replace("\u2060", "").replace("\\", "")
    with changing_pages.store.reading() as tx:
        assert len(judged.judgements(tx, mention)) == 1


@pytest.mark.parametrize("role", [Role.FINANCE, Role.BRAND_MANAGER, Role.AUDITOR])
def test_who_may_not_judge_is_offered_no_button(demo_pages: Workspace, role: Role) -> None:
    at = open_page("mentions", person=PEOPLE[role], mention=str(one_to_check(demo_pages)), days="all")
    assert not [b for b in at.button if b.key and b.key.startswith(("confirm", "reject"))]


def test_a_corrected_label_outlives_the_models_word(changing_pages: Workspace) -> None:
    with changing_pages.store.reading() as tx:
        row = browse.page(tx, Filter(bands=("not_frustrated",)), size=1).rows[0]
    at = open_page("mentions", person="p:ines", mention=str(row.id), days="all")
    at.radio[0].set_value("yes")
    next(b for b in at.button if b.label == "Save").click()
    at.run()
    with changing_pages.store.reading() as tx:
        assert browse.get(tx, row.id).band == "frustrated"  # type: ignore[union-attr]


def test_filters_of_the_address_narrow_the_list_and_unknown_codes_are_ignored(demo_pages: Workspace) -> None:
    at = open_page("mentions", person="p:jonte", source="x", band="frustrated", days="all", category="no_such")
    assert at.selectbox(key="source_en_choice").value == "x"
    assert at.selectbox(key="band_en_choice").value == "frustrated"
    assert at.selectbox(key="category_en_choice").value == ""


def test_the_language_switch_keeps_the_filters(demo_pages: Workspace) -> None:
    at = open_page("mentions", person="p:jonte", source="x", days="all")
    at.segmented_control(key="language_en").set_value("fr").run()
    assert at.selectbox(key="source_fr_choice").value == "x"
    assert "Compte suspendu" in shown(at)


def test_switching_the_role_in_the_demo_changes_the_menu_and_the_masks(demo_pages: Workspace) -> None:
    at = open_page("at_risk", person="p:ines")
    at.selectbox(key="view_as_en").set_value("p:maud").run()
    with demo_pages.store.reading() as tx:
        first = plans.at_risk_customers(tx)[0]
    assert str(first.order_id) not in shown(at)


def test_a_lead_builds_a_plan_and_sees_what_was_built(changing_pages: Workspace) -> None:
    at = open_page("plan", person="p:jonte")
    at.button(key="build").click().run()
    assert "Built" in at.success[0].value
    with changing_pages.store.reading() as tx:
        newest = plans.newest_plan(tx)
    assert newest is not None


def test_only_a_lead_is_offered_to_build_a_plan(demo_pages: Workspace) -> None:
    assert not [b for b in open_page("plan", person="p:ines").button if b.key == "build"]


def test_a_tampered_log_is_told_on_the_first_page_and_on_its_own(changing_pages: Workspace) -> None:
    import sqlite3

    held = sqlite3.connect(changing_pages.folder / "reinstate.sqlite3")
    for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_detail'"):
        held.execute(f'DROP TRIGGER "{name}"')
    held.execute("UPDATE audit_detail SET detail = '{\"n\":1}' WHERE seq = 5")
    held.commit()
    held.close()
    assert "audit log was changed" in shown(open_page("overview", person="p:jonte"))
    assert "entry 5" in open_page("audit", person="p:salome").error[0].value


def test_a_mention_with_hostile_text_is_only_ever_data(changing_pages: Workspace) -> None:
    from data import mentions

    text = "![x](http://evil.example/b.png) <img src=x onerror=alert(1)> [a](http://evil.example) :red[APPROVED] $x$"
    with changing_pages.store.transaction(Actor.system("test")) as tx:
        mentions.add(tx, [a_mention("hostile", text=text, title=text, published_at=NOW - days(1))])
        held = next(r.id for r in browse.page(tx, Filter(words="APPROVED"), sort="newest").rows)
        judged.add_assessments(tx, [(held, 1, an_assessment())])
    at = open_page("mentions", person="p:jonte", mention=str(held), days="all")
    assert not [m.value for m in at.markdown if "evil.example" in m.value]
    assert not [c.value for c in at.caption if "evil.example" in c.value]
    assert "evil.example" in shown(at)


def test_an_empty_workspace_says_the_next_step_on_every_page(empty_pages: Workspace) -> None:
    with empty_pages.store.transaction(Actor.system("test")) as tx:
        people.add(tx, Person("p:lead", "A Lead", Role.SUPPORT_LEAD))
        people.set_password(tx, "p:lead", "correct horse battery")
    at = open_page("overview")
    assert at.text_input
    at.text_input[0].set_value("a lead")
    at.text_input[1].set_value("correct horse battery")
    at.button[0].click().run()
    assert "No mentions yet." in shown(at)
    for page in PAGES[1:]:
        at.switch_page(f"views/{page}.py").run()
        assert not at.exception, page
        assert FAILED not in shown(at), page


def test_a_wrong_password_opens_nothing_is_audited_and_makes_the_next_try_wait(empty_pages: Workspace) -> None:
    with empty_pages.store.transaction(Actor.system("test")) as tx:
        people.add(tx, Person("p:waiting", "Wanda Waiting", Role.AGENT))
        people.set_password(tx, "p:waiting", "correct horse battery")
    at = open_page("overview")
    for _ in range(4):
        at.text_input[0].set_value("Wanda Waiting")
        at.text_input[1].set_value("wrong")
        at.button[0].click().run()
    assert "Too many wrong passwords" in at.error[0].value
    assert not at.title or at.title[0].value == "reinstate"
    with empty_pages.store.reading() as tx:
        assert len(trail.entries(tx, action="session.refused")) == 3
    at.text_input[0].set_value("Wanda Waiting")
    at.text_input[1].set_value("correct horse battery")
    at.button[0].click().run()
    assert at.title[0].value == "reinstate"


def test_a_session_that_has_ended_can_change_nothing(empty_pages: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    store = empty_pages.store
    with store.transaction(Actor.system("test")) as tx:
        people.add(tx, Person("p:agent", "An Agent", Role.AGENT))
        people.set_password(tx, "p:agent", "correct horse battery")
        snapshot = snapshots.open_snapshot(tx, snapshots.SnapshotFacts("orders", "f", "0" * 64, "t", "utf-8", 1, 0))
        orders.add_orders(tx, snapshot, [an_order()])
        from data import mentions
        from data.domain import Decision, LinkDecision

        mentions.add(tx, [a_mention(published_at=NOW - days(1))])
        held = browse.page(tx, Filter()).rows[0].id
        judged.add_assessments(tx, [(held, 1, an_assessment())])
        judged.add_links(tx, [(held, LinkDecision(Decision.REVIEW, 0.5, "405-1234567-7654321"))])
    at = open_page("mentions")
    at.text_input[0].set_value("An Agent")
    at.text_input[1].set_value("correct horse battery")
    at.button[0].click().run()
    at.switch_page("views/mentions.py").run()
    button = at.button(key="confirm_0")
    monkeypatch.setattr(store, "clock", lambda: NOW + days(1))
    button.click().run()
    with store.reading() as tx:
        assert not judged.judgements(tx, held)
    assert session.workspace() is empty_pages
