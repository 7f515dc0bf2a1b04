"""The weights of the risk: ``risk weights|preview|set|calibration``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from data.errors import BadInput
from data.workspace import Workspace
from models import risk_weights
from models.risk import RiskPolicy
from models.risk_weights import Moved, Preview
from recovery_plan.at_risk_rows import alias

app = typer.Typer(help="The weights by which customers are at risk, and whether they hold.", no_args_is_help=True)
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="PLACE=FIGURE", help="For example waiting.weight=1.8; repeatable.")
]
CalibratedOption = Annotated[
    bool, typer.Option("--calibrated", help="Correct the weights by what happened, where enough has.")
]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="risk")


@app.command("weights")
@in_workspace(access.Action.SEE_AT_RISK)
def weights(call: Call) -> None:
    """Show the weights in use."""
    policy = risk_weights.policy_of(call.ws.folder)
    found = risk_weights.places(policy)
    document = {"version": policy.version, "weights": found}
    call.answer.table(document, ("weight", policy.version), sorted(found.items()))


@app.command("preview")
@in_workspace(access.Action.SEE_AT_RISK)
def preview(
    call: Call,
    changes: SetOption = None,
    calibrated: CalibratedOption = False,
    line: Annotated[float | None, typer.Option(help="The risk from which customers are listed.", min=0, max=1)] = None,
) -> None:
    """Show what other weights would do to ranks and counts; nothing is kept."""
    from dashboard.wiring import obligations

    after = _wanted(call.ws, changes, calibrated)
    found = risk_weights.preview_of(call.ws, obligations(call.ws.store.clock), after, line=line)
    blind = call.ws.store.vault.blind
    told = _masked(found, lambda key: alias(key, blind))  # a key may hold an order's number
    call.answer.give(_document(told), _lines(told))


@app.command("set")
@in_workspace(access.Action.SET_WEIGHTS)
def set_weights(call: Call, changes: SetOption = None, calibrated: CalibratedOption = False) -> None:
    """Keep other weights in the workspace's policy file; the next run scores by them."""
    kept = risk_weights.keep(call.ws, call.actor, _wanted(call.ws, changes, calibrated))
    file = call.ws.folder / risk_weights.FILE
    document = {"version": kept.version, "file": str(file)}
    call.answer.give(document, [f"{file}: version {kept.version}; 'reinstate run' scores by it"])


@app.command("calibration")
@in_workspace(access.Action.SEE_AT_RISK)
def calibration(call: Call) -> None:
    """Compare told risks with what happened to customers whom nobody contacted."""
    from models import risk_calibration

    found = risk_calibration.calibration_of(call.ws)
    told = [f"{found.customers} customers watched for 30 days: {found.harmed} harmed, {found.expected:.1f} expected"]
    for b in found.bins:
        low, high = b.interval
        told.append(
            f"  risk {b.low:.1f}-{b.high:.1f}: told {b.expected:.0%}, {b.harmed} of {b.customers} harmed "
            f"({low:.0%} to {high:.0%})"
        )
    if found.why_not:
        told.append(f"no correction: {found.why_not}")
    else:
        told.append(f"correction: slope {found.slope:.2f}, offset {found.offset:+.2f}; look: risk preview --calibrated")
    call.answer.give(risk_calibration.as_document(found), told)


def _wanted(ws: Workspace, changes: list[str] | None, calibrated: bool) -> RiskPolicy:
    policy = risk_weights.policy_of(ws.folder)
    if calibrated:
        from models import risk_calibration

        found = risk_calibration.calibration_of(ws)
        if found.slope is None or found.offset is None:
            raise BadInput(f"--calibrated: {found.why_not}")
        policy = risk_weights.recalibrated(policy, found.slope, found.offset)
    wanted: dict[str, float] = {}
    for change in changes or []:
        place, _, figure = change.partition("=")
        try:
            wanted[place.strip()] = float(figure)
        except ValueError:
            raise BadInput(f"--set {change}: give a place and a figure, for example waiting.weight=1.8") from None
    if not wanted and not calibrated:
        raise BadInput("give at least one --set PLACE=FIGURE, or --calibrated")
    return risk_weights.changed(policy, wanted) if wanted else policy


def _masked(p: Preview, mask: Callable[[str], str]) -> Preview:
    def masked(moved: tuple[Moved, ...]) -> tuple[Moved, ...]:
        return tuple(replace(m, customer=mask(m.customer)) for m in moved)

    return replace(p, entered=masked(p.entered), left=masked(p.left), moved=masked(p.moved))


def _document(p: Preview) -> dict[str, Any]:
    return {
        "version_before": p.version_before, "version_after": p.version_after, "line": p.line,
        "customers": p.customers, "listed_before": p.listed_before, "listed_after": p.listed_after,
        "expected_before": round(p.expected_before, 3), "expected_after": round(p.expected_after, 3),
        "entered": [_moved(m) for m in p.entered], "left": [_moved(m) for m in p.left],
        "moved": [_moved(m) for m in p.moved],
    }  # fmt: skip


def _moved(m: Moved) -> dict[str, Any]:
    return {
        "customer": m.customer, "risk_before": round(m.risk_before, 4), "risk_after": round(m.risk_after, 4),
        "rank_before": m.rank_before, "rank_after": m.rank_after,
    }  # fmt: skip


def _lines(p: Preview) -> list[str]:
    told = [
        f"{p.listed_before} of {p.customers} customers are listed from {p.line:.2f} on, {p.listed_after} would be; "
        f"{len(p.entered)} enter, {len(p.left)} leave",
        f"expected defects among them: {p.expected_before:.1f}, would be {p.expected_after:.1f}",
    ]
    told += [f"  {m.customer}: rank {m.rank_before} -> {m.rank_after}, risk {m.risk_before:.2f} -> {m.risk_after:.2f}"
             for m in p.moved]  # fmt: skip
    return told
