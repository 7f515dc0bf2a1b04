"""The command line as a person and a program meet it: answers, exit status, one line for every error."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.standin import trustpilot_pages
from collectors.standin.amazon_files import orders_tsv, zendesk_json
from dashboard.cli import status
from data import people
from data.clock import utc_now
from data.domain import Actor, Role
from data.people import Person
from data.workspace import create, open_at
from tests.builders import a_mention, a_ticket, an_order
from tests.conftest import SETTINGS

Run = Callable[..., tuple[int, str, str]]
PEOPLE = (
    Person("p:agent", "An Agent", Role.AGENT, ("fr", "en")),
    Person("p:lead", "A Lead", Role.SUPPORT_LEAD, ("en",)),
    Person("p:comp", "An Officer", Role.COMPLIANCE, ("fr",)),
    Person("p:brand", "A Manager", Role.BRAND_MANAGER, ("fr",)),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with people, closed again."""
    made = create(tmp_path / "ws", SETTINGS)
    with made.store.transaction(Actor.system("test")) as tx:
        for person in PEOPLE:
            people.add(tx, person)
    made.store.close()
    return made.folder


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command on the workspace; gives exit status, stdout and stderr."""
    monkeypatch.setenv("REINSTATE_WORKSPACE", str(folder))
    for name in ("ACTOR", "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET", "X_BEARER_TOKEN"):
        monkeypatch.delenv(f"REINSTATE_{name}", raising=False)

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = status([str(a) for a in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def document(told: tuple[int, str, str]) -> Any:
    code, out, _ = told
    assert code in (0, 4) and out.count("\n") == 1
    return json.loads(out)


def an_error(told: tuple[int, str, str], code: int, *words: str) -> None:
    got, out, err = told
    assert (got, out) == (code, "") and err.startswith("reinstate: ") and err.count("\n") == 1
    assert all(word in err for word in words), err


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    file = tmp_path / "orders.tsv"
    file.write_bytes(orders_tsv([an_order()], legacy=True))
    return file


def test_an_import_answers_with_the_contract_s_fields(run: Run, orders_file: Path) -> None:
    (told,) = document(run("import", "orders", orders_file, "--json"))["files"]
    assert {"file", "sha256", "format", "encoding", "read", "inserted", "updated", "unchanged", "rejected"} <= set(told)
    assert (told["read"], told["inserted"], told["rejects_file"]) == (1, 1, None)


def test_json_and_workspace_may_stand_before_the_command(run: Run, folder: Path, orders_file: Path) -> None:
    assert document(run("--workspace", folder, "--json", "import", "orders", orders_file))["files"][0]["read"] == 1


def a_folder(tmp_path: Path) -> Path:
    return tmp_path


def an_empty_file(tmp_path: Path) -> Path:
    (tmp_path / "empty.tsv").write_bytes(b"")
    return tmp_path / "empty.tsv"


def a_picture(tmp_path: Path) -> Path:
    (tmp_path / "orders.tsv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(60))
    return tmp_path / "orders.tsv"


def without_its_key(tmp_path: Path) -> Path:
    (tmp_path / "keyless.tsv").write_text("sku\tasin\nA\tB\n")
    return tmp_path / "keyless.tsv"


def a_missing_file(tmp_path: Path) -> Path:
    return tmp_path / "nowhere.tsv"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_folder, "is a folder"),
        (an_empty_file, "is empty"),
        (a_picture, "is not a text file"),
        (without_its_key, "order-id"),
        (a_missing_file, "there is no such file"),
    ],
)
def test_a_file_that_is_none_is_one_clear_line_and_exit_2(
    run: Run, tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    an_error(run("import", "orders", make(tmp_path)), 2, words)


def test_the_good_file_goes_in_beside_a_bad_one_and_the_status_says_in_part(
    run: Run, tmp_path: Path, orders_file: Path
) -> None:
    code, out, err = run("import", "orders", an_empty_file(tmp_path), orders_file, "--json")
    told = json.loads(out)
    assert code == 4 and told["files"][0]["inserted"] == 1 and "is empty" in told["failed"][0] and "is empty" in err


def test_a_half_downloaded_page_gives_its_outcome_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    page = trustpilot_pages.render("Lumivelle", "l.example", [a_mention("a" * 24)], total=1)
    (tmp_path / "half.html").write_bytes(page[: page.index(b"__NEXT_DATA__") + 300])
    code, out, _ = run("parse", "trustpilot", tmp_path / "half.html")
    assert (code, json.loads(out)["outcome"]) == (0, "layout_unknown")
    code, out, _ = run("import", "trustpilot", tmp_path / "half.html", "--json")
    assert code == 4 and json.loads(out)["files"][0]["inserted"] == 0


def test_a_page_is_parsed_without_a_workspace(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REINSTATE_WORKSPACE", str(tmp_path / "none"))
    (tmp_path / "p.html").write_bytes(trustpilot_pages.render("L", "l.example", [a_mention("a" * 24)], total=9))
    told = document(run("parse", "trustpilot", tmp_path / "p.html"))
    assert (told["outcome"], told["shown"], told["total"]) == ("ok", 1, 9)
    assert set(told["reviews"][0]) == {
        "id", "rating", "title", "text", "language", "published_at", "updated_at", "experienced_at", "author", "reply",
        "verification",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("colour = 1", "colour: unknown key"),
        ("[policy]\ndaily_contacts = 'many'", "policy.daily_contacts"),
        ("[[[", "TOML"),
    ],
)
def test_a_wrong_settings_file_names_its_place(run: Run, folder: Path, line: str, words: str) -> None:
    (folder / "reinstate.toml").write_text(line + "\n" + SETTINGS if "colour" in line else SETTINGS + line)
    an_error(run("run"), 2, "reinstate.toml", words)


def test_no_workspace_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    an_error(run("--workspace", tmp_path / "none", "run"), 2, "reinstate init")


def test_a_workspace_of_a_newer_version_is_not_touched(run: Run, folder: Path) -> None:
    with sqlite3.connect(folder / "reinstate.sqlite3") as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    an_error(run("suspension", "status"), 2, "newer version")
    an_error(run("init"), 2, "newer version")


@pytest.fixture
def as_anybody() -> Iterator[Path]:
    """A folder to work in, with no right that only root has."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    is_root = os.geteuid() == 0
    yield folder
    if is_root:
        os.seteuid(0)
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_workspace_is_one_clear_line(run: Run, as_anybody: Path, orders_file: Path) -> None:
    create(as_anybody / "ws", SETTINGS).store.close()
    for path in (as_anybody / "ws").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (as_anybody / "ws").chmod(0o555)
    file = shutil.copy(orders_file, as_anybody)
    if os.geteuid() == 0:
        os.seteuid(65534)
    code, out, err = run("--workspace", as_anybody / "ws", "import", "orders", file)
    assert (code, out, err.count("\n")) == (2, "", 1) and ("read-only" in err or "rights" in err or "right to" in err)


