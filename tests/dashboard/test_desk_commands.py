"""The contained desk as a person meets it on the command line: the whole way, and every refusal as one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.standin.amazon_files import zendesk_json
from dashboard.cli import status
from data import people
from data.clock import utc_now
from data.domain import Actor, Role, TicketMessage
from data.people import Person
from data.workspace import create
from tests.builders import a_ticket
from tests.conftest import SETTINGS

Run = Callable[..., tuple[int, str, str]]
ORDER = "405-1234567-7654321"
PEOPLE = {"agent": Role.AGENT, "lead": Role.SUPPORT_LEAD, "comp": Role.COMPLIANCE, "fin": Role.FINANCE}


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``person, *command`` on a suspended workspace with one ticket about a refund."""
    made = create(tmp_path / "ws", SETTINGS)
    with made.store.transaction(Actor.system("test")) as tx:
        for name, role in PEOPLE.items():
            people.add(tx, Person(f"p:{name}", name, role))
    made.store.close()
    monkeypatch.setenv("REINSTATE_WORKSPACE", str(made.folder))
    monkeypatch.delenv("REINSTATE_ACTOR", raising=False)

    def call(who: str, *arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        by = ["--as", f"p:{who}"] if who else []
        code = status([*map(str, arguments), *by])
        told = capsys.readouterr()
        return code, told.out, told.err

    asked = utc_now().replace(microsecond=0) - timedelta(days=2)
    words = (TicketMessage("in", asked, "Je demande le remboursement de ma commande, rien n'est arrivé."),)
    ticket = a_ticket("1", created_at=asked, last_in_at=asked, messages=words)
    (tmp_path / "t.json").write_bytes(zendesk_json([ticket]))
    assert call("comp", "suspension", "declare", "--reason", "related account", "--owner", "p:comp")[0] == 0
    assert call("lead", "import", "tickets", tmp_path / "t.json")[0] == 0
    assert call("lead", "macro", "draft", "--shipped")[0] == 0
    return call


def document(told: tuple[int, str, str]) -> Any:
    code, out, err = told
    assert code == 0 and out.count("\n") == 1, err
    return json.loads(out)


def an_error(told: tuple[int, str, str], code: int, *words: str) -> None:
    got, out, err = told
    last = err.splitlines()[-1]
    assert (got, out) == (code, "") and last.startswith("reinstate: ") and all(word in last for word in words), err


def approve_macro(run: Run, name: str) -> None:
    macros = document(run("", "macro", "list", "--language", "fr", "--json"))["macros"]
    number = next(m["id"] for m in macros if m["name"] == name)
    assert run("comp", "macro", "approve", number)[0] == 0


def a_request(run: Run) -> Any:
    day = (utc_now() + timedelta(days=3)).date().isoformat()
    ask = ("ticket", "reply", 1, "--macro", "refund_asked", "--language", "fr", "--update-date", day, "--json")
    return document(run("agent", *ask))["request"]


def test_an_answer_goes_the_whole_way(run: Run) -> None:
    approve_macro(run, "refund_asked")
    asked = a_request(run)
    shown = document(run("lead", "approval", "show", asked["id"], "--json"))["request"]
    assert shown["text"] == asked["text"] and ORDER in shown["text"]
    an_error(run("agent", "approval", "grant", asked["id"], "--hash", shown["sha256"]), 3, "your role")
    an_error(run("agent", "ticket", "send", asked["id"]), 3, "waits for somebody else's approval", "unlock")
    assert run("lead", "approval", "grant", asked["id"], "--hash", shown["sha256"])[0] == 0
    code, out, _ = run("agent", "ticket", "send", asked["id"])
    assert code == 0 and ORDER in out and f"ticket sent {asked['id']}" in out
    an_error(run("agent", "ticket", "send", asked["id"]), 3, "DESK-SEND-ONCE")
    assert document(run("agent", "ticket", "sent", asked["id"], "--json"))["state"] == "sent"
    assert document(run("", "approval", "list", "--state", "sent", "--json"))["requests"][0]["sent_by"] == "p:agent"


def test_why_tells_each_rule_its_source_and_who_unlocks(run: Run) -> None:
    approve_macro(run, "refund_asked")
    a_request(run)
    code, out, _ = run("agent", "ticket", "why", 1)
    assert code == 0 and "DESK-APPROVAL" in out and "source:" in out and "unlock:" in out


def test_without_an_approved_macro_there_is_no_answer_and_the_line_says_what_to_do(run: Run) -> None:
    an_error(
        run("agent", "ticket", "reply", 1, "--language", "fr", "--update-date", "2099-01-01"), 3, "have one approved"
    )


def test_an_unknown_day_amount_and_number_are_one_line_each(run: Run) -> None:
    an_error(run("agent", "ticket", "reply", 1, "--update-date", "soon"), 2, "--update-date")
    an_error(run("agent", "refund", "open", "--order", ORDER, "--amount", "much", "--reason", "x"), 2, "--amount")
    an_error(run("lead", "approval", "show", 99), 2, "approval list")
    an_error(run("lead", "hold", "release", 1, "--note", "x"), 3, "your role")


def test_the_command_line_alone_neither_asks_nor_approves(run: Run) -> None:
    approve_macro(run, "refund_asked")
    asked = a_request(run)
    an_error(run("", "approval", "grant", asked["id"], "--hash", asked["sha256"]), 3, "--as")
    an_error(run("", "ticket", "note", 1, "words"), 3, "--as")


def test_an_attempt_explains_a_missed_clock(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n0000")
    record = ("attempt", "record", "--ticket", 1, "--result", "refused", "--reason", "messaging_disabled")
    assert run("agent", *record, "--proof", tmp_path / "shot.png")[0] == 0
    (missed,) = document(run("lead", "deadlines", "missed", "--json"))["missed"]
    assert missed["reasons"] == ["messaging_disabled"] and len(missed["proofs"]) == 1
    assert document(run("lead", "attempt", "verify", "--json")) == {"broken": []}
    assert document(run("lead", "attempt", "list", "--json"))["attempts"][0]["proof_kind"] == "png"


def test_a_refund_by_hand_is_opened_signed_and_paid(run: Run, tmp_path: Path) -> None:
    (tmp_path / "receipt.txt").write_text("paid", encoding="utf-8")
    opening = ("refund", "open", "--order", ORDER, "--amount", "89,95", "--order-total", "89.95", "--reason", "late")
    opened = document(run("agent", *opening, "--json"))["refund"]
    assert (opened["amount_minor"], opened["state"]) == (8_995, "open")
    an_error(run("agent", *opening), 3, "DESK-REFUND-ONCE")
    an_error(run("lead", "refund", "approve", opened["id"]), 3, "finance")
    assert run("fin", "refund", "approve", opened["id"])[0] == 0
    paid = ("refund", "paid", opened["id"], "--proof", tmp_path / "receipt.txt", "--json")
    assert document(run("fin", *paid))["refund"]["state"] == "paid"
    assert document(run("", "refund", "list", "--order", ORDER, "--json"))["refunds"][0]["signed_by"] == "p:fin"


def test_the_channels_are_written_and_read_by_their_roles(run: Run) -> None:
    assert run("comp", "suspension", "note", "The notice is here.")[0] == 0
    assert run("lead", "suspension", "note", "It came on Monday.", "--corrects", 1)[0] == 0
    an_error(run("agent", "suspension", "thread"), 3, "your role")
    entries = document(run("fin", "suspension", "thread", "--json"))["entries"]
    assert [e["about"] for e in entries] == [None, "entry:1"]
    assert run("agent", "ticket", "note", 1, "Asked the carrier.")[0] == 0
    assert "Asked the carrier." in run("lead", "ticket", "thread", 1)[1]


def test_steps_are_assigned_and_corrected(run: Run) -> None:
    assert run("lead", "suspension", "step", "assign", "open_refund_method", "--owner", "p:fin")[0] == 0
    assert run("lead", "suspension", "step", "close", "freeze_snapshot", "--note", "three files")[0] == 0
    assert run("lead", "suspension", "step", "correct", "freeze_snapshot", "--note", "four files")[0] == 0
    steps = document(run("", "suspension", "status", "--json"))["steps"]
    assert (steps[0]["note"], steps[6]["owner"]) == ("three files", "p:fin")
    assert all(s["due_at"] for s in steps)


def test_readiness_is_scored_kept_and_printed(run: Run, tmp_path: Path) -> None:
    told = document(run("lead", "readiness", "--backed-up", "--keep", "--out", tmp_path / "r.html", "--json"))
    assert 0 <= told["score"] < 100 and told["report"] == 1
    assert all(c["share"] == 1 for c in told["checks"] if c["check"] == "backup")
    assert "<table>" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert document(run("", "readiness", "--report", 1, "--json"))["score"] == told["score"]
    an_error(run("", "readiness", "--report", 9), 2, "does not exist")


def test_a_pasted_message_becomes_one_ticket(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text(f"Bonjour, où est ma commande {ORDER} ?", encoding="utf-8")
    paste = ("ticket", "paste", "--text", tmp_path / "m.txt", "--language", "fr", "--json")
    number = document(run("agent", *paste))["ticket"]
    assert document(run("agent", *paste))["ticket"] == number
    shown = document(run("agent", "ticket", "show", number, "--json"))["ticket"]
    assert (shown["order_id"], shown["channel"], shown["suspended"]) == (ORDER, "amazon", True)


def test_a_map_of_a_help_desk_table_is_kept_for_the_next_time(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Fall,Eröffnet\n7,2026-11-20T10:00:00Z\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Fall,Eröffnet\n8,2026-11-21T10:00:00Z\n", encoding="utf-8")
    (tmp_path / "map.toml").write_text('ticket_id = "Fall"\ncreated_at = "Eröffnet"\n', encoding="utf-8")
    first = ("import", "tickets", tmp_path / "a.csv", "--map", tmp_path / "map.toml", "--save-map", "shop", "--json")
    assert document(run("lead", *first))["files"][0]["inserted"] == 1
    again = ("import", "tickets", tmp_path / "b.csv", "--map", "shop", "--json")
    assert document(run("lead", *again))["files"][0]["inserted"] == 1


def test_a_drill_is_declared_beside_the_real_suspension_and_ends_with_a_report(run: Run) -> None:
    run("comp", "suspension", "reinstate-account")
    assert run("comp", "suspension", "declare", "--reason", "drill", "--owner", "p:comp", "--drill")[0] == 0
    approve_macro(run, "refund_asked")
    assert run("comp", "suspension", "reinstate-account")[0] == 0
    code, out, _ = run("lead", "readiness", "--report", 1)
    assert code == 0 and "Drill: 0 of 10 steps" in out


def test_claims_and_shipments_are_listed_when_there_are_none(run: Run) -> None:
    assert document(run("", "claim", "list", "--json")) == {"claims": []}
    assert document(run("", "shipping-decision", "list", "--json")) == {"orders": []}
    an_error(run("lead", "shipping-decision", "record", ORDER, "--decision", "stop", "--reason", "x"), 2, "import")
    an_error(run("lead", "claim", "show", 1), 2, "claim list")
    assert document(run("", "hold", "list", "--json")) == {"holds": []}
