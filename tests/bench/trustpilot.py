"""How fast saved Trustpilot pages are read: invented ones of the newest layout, real ones where they are at hand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collectors.standin.trustpilot_pages import render
from collectors.trustpilot import Outcome, parse_page
from data.domain import Author, Mention, Source

REAL = Path(__file__).parents[3] / "shared" / "samples" / "trustpilot" / "pages"
PAGES, PER_PAGE = 100, 20  # a real page shows twenty reviews
MIN_S = 2.0  # few pages are read again and again, so that the clock is not measured
_SAID = "The lamp was promised for Monday. It never came, nobody answers and the refund is still missing. " * 4


def invented(pages: int) -> list[bytes]:
    """``pages`` profile pages, each with reviews of its own."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = []
    for page in range(pages):
        reviews = [
            Mention(
                source=Source.TRUSTPILOT,
                native_id=f"{page * PER_PAGE + n:024x}",
                text=_SAID,
                title="Still waiting",
                published_at=start + timedelta(hours=page * PER_PAGE + n),
                author=Author(Source.TRUSTPILOT, f"{n:024x}", "Ada Lampwick", None, "FR"),
                rating=1 + n % 5,
                language="en",
            )
            for n in range(PER_PAGE)
        ]
        made.append(render("Brass Lamps", "lamps.example", reviews, total=pages * PER_PAGE, page=page + 1))
    return made


def pages_a_second(pages: Sequence[bytes]) -> float:
    """Pages read in a second on one core; raises AssertionError when none of them holds a review."""
    read = reviews = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < MIN_S:
        for raw in pages:
            page = parse_page(raw)
            reviews += page.shown if page.outcome is Outcome.OK else 0
        read += len(pages)
    if not reviews:
        raise AssertionError("no page was read")
    return read / (time.perf_counter() - begun)


def measure() -> dict[str, float | str]:
    """Pages a second on one core, from bytes to reviews."""
    found: dict[str, float | str] = {"invented pages a second": round(pages_a_second(invented(PAGES)), 1)}
    real = [path.read_bytes() for path in sorted(REAL.glob("*.html"))] if REAL.is_dir() else []
    if real:
        found["real pages a second"] = round(pages_a_second(real), 1)
        found["real pages, megabytes each"] = round(sum(map(len, real)) / len(real) / 1e6, 2)
    return found


if __name__ == "__main__":
    print(measure())  # noqa: T201
