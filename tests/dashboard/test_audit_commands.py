"""``audit`` and ``evidence`` on the command line: exit status, what is shown, and who may."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data.clock import utc_now
from tests.builders import days
from tests.dashboard.test_commands import Run, document, folder, run  # noqa: F401 (fixtures)

UNTIL = str((utc_now() + days(30)).date())


def sealed(run: Run) -> dict[str, Any]:  # noqa: F811
    told: dict[str, Any] = document(run("audit", "checkpoint", "--json"))
    return told


def test_a_checkpoint_seals_everything_and_shows_the_public_key(run: Run) -> None:  # noqa: F811
    told = sealed(run)
    found = document(run("audit", "verify", "--json"))
    assert found["covered"] == found["entries"] == told["entries"] and str(told["keys"]).count("reinstate/") == 1


def test_a_removed_end_is_told_with_exit_status_four(run: Run, folder: Path) -> None:  # noqa: F811
    import sqlite3

    sealed(run)
    with sqlite3.connect(folder / "reinstate.sqlite3") as conn:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        last = conn.execute("SELECT max(seq) FROM audit_entry").fetchone()
        conn.execute("DELETE FROM audit_detail WHERE seq = ?", last)
        conn.execute("DELETE FROM audit_entry WHERE seq = ?", last)
    code, out, _ = run("audit", "verify")
    assert code == 4 and "CHANGED" in out and "says that it was longer" in out


def test_another_key_than_the_one_told_believes_nothing(run: Run) -> None:  # noqa: F811
    from data.notes import Signer

    sealed(run)
    code, out, _ = run("audit", "verify", "--key", Signer.new("x").verifier)
    assert code == 4 and "no signature by a known key" in out
    assert run("audit", "verify", "--key", "nonsense")[0] == 2


def test_an_export_checks_out_alone_and_by_our_command(run: Run, tmp_path: Path) -> None:  # noqa: F811
    assert run("audit", "export", "--out", tmp_path / "out")[0] == 0
    script = [sys.executable, "-I", "-S", str(tmp_path / "out" / "verify.py")]
    assert subprocess.run(script, capture_output=True, timeout=60, check=False).returncode == 0
    assert document(run("evidence", "verify", tmp_path / "out", "--json"))["intact"] is True
    (tmp_path / "out" / "log.txt").write_bytes((tmp_path / "out" / "log.txt").read_bytes()[:-300])
    assert run("evidence", "verify", tmp_path / "out")[0] == 4
    assert subprocess.run(script, capture_output=True, timeout=60, check=False).returncode == 4
    assert run("audit", "export", "--out", tmp_path / "out")[0] == 2


def test_a_folder_that_is_no_pack_is_bad_input(run: Run, tmp_path: Path) -> None:  # noqa: F811
    assert run("evidence", "verify", tmp_path)[0] == 2


def test_search_finds_by_action_and_time(run: Run) -> None:  # noqa: F811
    found = document(run("audit", "search", "--action", "person.", "--json"))["entries"]
    assert len(found) == 4 and {e["action"] for e in found} == {"person.kept"}
    assert document(run("audit", "search", "--before", "2020-01-01T00:00:00Z", "--json"))["entries"] == []
    assert run("audit", "search", "--since", "yesterday")[0] == 2


def test_a_hold_defers_erasing_until_it_is_released(run: Run) -> None:  # noqa: F811
    why = ("--reason", "A-to-z claim")
    number = document(run("audit", "hold", "place", "all", *why, "--until", UNTIL, "--json", "--as", "p:comp"))["hold"]
    code, _, err = run("erase", "--source", "reddit", "--yes")
    assert code == 3 and "DESK-LEGAL-HOLD" in err and err.count("\n") == 1
    assert document(run("audit", "hold", "list", "--json"))["holds"][0]["stands"] is True
    assert run("audit", "hold", "release", number, "--reason", "closed")[0] == 0
    assert run("erase", "--source", "reddit", "--yes")[0] == 0


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "hold", "place", "all", "--reason", "x", "--until", "2030-01-01", "--as", "p:lead"),
        ("audit", "verify", "--as", "p:agent"),
        ("audit", "search", "--as", "p:brand"),
        ("audit", "checkpoint", "--as", "p:agent"),
        ("evidence", "pack", "--appeal", "--out", "never", "--as", "p:agent"),
    ],
    ids=lambda c: " ".join(c[:3]),
)
def test_other_roles_are_refused(run: Run, command: tuple[str, ...]) -> None:  # noqa: F811
    assert run(*command)[0] == 3 and not Path("never").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--appeal", "--order", "405-1234567-7654321"),
        ("--appeal", "--redact", "everything"),
        ("--appeal", "--language", "de"),
        ("--ticket", "7"),
        ("--appeal",),
    ],
    ids=lambda w: " ".join(w) or "nothing",
)
def test_a_pack_of_nothing_known_is_bad_input(run: Run, tmp_path: Path, wrong: tuple[str, ...]) -> None:  # noqa: F811
    code, _, err = run("evidence", "pack", *wrong, "--out", tmp_path / "p")
    assert code == 2 and err.count("\n") == 1 and not (tmp_path / "p").exists()


def test_a_pack_is_made_and_logged(run: Run, tmp_path: Path) -> None:  # noqa: F811
    declared = ("--reason", "related account", "--owner", "p:comp", "--as", "p:comp")
    assert run("suspension", "declare", *declared)[0] == 0
    made = document(run("evidence", "pack", "--appeal", "--out", tmp_path / "p", "--json", "--as", "p:comp"))
    entry = document(run("audit", "search", "--action", "evidence.made", "--json"))["entries"][0]
    assert json.loads(entry["detail"])["manifest"] == made["manifest"] and entry["entry"] == made["entry"]


def test_doctor_tells_how_much_is_sealed(run: Run) -> None:  # noqa: F811
    sealed(run)
    checks = {c["name"]: c for c in json.loads(run("doctor", "--json")[1])["checks"]}
    assert checks["checkpoints"]["ok"] and "sealed in checkpoints" in checks["checkpoints"]["told"]
