"""Untrusted text in slots that interpret what they are given."""

from __future__ import annotations

import re

import pytest

from dashboard import safe

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("hostile", "trigger"),
    [
        ("http://evil.example", r"https?://"),
        ("HTTPS://evil.example", r"(?i)https?://"),
        ("www.evil.example", r"www\."),
        ("WWW.evil.example", r"(?i)www\."),
        ("ada@evil.example", r"\w@\w"),
        (":material/delete:", r":material/"),
        (":streamlit:", r":streamlit:"),
        (":red-badge[APPROVED]", r"(?<!\\):red"),
        ("![x](http://evil.example/b.png)", r"!\["),
        ("[a](javascript:alert(1))", r"\]\("),
        ("<img src=x onerror=alert(1)>", r"(?<!\\)<"),
        ("$$\\rule{300em}{200em}$$", r"(?<!\\)\$"),
        ("`code`", r"(?<!\\)`"),
        ("# heading", r"^#"),
        ("1. list", r"^1\. "),
        ("a\n\n# b", r"\n"),
        ("&lt;img&gt;", r"(?<!\\)&"),
        ("~~gone~~", r"(?<!\\)~"),
    ],
)
def test_nothing_that_markdown_acts_on_is_left(hostile: str, trigger: str) -> None:
    assert not re.search(trigger, safe.label(hostile))


@pytest.mark.parametrize("text", ["Écran 24 pouces", "Größe M", "50 % off", "amazon.fr", "a@b.fr", "C:/x"])
def test_the_text_reads_the_same_once_marks_and_joiners_are_gone(text: str) -> None:
    assert safe.label(text).replace("\\", "").replace(JOINER, "") == text


@pytest.mark.parametrize("bad", ["\u202e", "\u200b", "\x00", "\ud800", "\u2066", "\x1b"])
def test_characters_that_deceive_or_break_are_taken_out(bad: str) -> None:
    assert bad not in safe.plain(f"a{bad}b")
    safe.label(f"a{bad}b").encode("utf-8")


def test_a_very_long_text_is_cut_with_a_mark() -> None:
    assert safe.cut("x" * 10, 5) == "xxxx…"
    assert len(safe.label("x" * 100_000)) == 200


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://",
        "https://a b",
        'https://a/"x',
        "ftp://a",
        "",
    ],
)
def test_only_plain_web_addresses_are_offered_as_links(url: str) -> None:
    assert safe.web_address(url) is None


def test_a_plain_web_address_is_kept_and_its_host_told() -> None:
    url = "https://www.reddit.com/r/lamps/comments/1/?a=b#c"
    assert safe.web_address(url) == url
    assert safe.host(url) == "www.reddit.com"
    assert safe.web_address(None) is None
