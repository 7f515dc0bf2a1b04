"""Evidence packs: what they hold, what they leave out, that hostile text stays text, and that others can check them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from data import attempts, casework, checkpoints, orders, people, proofs, snapshots, trail
from data.casework import NewStep
from data.domain import Actor, Role, TicketMessage
from data.errors import BadInput, Refused
from data.people import Person
from data.snapshots import SnapshotFacts
from data.standalone import verify as standalone
from data.workspace import Workspace
from recovery_plan.evidence.document import Kind, Redact, Scope
from recovery_plan.evidence.making import make_pack
from recovery_plan.evidence.pdf import shown
from recovery_plan.evidence.wording import LANGUAGES, Wording, _words
from tests.builders import NOW, a_ticket, an_order, days

OFFICER, AUDITOR = Actor("p:comp", Role.COMPLIANCE), Actor("p:aud", Role.AUDITOR)
HOSTILE = '#panic() #set text(red) *x* _y_ $z$ [a] \\ @b "c" </script> =HYPERLINK("d") \u202eabc é ß ñ œ ç 日本 😀'
APPEAL, ORDER, TICKET = Scope(Kind.APPEAL), Scope(Kind.ORDER, "405-1234567-7654321"), Scope(Kind.TICKET, "1")


@pytest.fixture
def desk(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A suspended account with an order, a ticket nobody could answer, and an attempt with a screenshot."""
    shot = tmp_path / "shot.png"
    shot.write_bytes(b"\x89PNG\r\n\x1a\nx")
    kept = proofs.keep(workspace, shot)
    with workspace.store.transaction(OFFICER) as tx:
        for person in (Person("p:comp", "Orla Quist", Role.COMPLIANCE), Person("p:aud", "Alun Pryce", Role.AUDITOR)):
            people.add(tx, person)
        snapshot = snapshots.open_snapshot(tx, SnapshotFacts("orders", "o.tsv", "0" * 64, "tsv", "utf-8", 1, 0))
        orders.add_orders(tx, snapshot, [an_order()])
        casework.add_tickets(tx, [(a_ticket(), "refund_not_received")], suspend_amazon=True)
        casework.declare(tx, reason=HOSTILE, owner="p:comp", marketplace="amazon.fr", noticed_at=NOW - days(3),
                         steps=[NewStep("freeze_snapshot"), NewStep("tag_tickets")])  # fmt: skip
        casework.close_step(tx, 1, 1, HOSTILE)
        attempts.add(tx, ticket=1, order_id="405-1234567-7654321", way="buyer_message", result="refused",
                     reason="messaging_disabled", note=HOSTILE, tried_at=NOW - timedelta(hours=40),
                     proof=kept)  # fmt: skip
    return workspace


def document(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "facts.json").read_bytes())
    return told