def test_an_unknown_option_is_a_usage_error(run: Run) -> None:
    an_error(run("run", "--colour"), 2, "--colour")


def test_tickets_come_in_tagged_while_suspended_and_lose_the_tag_at_the_reinstatement(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(zendesk_json([a_ticket("1", created_at=a_ticket().created_at)]))
    assert run("suspension", "declare", "--reason", "related account", "--owner", "p:comp", "--as", "p:comp")[0] == 0
    assert document(run("import", "tickets", tmp_path / "t.json", "--json"))["files"][0]["inserted"] == 1
    (ticket,) = document(run("ticket", "list", "--json"))["tickets"]
    assert ticket["suspended"] is True and ticket["reasons"]
    assert document(run("suspension", "reinstate-account", "--as", "p:comp", "--json")) == {"mode": "recovery"}
    assert document(run("suspension", "status", "--json"))["suspended_tickets"] == 0


def test_the_protocol_is_closed_in_order_by_a_role_that_answers(run: Run) -> None:
    run("suspension", "declare", "--reason", "related account", "--owner", "p:comp", "--as", "p:comp")
    an_error(run("suspension", "step", "close", "tag_tickets", "--note", "x", "--as", "p:lead"), 3, "freeze_snapshot")
    an_error(run("suspension", "step", "close", "freeze_snapshot", "--note", "x", "--as", "p:agent"), 3, "your role")
    assert run("suspension", "step", "close", "freeze_snapshot", "--note", "done", "--as", "p:lead")[0] == 0
    steps = document(run("suspension", "status", "--json"))["steps"]
    assert (steps[0]["closed_by"], steps[0]["note"], steps[1]["closed_at"]) == ("p:lead", "done", None)


def test_a_role_is_refused_what_it_may_not_do(run: Run, orders_file: Path) -> None:
    an_error(run("import", "orders", orders_file, "--as", "p:brand"), 3, "support_lead")
    an_error(run("plan", "build", "--as", "p:agent"), 3, "support_lead")
    an_error(run("run", "--as", "nobody"), 2)


def test_a_round_from_files_to_the_weekly_export(run: Run, tmp_path: Path, orders_file: Path) -> None:
    run("import", "orders", orders_file)
    order = an_order()
    page = [
        a_mention(
            f"{n:024d}",
            text=f"I never got my refund for order {order.order_id}, nobody answers, this is a scam." * (n + 1),
            title=None,
            url=None,
            published_at=utc_now().replace(microsecond=0) - timedelta(days=1),
        )
        for n in range(2)
    ]
    (tmp_path / "p.html").write_bytes(trustpilot_pages.render("Lumivelle", "l.example", page, total=2))
    run("import", "trustpilot", tmp_path / "p.html")
    told = document(run("run", "--json"))
    assert told["assessed"] == 2 and told["at_risk"] >= 1
    export = tmp_path / "export.csv"
    assert run("export", "at-risk", "--out", export, "--as", "p:lead")[0] == 0
    assert order.order_id in export.read_text(encoding="utf-8-sig")
    run("export", "at-risk", "--out", export, "--as", "p:brand", "--format", "json")
    assert order.order_id not in export.read_text(encoding="utf-8")
    assert document(run("audit", "verify", "--json"))["intact"] is True


def test_the_audit_log_tells_what_was_changed_behind_its_back(run: Run, folder: Path, orders_file: Path) -> None:
    run("import", "orders", orders_file)
    with sqlite3.connect(folder / "reinstate.sqlite3") as conn:
        conn.execute("DROP TRIGGER audit_entry_no_update")
        conn.execute("UPDATE audit_entry SET line = replace(line, 'person.kept', 'person.left') WHERE seq = 2")
    code, out, _ = run("audit", "verify", "--json")
    # its search columns still tell the truth, the next line does not follow it, and the log was sealed at entry 4
    assert code == 4 and [bad["entry"] for bad in json.loads(out)["bad"]] == [2, 3, 4]


def test_texts_go_through_the_classifier_line_by_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [{"id": "a", "text": "Still no refund after five weeks, nobody answers!"}, {"id": 2, "text": "Love it"}]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(map(json.dumps, lines)).encode())))
    code, out, _ = run("assess", "--input", "-")
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [t["id"] for t in told] == ["a", 2]
    assert set(told[0]) == {"id", "probability", "band", "categories", "severity", "language", "reasons", "model"}
    assert told[0]["probability"] > told[1]["probability"]


