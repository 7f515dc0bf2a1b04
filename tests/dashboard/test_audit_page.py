"""The Audit page: what it finds, what it seals, and packs that are made and checked."""

from __future__ import annotations

import contextlib
import io
import zipfile
from zoneinfo import ZoneInfo

import pytest

from dashboard import record_acts
from dashboard.viewer import Viewer
from data import checkpoints, legal_holds, trail
from data.domain import Actor, Role
from data.errors import BadInput, Refused
from data.workspace import Workspace
from recovery_plan.evidence.document import Kind, Scope
from tests.builders import NOW
from tests.dashboard.pages import open_page, shown


def a_viewer(who: str, role: Role) -> Viewer:
    return Viewer(Actor(who, role), who, "en", ZoneInfo("UTC"), NOW)


AUDITOR = a_viewer("p:alun", Role.AUDITOR)


def test_a_seal_that_was_taken_away_is_told(changing_pages: Workspace) -> None:
    max(changing_pages.seals.folder.glob("*.checkpoint")).unlink()
    at = open_page("audit", person="p:alun")
    assert "is not in the folder" in at.error[0].value.replace("\\", "")


def test_the_auditor_seals_the_log_and_sees_the_seal(changing_pages: Workspace) -> None:
    at = open_page("audit", person="p:alun", view="seals")
    at.button(key="seal").click().run()
    sealed, size = checkpoints.state(changing_pages.store, changing_pages.seals)
    assert sealed == size and f"Sealed up to entry {size}" in at.success[0].value


def test_the_search_finds_by_object_detail_and_day(demo_pages: Workspace) -> None:
    with demo_pages.store.reading() as tx:
        entry = trail.entries(tx, action="step.closed")[-1]
    day = entry.at.date().isoformat()
    at = open_page("audit", person="p:alun", object=entry.subject, words="position", action="step.closed", until=day)
    assert "step.closed" in shown(at) and [b for b in at.button if b.key == "clear_search"]
    assert "No entries." in shown(open_page("audit", person="p:alun", object="suspension:999"))


def test_only_compliance_places_and_ends_a_legal_hold(changing_pages: Workspace) -> None:
    assert not [b for b in open_page("audit", person="p:alun", view="holds").button if b.key == "hold_place"]
    at = open_page("audit", person="p:salome", view="holds")
    at.text_input[0].set_value("ticket:1")
    at.text_input[1].set_value("A claim")
    at.button(key="hold_place").click().run()
    with changing_pages.store.reading() as tx:
        (held,) = legal_holds.standing(tx)
    assert held.subject == "ticket:1"
    at.text_input[-1].set_value("It was decided")
    at.button(key="hold_end").click().run()
    with changing_pages.store.reading() as tx:
        assert legal_holds.standing(tx) == []


def test_a_pack_is_made_taken_along_and_known_again(changing_pages: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    made = record_acts.make_pack(changing_pages, AUDITOR, Scope(Kind.APPEAL), "fr", ())
    found = record_acts.check_pack(changing_pages, AUDITOR, made, "")
    assert (found.kind, found.is_intact) == ("pack", True) and found.entries > 0
    from dashboard.queries import audit

    with changing_pages.store.reading() as tx:
        pack = audit.pack_of(tx, AUDITOR, found.manifest)
    assert pack is not None and (pack.subject, pack.redacted) == ("appeal", ("names",))


def test_a_pack_that_was_changed_is_found_out(changing_pages: Workspace) -> None:
    made = record_acts.make_pack(changing_pages, AUDITOR, Scope(Kind.APPEAL), "en", ())
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"{}" if name.endswith("facts.json") else old.read(name))
    assert not record_acts.check_pack(changing_pages, AUDITOR, changed.getvalue(), "").is_intact


def test_an_exported_log_checks_out(changing_pages: Workspace) -> None:
    found = record_acts.check_pack(changing_pages, AUDITOR, record_acts.export_log(changing_pages, AUDITOR), "")
    assert (found.kind, found.is_intact) == ("log", True)


def bomb(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [b"no zip", bomb("x.txt", b"x"), bomb("manifest.json", b"[]"), bomb("../../manifest.json", b"{}")]
)
def test_what_is_no_pack_is_refused(demo_pages: Workspace, content: bytes) -> None:
    with pytest.raises(BadInput):
        record_acts.check_pack(demo_pages, AUDITOR, content, "")


def test_a_pack_of_another_shape_is_refused_or_told_as_changed(demo_pages: Workspace) -> None:
    for content in (b'{"kind": "log", "files": {"x": 1}}', b'{"kind": "pack", "files": {}}', b"[" * 100_000):
        with contextlib.suppress(BadInput):
            assert not record_acts.check_pack(demo_pages, AUDITOR, bomb("manifest.json", content), "").is_intact


def test_a_file_that_unpacks_to_too_much_is_refused(demo_pages: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_acts, "LARGEST", 1_000)
    with pytest.raises(BadInput, match="more than"):
        record_acts.check_pack(demo_pages, AUDITOR, bomb("manifest.json", b"x" * 2_000), "")


def test_an_agent_makes_no_pack_and_the_refusal_is_on_record(changing_pages: Workspace) -> None:
    with pytest.raises(Refused):
        record_acts.make_pack(changing_pages, a_viewer("p:ines", Role.AGENT), Scope(Kind.APPEAL), "en", ())
    with changing_pages.store.reading() as tx:
        assert trail.entries(tx, action="action.refused")[0].subject == "action:make_evidence"
