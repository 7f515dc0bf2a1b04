"""``reinstate watch test``: what a watch would have caught, before it is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from collectors import registry
from collectors.watch import Hit, match
from collectors.watch_trial import Heard, Trial, trial
from dashboard import access, safe
from dashboard.commands.call import Call, in_workspace
from dashboard.commands.typed_values import duration_of
from data import browse
from data.domain import Source, Watch
from data.errors import BadInput
from data.store import Tx
from data.workspace import Workspace

EXAMPLES, EXCERPT = 5, 90  # newest catches shown, characters of each
watch = typer.Typer(help="What is looked for.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(watch, name="watch")


@watch.command("test")
@in_workspace(access.Action.SEE_MENTIONS)
def test(
    call: Call,
    name: Annotated[
        str | None, typer.Option("--watch", metavar="NAME", help="One watch; all when left out.", show_default=False)
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="A text to try the watches on.", show_default=False)
    ] = None,
    since: Annotated[str, typer.Option("--since", help="How far back in what is stored.")] = "30d",
) -> None:
    """Show what a watch catches in stored history and in a text, and the queries that its sources are asked."""
    span = duration_of("--since", since)
    watches = _named(call.ws, name)
    with call.ws.store.reading() as tx:
        found = [trial(w, _history(tx, tx.now - span)) for w in watches]
        examples = {t.watch: _excerpts(tx, t) for t in found}
    hits = {w.name: match(w, text) for w in watches} if text is not None else {}
    queries = {w.name: _queries(w) for w in watches}
    document: dict[str, Any] = {
        "watches": [
            {**asdict(t), "queries": queries[t.watch]} | ({"text": _told(hits[t.watch])} if hits else {}) for t in found
        ]
    }
    lines = [line for t in found for line in _lines(t, since, queries[t.watch], examples[t.watch], hits)]
    call.answer.give(document, lines)


def _named(ws: Workspace, name: str | None) -> Sequence[Watch]:
    held = ws.settings.watches()
    chosen = [w for w in held if name in (None, w.name)]
    if not chosen:
        known = ", ".join(w.name for w in held) or "there is none: add a [[watch]] to reinstate.toml"
        raise BadInput(f"--watch {name}: no such watch; choose from {known}" if name else known)
    return chosen


def _history(tx: Tx, since: Any) -> Iterator[Heard]:
    for row in browse.words(tx, since):
        yield Heard(row.id, Source(row.source), f"{row.title or ''}\n{row.text}", row.handle, row.watch)


def _excerpts(tx: Tx, t: Trial) -> list[str]:
    rows = browse.many(tx, tuple(sorted(t.caught, reverse=True)[:EXAMPLES]))
    return [f"  #{row.id} {row.source}: {safe.plain(row.title or row.text, EXCERPT)}" for row in rows]


def _queries(w: Watch) -> list[dict[str, object]]:
    asked = [(source, q) for source, readers in registry.wanted(()) for q in readers.queries(w)]
    return [{"source": source, "query": query, "length": len(query)} for source, query in asked]


def _told(hit: Hit | None) -> dict[str, object] | None:
    return {"reason": hit.reason, "is_own": hit.is_own} if hit else None


def _lines(
    t: Trial, since: str, queries: list[dict[str, object]], examples: list[str], hits: dict[str, Hit | None]
) -> Iterator[str]:
    yield f"{t.watch}: catches {len(t.caught)} of {t.looked_at} stored texts of the last {since} ({t.own} by ourselves)"
    yield from (f"  {n:>6}  {reason}" for reason, n in t.reasons.items())
    if t.lost:
        yield f"  {len(t.lost)} that it caught once would not be caught now: #{', #'.join(map(str, t.lost[:EXAMPLES]))}"
    yield from examples
    if hits:
        hit = hits[t.watch]
        yield f"  the text: caught by {hit.reason}" if hit else "  the text: not caught"
    yield from (f"  {q['source']} is asked ({q['length']} characters): {q['query']}" for q in queries)
    yield from (f"  warning: {warning}" for warning in t.warnings)
