"""What a person brings in on the page of the sources: pasted texts and uploaded files, with the role's right."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from collectors.standin import trustpilot_pages
from dashboard import acts
from dashboard.acts import Upload
from data import browse, trail
from data.browse import Filter
from data.domain import Actor, Role
from data.errors import BadInput, Refused
from data.workspace import Workspace
from tests.builders import a_mention
from tests.dashboard.pages import open_page, shown
from tests.dashboard.test_queries import a_viewer

TEXT = "My Zanzibar lamp never came, order 405-1234567-7654321"


def found(ws: Workspace, words: str) -> list[str]:
    with ws.store.reading() as tx:
        return [row.source for row in browse.page(tx, Filter(words=words), size=10).rows]


def pressed(at: AppTest, label: str, nth: int = 0) -> AppTest:
    [b for b in at.button if b.label == label][nth].click()
    return at.run()


def error_of(at: AppTest) -> str:
    """The error as a reader sees it: without what keeps it from being read as markup."""
    return at.error[0].value.replace("\\", "").replace("\u2060", "")


def test_a_pasted_text_is_stored_and_said_so(changing_pages: Workspace) -> None:
    at = open_page("sources", person="p:jonte")
    at.text_area[0].set_value(TEXT)
    at.text_input[0].set_value("@ada")
    assert "The next run assesses it" in shown(pressed(at, "Save"))
    assert found(changing_pages, "Zanzibar") == ["paste"]
    with changing_pages.store.reading() as tx:
        (entry,) = trail.entries(tx, action="mention.pasted")
    assert "Zanzibar" not in entry.line and "p:jonte" in entry.line


def test_what_cannot_be_pasted_is_said_and_nothing_is_stored(changing_pages: Workspace) -> None:
    at = open_page("sources", person="p:jonte")
    at.text_area[0].set_value(TEXT)
    at.text_input[1].set_value("javascript:alert(1)")
    assert "url: not a web address" in error_of(pressed(at, "Save"))
    assert found(changing_pages, "Zanzibar") == []


def test_an_uploaded_page_is_imported(changing_pages: Workspace) -> None:
    review = a_mention(
        "a1".rjust(24, "0"), title="Zanzibar lamp", text="Never came", url="https://www.trustpilot.com/reviews/a"
    )
    page = trustpilot_pages.render("Lumivelle", "lumivelle.example", [review], total=1)
    at = open_page("sources", person="p:jonte")
    at.file_uploader[0].set_value([("page.html", page, "text/html")])
    assert "1 new" in shown(pressed(at, "Import"))
    assert found(changing_pages, "Zanzibar") == ["trustpilot"]


def test_a_file_that_cannot_be_read_is_said_with_its_name(changing_pages: Workspace) -> None:
    at = open_page("sources", person="p:jonte")
    at.selectbox(key="upload_kind_en").set_value("mentions").run()
    at.file_uploader[0].set_value([("notes.csv", b"colour;size\nred;3\n", "text/csv")])
    assert "notes.csv, line 1: column 'text' is missing" in error_of(pressed(at, "Import"))


@pytest.mark.parametrize("person", ["p:ines", "p:maud", "p:alun", "p:ruggero", "p:salome"])
def test_who_may_not_import_is_offered_no_form(demo_pages: Workspace, person: str) -> None:
    at = open_page("sources", person=person)
    assert not at.text_area and not at.file_uploader


def test_an_import_without_the_right_is_refused_and_audited(
    changing_pages: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = a_viewer(Role.AGENT)
    monkeypatch.setattr("dashboard.session.is_still", lambda _: True)
    with pytest.raises(Refused):
        acts.import_uploads(changing_pages, viewer, "mentions", [Upload("x.csv", b"text;date\nhello;2026-11-20\n")])
    with changing_pages.store.reading() as tx:
        assert trail.entries(tx, action="action.refused")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\ada\\orders.tsv", "orders.tsv"),
        ("a\nb<img>.csv", "a_b_img_.csv"),
        ("..", "upload"),
        ("", "upload"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_an_uploads_name_is_no_path(sent: str, kept: str) -> None:
    assert acts._file_name(sent) == kept


def test_no_upload_is_told_as_such(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.session.is_still", lambda _: True)
    with pytest.raises(BadInput, match="choose at least one file"):
        acts.import_uploads(workspace, a_viewer(Role.SUPPORT_LEAD), "mentions", [])


def test_the_person_who_uploaded_stands_with_the_import(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.session.is_still", lambda _: True)
    viewer = a_viewer(Role.SUPPORT_LEAD)
    done = acts.import_uploads(workspace, viewer, "mentions", [Upload("x.csv", b"text;date\nhello;2026-11-20\n")])
    assert done.reports[0].inserted == 1 and isinstance(viewer.actor, Actor)
    with workspace.store.reading() as tx:
        assert viewer.actor.id in trail.entries(tx, limit=1)[0].line