def test_a_line_that_is_no_object_is_named_by_its_number(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"id": 1, "text": "x"}\n[1]\n')
    code, _, err = run("assess", "--input", tmp_path / "t.jsonl")
    assert code == 2 and "line 2" in err and err.count("\n") == 1


def test_mentions_are_linked_to_orders_of_files(run: Run, tmp_path: Path, orders_file: Path) -> None:
    ours, theirs = "405-1234567-7654321", "305-7654321-1234567"
    rows = [
        {"mention_id": "m1", "source": "trustpilot", "text": f"order {ours} never came", "author_name": "Ada Lampwick"},
        {"mention_id": "m2", "source": "reddit", "text": f"order {theirs} never came", "date": "2026-11-20"},
        {"mention_id": "m3", "source": "reddit", "text": "nice weather", "date": "2026-11-20"},
    ]
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, rows)))
    code, out, _ = run("link", "--orders", orders_file, "--mentions", tmp_path / "m.jsonl")
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [t["mention_id"] for t in told] == ["m1", "m2", "m3"]
    assert [t["decision"] for t in told] == ["link", "not_our_order", "none"]
    assert told[0]["order_id"] == ours and "order_id" in {e["field"] for e in told[0]["evidence"]}


def test_people_are_added_with_a_password_of_their_own(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REINSTATE_PASSWORD", "a long enough secret")
    told = document(run("user", "add", "Émilie Roux", "--role", "finance", "--languages", "fr,en", "--json"))
    assert told == {"id": "p:emilie", "role": "finance"}
    ws = open_at(folder)
    with ws.store.reading() as tx:
        assert people.check_password(tx, "p:emilie", "a long enough secret") is not None
    ws.store.close()
    an_error(run("user", "add", "X", "--role", "agent", "--as", "p:agent"), 3)


def test_init_makes_a_workspace_with_its_first_account(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REINSTATE_PASSWORD", "a long enough secret")
    told = document(run("init", "--workspace", tmp_path / "new", "--person", "Ada", "--json"))
    assert told["person"] == "p:ada" and (tmp_path / "new" / "reinstate.toml").is_file()
    again = document(run("init", "--workspace", tmp_path / "new", "--json"))
    assert again["new"] is False


def test_the_doctor_lists_what_is_missing_and_leaves_with_4(run: Run) -> None:
    code, out, _ = run("doctor", "--json")
    checks = {c["name"]: c for c in json.loads(out)["checks"]}
    assert code == 4 and checks["audit log"]["ok"] and checks["database triggers"]["ok"]
    assert not checks["order cache"]["ok"] and "import orders" in checks["order cache"]["told"]
    assert not checks["reddit keys"]["ok"]


def test_an_internal_error_tells_kind_and_place_and_no_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Ada Lampwick wrote this")

    monkeypatch.setattr("dashboard.commands.desk.casework.mode", broken)
    code, out, err = run("suspension", "status")
    assert code == 1 and "RuntimeError" in err and "Lampwick" not in err + out and err.count("\n") == 1
