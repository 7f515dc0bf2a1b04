"""Pictures of every page for the documentation: ``python -m tests.screenshots [FOLDER]`` (needs Chromium).

They are taken from a fresh demo, in English and light by default; ``--all`` adds French, dark and a phone's width, for
people who look at every page before a release.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from dashboard import demo
from tests.dashboard.browsing import ARGUMENTS, chromium
from tests.dashboard.server import running

IMAGES = Path(__file__).parents[1] / "docs" / "images"
LARGEST = 300_000  # bytes: pictures are read by people on slow lines, too
PAGES = {
    "overview": "/",
    "mentions": "/mentions?band=frustrated&link=check",
    "at-risk": "/at_risk",
    "plan": "/plan",
    "tickets": "/tickets",
    "approvals": "/approvals?as=p:salome",
    "suspension": "/suspension",
    "audit": "/audit",
    "sources": "/sources",
    "model": "/model",
}
SIZES = {"": (1440, 900), "-phone": (390, 844)}


def main(arguments: list[str]) -> None:
    """Take the pictures."""
    everything = "--all" in arguments
    folders = [a for a in arguments if not a.startswith("-")]
    images = Path(folders[0]) if folders else IMAGES
    images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        demo.build(Path(made) / "demo").store.close()
        with running(Path(made) / "demo") as server, sync_playwright() as started:
            browser = started.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            for language in ("en", "fr") if everything else ("en",):
                for scheme in ("light", "dark") if everything else ("light",):
                    for size in SIZES if everything else ("",):
                        _take(browser, server.url, images, language, scheme, size)
            browser.close()


def _take(browser: Browser, url: str, images: Path, language: str, scheme: str, size: str) -> None:
    width, height = SIZES[size]
    shown: Any = scheme
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=shown, reduced_motion="reduce"
    )
    page = context.new_page()
    extra = "" if (language, scheme, size) == ("en", "light", "") else f"-{language}-{scheme}{size}"
    for name, address in PAGES.items():
        page.goto(f"{url}{address}{'&' if '?' in address else '?'}lang={language}")
        page.wait_for_selector("h1")
        page.wait_for_function(
            '() => !document.querySelector(\'[data-stale="true"], [data-testid="stSkeleton"]\')'
            " && document.querySelector('[data-test-script-state=\"notRunning\"]')"
        )
        page.wait_for_timeout(900)  # plotly draws after the script has ended, and says so nowhere
        target = images / f"{name}{extra}.png"
        page.screenshot(path=str(target))
        taken = target.stat().st_size
        print(f"{target.name} {taken // 1000} kB")  # noqa: T201
        if taken > LARGEST:
            raise SystemExit(f"{target.name}: {taken} bytes, more than {LARGEST}")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
