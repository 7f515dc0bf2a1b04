"""The settings file: what is refused, and how plainly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import config, workspace
from data.errors import BadInput, ReinstateError

GOOD = b"[brand]\nname = 'Acme'\n[[watch]]\nname = 'acme'\nnames = ['Acme']\n"


def test_the_template_of_a_new_workspace_is_valid() -> None:
    assert config.parse(workspace.template().encode(), "reinstate.toml").brand.name


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (GOOD + b"[polcy]\n", "polcy: unknown key"),
        (b"[brand]\nname = 3\n", "brand.name"),
        (b"[brand]\nname = 'a'\n[[watch]]\nname = 'b'\nnames = 'Acme'\n", "watch[0].names"),
        (b"[brand]\nname = 'a'\ntime_zone = 'Mars/Base'\n", "time zone"),
        (b"[brand\n", "not valid TOML"),
        (b"\xff\xfe[", "not UTF-8"),
        (b"", "brand: is missing"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line_with_its_place(raw: bytes, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        config.parse(raw, "reinstate.toml")
    assert told in str(refused.value) and "\n" not in str(refused.value)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_end_in_settings_or_one_line(raw: bytes) -> None:
    try:
        config.parse(GOOD[:30] + raw, "reinstate.toml")
    except ReinstateError as error:
        assert "\n" not in str(error)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc\n")
    assert config.secret("TOKEN", {"TOKEN_FILE": str(tmp_path / "token")}) == "abc"


def test_a_workspace_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    made = workspace.create(tmp_path / "w")
    from sqlalchemy import text

    from tests.builders import TESTER

    with made.store.transaction(TESTER) as tx:
        tx.conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made.store.close()
    with pytest.raises(BadInput, match="newer version"):
        workspace.open_at(tmp_path / "w")


def test_a_folder_without_a_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="reinstate init"):
        workspace.open_at(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("")
    with pytest.raises(BadInput, match="is a file"):
        workspace.create(tmp_path / "w")
