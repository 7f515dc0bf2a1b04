"""What people do here: every act asks the access table and commits with its audit entry, or changes nothing."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from collectors.file_reports import FileReport
from collectors.paste import Pasted
from dashboard import label_export, session
from dashboard.access import Action, require
from dashboard.viewer import Viewer
from data import judged, labelling
from data.domain import Category, Verdict
from data.errors import BadInput, Refused
from data.mentions import Stored
from data.workspace import Workspace
from recovery_plan import run as recovering
from recovery_plan.exports import Format
from recovery_plan.outreach.planner import Plan

if TYPE_CHECKING:
    from models.learning import Outcome

T = TypeVar("T")
Report = Callable[[int, int, str], None]


def allowed(ws: Workspace, viewer: Viewer, action: Action, work: Callable[[], T]) -> T:
    """Do ``work`` when the role may; a refusal is put on the audit log and raised again."""
    if not session.is_still(viewer):
        raise Refused("your session has ended: sign in again", rule="DESK-ROLES")
    try:
        require(viewer.actor, action)
        return work()
    except Refused as refused:
        with ws.store.transaction(viewer.actor) as tx:
            tx.audit("action.refused", f"action:{action.value}", {"rule": refused.rule})
        raise


def judge_link(ws: Workspace, viewer: Viewer, mention_id: int, order_id: str, verdict: Verdict, *, seen: int) -> None:
    """Record a judgement. ``seen`` is how many judgements the page showed: raises BadInput when there are more now."""

    def work() -> None:
        with ws.store.transaction(viewer.actor) as tx:
            if len(judged.judgements(tx, mention_id)) != seen:
                raise BadInput("somebody else judged this mention a moment ago: look at their answer first")
            judged.judge(tx, mention_id, order_id, verdict)

    allowed(ws, viewer, Action.JUDGE_LINK, work)


def correct_label(
    ws: Workspace,
    viewer: Viewer,
    mention_id: int,
    *,
    frustrated: bool,
    categories: Sequence[Category] = (),
    severity: int | None = None,
) -> None:
    """Record what a person says of a mention; it outlives the model's word. Raises Refused for a post from X."""

    def work() -> None:
        with ws.store.transaction(viewer.actor) as tx:
            labelling.add(tx, mention_id, frustrated=frustrated, categories=categories, severity=severity)

    allowed(ws, viewer, Action.LABEL, work)


def train(ws: Workspace, viewer: Viewer, report: Report | None = None, *, dry_run: bool = False) -> Outcome:
    """Train on the labels and switch when the new model is not worse; raises BadInput when labels are missing."""
    from models.learning import train_own  # only now: fitting takes time to load

    return allowed(ws, viewer, Action.TRAIN, lambda: train_own(ws.store, viewer.actor, dry_run=dry_run, report=report))


def use_model(ws: Workspace, viewer: Viewer, version: str) -> str:
    """Let another model assess from now on."""
    from models.learning import use_model as switch

    return allowed(ws, viewer, Action.TRAIN, lambda: switch(ws.store, viewer.actor, version))


def assess_again(ws: Workspace, viewer: Viewer, report: Report | None = None) -> int:
    """Assess what the model in use has not assessed yet; returns how many mentions."""
    from models.run import assess_new

    return allowed(ws, viewer, Action.TRAIN, lambda: assess_new(ws.store, report))


def export_labels(ws: Workspace, viewer: Viewer) -> bytes:
    """All labels with their texts as CSV; the download is on the audit log."""

    def work() -> bytes:
        with ws.store.transaction(viewer.actor) as tx:
            found = labelling.everything(tx)
            tx.audit("labels.exported", "", {"labels": len(found)})
        return label_export.to_csv(found)

    return allowed(ws, viewer, Action.TRAIN, work)


def build_plan(ws: Workspace, viewer: Viewer) -> Plan:
    """Plan the outreach anew from what is known now."""
    return allowed(ws, viewer, Action.BUILD_PLAN, lambda: recovering.build_plan(ws, viewer.actor))


def record_outcome(ws: Workspace, viewer: Viewer, task_id: int, result: str, note: str) -> None:
    """Record what became of a contact."""
    allowed(
        ws,
        viewer,
        Action.RECORD_OUTCOME,
        lambda: recovering.record_outcome(ws, viewer.actor, task_id, result, note),
    )


def export_at_risk(ws: Workspace, viewer: Viewer, form: Format, delimiter: str) -> Path:
    """Write the week's export with the role's mask; the download is on the audit log."""
    if viewer.role is None:
        raise BadInput("export: sign in first")
    role = viewer.role
    return allowed(
        ws,
        viewer,
        Action.EXPORT,
        lambda: recovering.export_at_risk(ws, viewer.actor, role, form=form, delimiter=delimiter),
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it; its name is the sender's and no path."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What importing uploads did; ``refused`` says why files were not read at all."""

    reports: tuple[FileReport, ...]
    refused: tuple[str, ...]


def paste_mention(ws: Workspace, viewer: Viewer, pasted: Pasted) -> Stored:
    """Store a pasted text; raises BadInput, naming the field."""
    from collectors import run as collecting  # only now: the clients of the sources take time to load

    return allowed(ws, viewer, Action.IMPORT, lambda: collecting.add_pasted(ws, pasted, viewer.actor))


def import_uploads(ws: Workspace, viewer: Viewer, kind: str, uploads: Sequence[Upload]) -> Uploaded:
    """Import uploaded files of one kind, each by itself; raises BadInput when there is none."""
    from collectors import run as collecting
    from dashboard.wiring import import_options

    def work() -> Uploaded:
        if not uploads:
            raise BadInput("choose at least one file")
        reports: list[FileReport] = []
        refused: list[str] = []
        with tempfile.TemporaryDirectory(prefix="reinstate-upload-") as folder:
            for upload in uploads:
                path = Path(folder) / _file_name(upload.name)
                path.write_bytes(upload.content)
                try:
                    done = collecting.import_files(ws, kind, [path], actor=viewer.actor, options=import_options())
                    reports += done
                except BadInput as error:
                    refused.append(str(error))
        return Uploaded(tuple(reports), tuple(refused))

    return allowed(ws, viewer, Action.IMPORT, work)


def _file_name(sent: str) -> str:
    """The last part of a name, of letters that no file system and no page minds."""
    last = re.split(r"[/\\]", sent)[-1]
    return re.sub(r"[^\w.() -]", "_", last).strip(" .")[-100:] or "upload"
