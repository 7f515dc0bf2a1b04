"""The documentation says what the program does: commands, options, settings, variables, links, make targets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.main import get_command

from dashboard.cli import app
from data.config import (
    AmazonPart,
    Audit,
    BlueskyPart,
    Brand,
    FeedsPart,
    MastodonPart,
    PermissionPart,
    Policy,
    RedditPart,
    Settings,
    TrustpilotPart,
    WatchPart,
    XPart,
    YouTubePart,
)

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGES = ("dashboard", "collectors", "models", "recovery_plan", "data", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
SHARED_OPTIONS = {"--workspace", "--json", "--as", "--help", "-h", "--install-completion", "--show-completion"}
PARTS: Mapping[str, type[BaseModel]] = {
    "brand": Brand,
    "watch": WatchPart,
    "sources.amazon": AmazonPart,
    "sources.bluesky": BlueskyPart,
    "sources.feeds": FeedsPart,
    "sources.mastodon": MastodonPart,
    "sources.reddit": RedditPart,
    "sources.trustpilot": TrustpilotPart,
    "sources.trustpilot.permission": PermissionPart,
    "sources.x": XPart,
    "sources.youtube": YouTubePart,
    "policy": Policy,
    "audit": Audit,
}


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def walked(command: Any, path: str) -> Iterator[tuple[str, set[str]]]:
    """Every command that does something by itself, with its options."""
    commands: Mapping[str, Any] = getattr(command, "commands", {})
    options = {name for p in command.params if p.param_type_name == "option" for name in (*p.opts, *p.secondary_opts)}
    if not commands or options - SHARED_OPTIONS:
        yield path, options
    for name, inner in commands.items():
        yield from walked(inner, f"{path} {name}")


def program() -> dict[str, set[str]]:
    return dict(walked(get_command(app), "reinstate"))


def documented() -> dict[str, str]:
    """Command -> the section below its heading; a heading may stand for several commands."""
    found: dict[str, str] = {}
    for section in re.split(r"^#{2,3} ", text_of(DOCS / "commands.md"), flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        for named in re.findall(r"`(reinstate [^`]*)`", heading):
            words = [w for w in named.split() if w.islower()]
            found[" ".join(words)] = body
    return found


def shared_section() -> str:
    return text_of(DOCS / "commands.md").partition("## Every command")[2].partition("\n## ")[0]


def keys_in_code() -> set[str]:
    return {f"{part}.{name}" for part, model in PARTS.items() for name in model.model_fields}


def variables_in_code() -> set[str]:
    files = [*(f for p in PACKAGES for f in (ROOT / p).rglob("*.py")), ROOT / "Makefile", ROOT / "data/template.toml"]
    return {v for f in files if f != Path(__file__) for v in re.findall(r"\bREINSTATE_[A-Z_]*[A-Z]\b", text_of(f))}


def links(page: Path) -> list[str]:
    written = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", written)
    return [t for t in targets if not re.match(r"[a-z]+:", t)]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def test_every_command_stands_in_the_command_reference_and_no_other() -> None:
    assert set(program()) == set(documented())


@pytest.mark.parametrize("command", sorted(program()))
def test_a_commands_own_options_stand_in_its_section_and_no_others(command: str) -> None:
    written = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", documented().get(command, "")))
    assert written - SHARED_OPTIONS == program()[command] - SHARED_OPTIONS


def test_the_options_of_every_command_stand_once_for_all() -> None:
    assert [option for option in sorted(SHARED_OPTIONS) if f"{option}" not in shared_section()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_page_names_no_command_that_does_not_exist(page: Path) -> None:
    said = re.findall(r"(?:`|^\s*|\.venv/bin/)(reinstate(?: [a-z][a-z-]*)+)", text_of(page), flags=re.MULTILINE)
    assert [s for s in said if not any(f"{s} ".startswith(f"{c} ") or c.startswith(f"{s} ") for c in program())] == []


def test_the_table_of_settings_lists_every_key_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \|", text_of(DOCS / "settings.md"), flags=re.MULTILINE)
    assert set(rows) == keys_in_code()


def test_the_documented_parts_are_all_parts_of_the_settings() -> None:
    tops = {name: field.annotation for name, field in Settings.model_fields.items()}
    assert set(tops) == {part.split(".")[0] for part in PARTS}
    sources = tops["sources"]
    assert isinstance(sources, type)
    assert issubclass(sources, BaseModel)
    assert set(sources.model_fields) == {part.split(".")[1] for part in PARTS if "." in part}


def test_the_documented_defaults_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \|[^|]*\| ([^|]*) \|", text_of(DOCS / "settings.md"), flags=re.MULTILINE)
    shown = {key: value.strip("` ") for key, value in rows}
    for part, model in PARTS.items():
        for name, field in model.model_fields.items():
            wanted = "required" if field.is_required() else _spelled(field.default)
            assert shown[f"{part}.{name}"] == wanted, f"{part}.{name}"


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value)
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_every_environment_variable_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `(REINSTATE_[A-Z_]+)` \|", text_of(DOCS / "settings.md"), flags=re.MULTILINE)
    assert set(rows) == variables_in_code()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_the_two_commands_stand_on_the_first_screen_of_the_readme() -> None:
    first = "\n".join(text_of(ROOT / "README.md").splitlines()[:25])
    assert re.search(r"^make run\b", first, flags=re.MULTILINE)
    assert re.search(r"^make test\b", first, flags=re.MULTILINE)


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.MULTILINE))
    named = {t for page in PAGES for t in re.findall(r"(?:`|^\s*)make ([a-z]+)\b", text_of(page), flags=re.MULTILINE)}
    assert named <= targets
    assert {"run", "test"} <= named


def test_decision_records_are_numbered_without_a_gap_and_listed_in_order() -> None:
    files = sorted(p.name for p in (DOCS / "adr").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    assert re.findall(r"\]\((\d{4}-[^)]*)\)", text_of(DOCS / "adr" / "README.md")) == files


def test_no_page_names_a_folder_of_one_machine() -> None:
    machine = re.compile(r"(?<![\w./-])/(?:home|root|work|tmp|Users)/")
    assert [str(p.relative_to(ROOT)) for p in PAGES if machine.search(text_of(p))] == []
