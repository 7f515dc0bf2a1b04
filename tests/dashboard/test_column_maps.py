"""Importing mentions with columns of other names, from a file or a map kept in the workspace, and of a named source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import status
from dashboard.commands import column_maps
from data import browse
from data.browse import Filter
from data.domain import Source
from data.errors import BadInput
from data.workspace import Workspace

TABLE = "Beitrag;Tag;Wer\nLampe kam nie an;20.11.2026;Ada\nNoch immer nichts;21.11.2026;Bob\n"
MAP = 'text = "Beitrag"\ndate = "Tag"\nauthor = "Wer"\n'
Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Runs ``import mentions`` on the workspace; gives exit status, stdout and stderr."""
    monkeypatch.setenv("REINSTATE_WORKSPACE", str(workspace.folder))

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = status(["import", "mentions", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    table, columns = tmp_path / "export.csv", tmp_path / "map.toml"
    table.write_text(TABLE, encoding="utf-8")
    columns.write_text(MAP, encoding="utf-8")
    return table, columns


def sources(ws: Workspace) -> set[str]:
    with ws.store.reading() as tx:
        return {row.source for row in browse.page(tx, Filter(), size=10).rows}


def inserted(said: tuple[int, str, str]) -> Any:
    assert said[0] == 0, said
    return json.loads(said[1])["files"][0]["inserted"]


def test_a_map_says_which_column_is_which(told: Told, workspace: Workspace, files: tuple[Path, Path]) -> None:
    table, columns = files
    assert inserted(told(table, "--map", columns, "--source", "feed", "--json")) == 2
    assert sources(workspace) == {"feed"}


def test_a_map_is_kept_and_found_by_its_name(told: Told, workspace: Workspace, files: tuple[Path, Path]) -> None:
    table, columns = files
    told(table, "--map", columns, "--source", "mastodon", "--save-map", "forum")
    columns.unlink()
    table.write_text(TABLE.replace("Ada", "Eve"), encoding="utf-8")
    assert inserted(told(table, "--map", "forum", "--json")) == 1
    assert sources(workspace) == {"mastodon"}


def test_a_map_that_did_not_work_is_not_kept(told: Told, workspace: Workspace, files: tuple[Path, Path]) -> None:
    table, columns = files
    columns.write_text('text = "Nowhere"\n', encoding="utf-8")
    assert told(table, "--map", columns, "--save-map", "forum")[0] == 2
    assert not (workspace.folder / "maps").exists()


def test_what_is_wrong_with_a_map_is_told_in_one_line(told: Told, files: tuple[Path, Path]) -> None:
    table, columns = files
    columns.write_text('words = "Beitrag"\n', encoding="utf-8")
    for options, words in (
        (("--map", "nowhere"), "--map nowhere: cannot be read"),
        (("--source", "myspace"), "--source myspace: choose one of trustpilot"),
        (("--save-map", "../x"), "--save-map ../x: use letters"),
        (("--map", columns), "'words' is not one of our fields"),
    ):
        code, out, err = told(table, *options)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert words in err


@pytest.mark.parametrize("name", ["../secrets/vault", "/etc/passwd", "a b", ".hidden", ""])
def test_a_kept_map_is_found_inside_its_folder_only(tmp_path: Path, name: str) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "vault.toml").write_text('text = "x"\n')
    with pytest.raises(BadInput):
        column_maps.find(tmp_path / "maps", name, None)


def test_the_named_source_wins_over_the_maps_own(tmp_path: Path) -> None:
    column_maps.keep(tmp_path, "forum", column_maps.ColumnMap({"text": "Beitrag"}, Source.X))
    assert column_maps.find(tmp_path, "forum", None) == column_maps.ColumnMap({"text": "Beitrag"}, Source.X)
    assert column_maps.find(tmp_path, "forum", "feed").source is Source.FEED