def section(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(s for s in document(folder)["sections"] if s["name"] == name)
    return found


def test_an_appeal_pack_tells_steps_late_replies_with_their_reason_attempts_and_the_chronology(
    desk: Workspace, tmp_path: Path
) -> None:
    make_pack(desk, OFFICER, APPEAL, tmp_path / "p", language="en")
    assert [row[1] for row in section(tmp_path / "p", "protocol_steps")["rows"]] == [
        "Freeze the order cache",
        "Tag the tickets",
    ]
    (late,) = section(tmp_path / "p", "missed_clocks")["rows"]
    assert late[5] == "messaging was disabled" and late[6] == "1"
    assert len(section(tmp_path / "p", "attempts")["rows"]) == 1
    what = [row[2] for row in section(tmp_path / "p", "chronology")["rows"]]
    assert what == ["Suspension declared", "Protocol step closed", "Attempt recorded"]


def test_the_figures_of_the_24_hour_clocks_add_up(desk: Workspace, tmp_path: Path) -> None:
    with desk.store.transaction(OFFICER) as tx:
        now = TicketMessage("in", NOW - timedelta(hours=2), "And today?")
        asked = a_ticket("t2", created_at=now.sent_at, last_in_at=now.sent_at, messages=(now,))
        casework.add_tickets(tx, [(asked, None), (a_ticket("t3", tags=("no_response_needed",)), None)],
                             suspend_amazon=True)  # fmt: skip
    make_pack(desk, OFFICER, APPEAL, tmp_path / "p", language="en")
    told = dict(section(tmp_path / "p", "figures")["facts"])
    every = "Buyers' messages with a 24-hour clock"
    parts = ("answered within 24 hours", "answered later or not yet", "not answered yet, the 24 hours still running")
    assert [told[every], *(told[f"– {part}"] for part in parts)] == ["2", "0", "1", "1"]


def test_a_step_that_is_open_names_who_has_to_do_it_not_who_did_it(desk: Workspace, tmp_path: Path) -> None:
    with desk.store.transaction(OFFICER) as tx:
        casework.assign_step(tx, 1, 2, "p:comp", NOW)
    make_pack(desk, OFFICER, APPEAL, tmp_path / "p", language="fr")
    done, due = section(tmp_path / "p", "protocol_steps")["rows"]
    assert done[4] == "Orla Quist (responsable conformité)" and due[4] == f"à faire par {done[4]}"


def test_what_the_program_says_itself_is_told_in_the_packs_language(desk: Workspace) -> None:
    from recovery_plan.desk.suspending import HELD

    french = Wording("fr", ZoneInfo("Europe/Paris"), {})
    assert french.known(HELD).startswith("en attente") and french.known("as he said") == "as he said"
    assert french.fact("shipped", "2026-11-24T12:00:00+00:00") == "expédition : 24 nov. 2026, 13:00"
    assert french.fact("carrier", "TNT") == "transporteur : TNT"


@pytest.mark.parametrize("scope", [APPEAL, ORDER, TICKET], ids=lambda s: s.subject)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_is_pdf_a_with_data_and_checks_out_by_its_own_verifier(
    desk: Workspace, tmp_path: Path, scope: Scope, language: str
) -> None:
    made = make_pack(desk, OFFICER, scope, tmp_path / "p", language=language)
    printed = (tmp_path / "p" / made.pages_of).read_bytes()
    assert printed.startswith(b"%PDF-1.7") and b"pdfaid:part>2<" in printed and b"pdfaid:conformance>B<" in printed
    command = [sys.executable, "-I", "-S", str(tmp_path / "p" / "verify.py"), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    assert told["intact"] and told["entries"] == made.entries > 0


@pytest.mark.parametrize(
    "change",
    [
        lambda f: (f / "evidence.pdf").write_bytes(b"%PDF"),
        lambda f: (f / "facts.json").write_bytes(b"{}"),
        lambda f: (f / "tables" / "attempts.csv").unlink(),
        lambda f: (f / "more.txt").write_text("x"),
    ],
    ids=["pdf", "data", "a table gone", "a file more"],
)
def test_a_pack_that_was_changed_is_found(desk: Workspace, tmp_path: Path, change: Any) -> None:
    make_pack(desk, OFFICER, APPEAL, tmp_path / "p")
    change(tmp_path / "p")
    assert not standalone.check(tmp_path / "p")["intact"]


@pytest.mark.parametrize("field", ["line", "detail", "salt", "n", "proof"])
def test_an_entry_that_was_changed_with_its_manifest_is_found_by_its_proof(
    desk: Workspace, tmp_path: Path, field: str
) -> None:
    from data.audit_export import write_manifest

    make_pack(desk, OFFICER, APPEAL, tmp_path / "p")
    path = tmp_path / "p" / "log" / "entries.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    changes: dict[str, Any] = {"line": rows[1]["line"], "detail": '{"n":1}', "salt": "00" * 32, "n": 1,
                               "proof": rows[0]["proof"][:-1]}  # fmt: skip
    rows[0][field] = changes[field]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    manifest = tmp_path / "p" / "manifest.json"
    manifest.unlink()
    write_manifest(tmp_path / "p", {"kind": "pack"})
    assert not standalone.check(tmp_path / "p")["intact"]


def test_what_people_wrote_is_printed_as_text_whatever_it_holds(desk: Workspace, tmp_path: Path) -> None:
    make_pack(desk, OFFICER, APPEAL, tmp_path / "p")
    (row,) = section(tmp_path / "p", "attempts")["rows"]
    assert row[6].startswith("#panic() #set text(red) *x*") and "\u202e" not in row[6]
    cell = (tmp_path / "p" / "tables" / "attempts.csv").read_text(encoding="utf-8-sig")
    assert '"#panic()' in cell


def test_letters_without_a_glyph_are_printed_as_their_number_and_all_others_as_they_are() -> None:
    assert shown("日 😀 \u200b") == "[U+65E5] [U+1F600] [U+200B]"
    five = "éèàçùœ Ÿ « » – ’ äöüß ẞ ñ¿¡ áíóú ìò € ľščťžýŕ ğış řů őű ĳ ΑΩω Жя №"
    assert shown(five) == five


def test_every_letter_that_is_said_to_be_printable_is(desk: Workspace) -> None:
    import typst

    from recovery_plan.evidence.pdf import _OTHER

    letters = "".join(c for c in map(chr, range(0x20, 0x3000)) if not _OTHER.match(c))
    source = (
        b'#set text(font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"))\n'
        b'#set document(title: "t")\n#text(sys.inputs.t)'
    )
    compiler = typst.Compiler(source, ignore_system_fonts=True, sys_inputs={"t": letters})
    assert compiler.compile(format="pdf", pdf_standards=["a-2b"], timestamp=0)


def test_names_texts_and_attachments_are_left_out_on_request(desk: Workspace, tmp_path: Path) -> None:
    make_pack(desk, OFFICER, ORDER, tmp_path / "all")
    make_pack(desk, OFFICER, ORDER, tmp_path / "less", redact=set(Redact))
    whole, less = (json.dumps(document(tmp_path / f), ensure_ascii=False) for f in ("all", "less"))
    for said in ("Ada Lampwick", "Orla Quist", "#panic()", "Where is my refund?"):
        assert said in whole and said not in less
    assert (tmp_path / "all" / "attachments").is_dir() and not (tmp_path / "less" / "attachments").exists()
    assert "names, texts" in less.replace("attachments, ", "")


def test_no_file_of_a_redacted_pack_holds_a_customers_name(desk: Workspace, tmp_path: Path) -> None:
    make_pack(desk, AUDITOR, ORDER, tmp_path / "p")
    held = b"".join(p.read_bytes() for p in (tmp_path / "p").rglob("*") if p.is_file() and p.suffix != ".pdf")
    assert b"Lampwick" not in held


@pytest.mark.parametrize("role", [Role.AGENT, Role.FINANCE, Role.BRAND_MANAGER, None])
def test_other_roles_make_no_packs(desk: Workspace, tmp_path: Path, role: Role | None) -> None:
    with pytest.raises(Refused):
        make_pack(desk, Actor("p:x", role), APPEAL, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_the_making_is_on_the_log_by_its_manifest_and_sealed(desk: Workspace, tmp_path: Path) -> None:
    made = make_pack(desk, OFFICER, APPEAL, tmp_path / "p", redact={Redact.TEXTS})
    with desk.store.reading() as tx:
        (entry,) = trail.entries(tx, action="evidence.")
    detail = json.loads(entry.detail)
    assert (entry.subject, detail["manifest"], detail["redacted"]) == ("appeal", made.manifest, "texts")
    assert checkpoints.verify(desk.store, desk.seals).covered == entry.seq == made.entry


def test_equal_facts_give_an_equal_pdf(desk: Workspace, tmp_path: Path) -> None:
    from recovery_plan.evidence.document import Document, Section
    from recovery_plan.evidence.pdf import pdf

    told = Document(
        "fr", "t", "s", "m", (("a", "b"),), (Section("x", "é"),), "f", {"page": "p", "of": "o", "contents": "c"}
    )
    words = Wording("fr", ZoneInfo("Europe/Paris"), {})
    assert pdf(told, NOW, words) == pdf(told, NOW, words)


def test_a_long_table_is_cut_in_print_and_whole_in_its_file() -> None:
    from recovery_plan.evidence.document import Section
    from recovery_plan.evidence.pdf import MOST_ROWS, _cut

    words = Wording("en", ZoneInfo("UTC"), {})
    cut = _cut(Section("t", "T", rows=(("x",),) * (MOST_ROWS + 1)), words)
    assert len(cut.rows) == MOST_ROWS and f"{MOST_ROWS} of {MOST_ROWS + 1} rows" in cut.note


@pytest.mark.parametrize("scope", [Scope(Kind.ORDER, "405-0000000-0000000"), Scope(Kind.TICKET, "99")])
def test_an_unknown_subject_makes_no_folder(desk: Workspace, tmp_path: Path, scope: Scope) -> None:
    with pytest.raises(BadInput):
        make_pack(desk, OFFICER, scope, tmp_path / "p")
    assert list(tmp_path.glob("*p*")) in ([], [p for p in tmp_path.glob("*p*") if p.name in ("workspace", "shot.png")])


def test_a_folder_that_holds_something_is_left_alone(desk: Workspace, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "mine.txt").write_text("x")
    with pytest.raises(BadInput, match="not empty"):
        make_pack(desk, OFFICER, APPEAL, tmp_path / "p")
    assert (tmp_path / "p" / "mine.txt").read_text() == "x"


def test_every_word_is_there_in_both_languages_with_the_same_blanks() -> None:
    for group, names in _words().items():
        for name, told in names.items():
            blanks = [sorted(re.findall(r"\{(\w+)\}", told[language])) for language in LANGUAGES]
            assert set(told) == set(LANGUAGES) and blanks[0] == blanks[1], f"{group}.{name}"


def test_codes_of_the_desk_have_words() -> None:
    from data.approvals import State
    from recovery_plan.containment.defence import POINTS
    from recovery_plan.containment.mode import Step
    from recovery_plan.desk.registers import METHODS

    wanted: dict[str, tuple[str, ...]] = {"way": attempts.WAYS, "result": attempts.RESULTS, "cause": attempts.REASONS,
              "request_state": tuple(State), "point": POINTS,
              "step": tuple(Step), "method": METHODS, "role": tuple(Role)}  # fmt: skip
    assert [(g, c) for g, codes in wanted.items() for c in codes if str(c) not in _words()[g]] == []
