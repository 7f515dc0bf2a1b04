"""``reinstate``: the one command. Exit status 0 done, 1 internal error, 2 bad input, 3 refused by a rule, 4 in part."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import typer
from typer._click.exceptions import ClickException

from dashboard.commands import (
    approving,
    claims,
    contact,
    daily,
    desk,
    due,
    evidence,
    filters,
    guard,
    intake,
    judge,
    labels,
    learning,
    linkage,
    outreach,
    privacy,
    ready,
    registers,
    risk,
    staff,
    tickets,
    trail,
    watching,
    waves,
)
from dashboard.commands.call import JsonOption, WorkspaceOption, tell
from data import log
from data.errors import ReinstateError

app = typer.Typer(
    name="reinstate",
    help="Reputation monitoring and recovery for a marketplace seller whose account is suspended.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PARTS = (
    *(daily, intake, filters, guard, judge, linkage),
    *(desk, tickets, approving, registers, due, claims, ready),
    *(outreach, waves, contact, risk),
    *(trail, evidence, staff, labels, learning, watching, privacy),
)
for part in PARTS:
    part.register(app)


@app.callback()
def common(ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Every command takes --workspace and --json, before or after its name."""
    ctx.obj = {"workspace": workspace, "json": as_json}
    log.configure()


def main() -> None:
    """Run one command and leave with its status; every error is one line on stderr."""
    sys.exit(status(sys.argv[1:]))


def status(arguments: list[str]) -> int:
    """Run ``arguments``; returns the exit status."""
    try:
        code = app(arguments, prog_name="reinstate", standalone_mode=False)
    except ReinstateError as error:
        return _told(str(error), error.exit_code)
    except ClickException as error:
        return _told(" ".join(error.format_message().split()), 2)
    except KeyboardInterrupt:
        return _told("stopped; what was stored stays stored", 130)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        # the message may hold a person's words: the kind and the place are enough to find the defect
        place = traceback.extract_tb(error.__traceback__)[-1]
        return _told(f"internal error {type(error).__name__} at {Path(place.filename).name}:{place.lineno}", 1)
    return code if isinstance(code, int) else 0


def _told(line: str, code: int) -> int:
    tell(line)
    return code


if __name__ == "__main__":
    main()
