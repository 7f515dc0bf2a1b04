"""Makes evidence packs: reads, seals the log, writes the folder whole or not at all, and puts the making on the log."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data import audit_export, checkpoints, log, proofs, trail
from data.attempts import Attempt
from data.audit import spelled
from data.clock import rfc3339
from data.defences import Point
from data.domain import Actor, Role
from data.errors import BadInput
from data.merkle import leaf_hash
from data.merkle import proofs as inclusion_proofs
from data.notes import Checkpoint
from data.refunds import Refund
from data.store import Tx
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.at_risk_rows import MASKS
from recovery_plan.cells import guarded
from recovery_plan.evidence import case_sections, sections
from recovery_plan.evidence.document import Document, Kind, Redact, Scope, Section
from recovery_plan.evidence.facts import Facts, read
from recovery_plan.evidence.pdf import pdf
from recovery_plan.evidence.wording import LANGUAGES, Wording
from recovery_plan.rules import load

MAKERS = frozenset({Role.SUPPORT_LEAD, Role.COMPLIANCE, Role.AUDITOR})
_log = log.get("recovery_plan.evidence")


@dataclass(frozen=True, slots=True)
class Made:
    """A finished pack; ``entry`` is the log's entry that tells of it, by the hash of its manifest."""

    folder: Path
    entries: int
    pages_of: str
    manifest: str
    entry: int


def make_pack(
    ws: Workspace, actor: Actor, scope: Scope, out: Path, *, language: str | None = None,
    redact: Collection[Redact] = (),
) -> Made:  # fmt: skip
    """Write a pack into the new folder ``out``: PDF/A, data, log entries with proofs, manifest, verifier.

    A role that may not see customers' names gets a pack without names. Raises Refused for a role that may make none,
    BadInput for an unknown subject or language, or a folder that holds anything.
    """
    roles.need(actor, MAKERS, "an evidence pack is made")
    told = language or ws.settings.brand.language
    if told not in LANGUAGES:
        raise BadInput(f"language: choose one of {', '.join(LANGUAGES)}")
    if actor.role is not None and not MASKS[actor.role].names:
        redact = {*redact, Redact.NAMES}
    checkpoint = checkpoints.make(ws.store, ws.seals, "evidence")
    if checkpoint is None:
        raise BadInput("evidence: the log is empty: there is nothing to tell")
    with audit_export.new_folder(out) as building:
        with ws.store.reading() as tx:
            facts = read(tx, scope, load())
            wording = Wording(told, ZoneInfo(ws.settings.brand.time_zone), facts.people, frozenset(redact))
            entries = _write_entries(building / "log", tx, facts.entries, checkpoint)
        keys = checkpoints.verifier_keys(ws.seals)
        document = compose(ws, facts, wording, actor, checkpoint, keys)
        _write(building, document, pdf(document, facts.now, wording))
        _copy_seal(ws, building / "log", checkpoint, keys)
        if Redact.ATTACHMENTS not in redact:
            _attach(ws, building / "attachments", facts)
        audit_export.give_verifier(building)
        named = {"kind": "pack", "subject": scope.subject, "made_at": rfc3339(facts.now), "redacted": sorted(redact)}
        manifest = audit_export.write_manifest(building, named)
    with ws.store.transaction(actor) as tx:
        detail = {"manifest": manifest, "language": told, "redacted": ",".join(sorted(redact)), "entries": entries}
        entry = tx.audit("evidence.made", scope.subject, detail)
    _log.info("evidence.made", kind=scope.kind.value, entries=entries)
    return Made(out, entries, "evidence.pdf", manifest, entry)


def compose(
    ws: Workspace, facts: Facts, w: Wording, actor: Actor, checkpoint: Checkpoint, keys: Sequence[str]
) -> Document:
    """The whole document in its language."""
    ref, brand = facts.scope.ref, ws.settings.brand.name
    made = w.time(facts.now)
    title = w(f"pack.{facts.scope.kind}_title", ref=ref)
    head = [
        (w("pack.brand"), brand),
        (w("pack.made_at"), made),
        (w("pack.made_by"), w.person(actor.id)),
        (w("pack.zone"), ws.settings.brand.time_zone),
        (w("pack.left_out"), ", ".join(w(f"redact.{r}") for r in sorted(w.redact)) or w("word.none")),
        (w("pack.sealed"), str(checkpoint.size)),
        (w("pack.root"), checkpoint.root),
        (w("pack.key"), keys[-1] if keys else ""),
    ]
    told = _appeal(facts, w) if facts.scope.kind is Kind.APPEAL else _case(facts, w)
    labels = {name: w(f"word.{name}") for name in ("page", "of", "contents")}
    return Document(
        w.language, title, w("pack.subtitle", brand=brand, at=made), made, tuple(head), (*told, _checking(w)),
        w("pack.footer"), labels,
    )  # fmt: skip


def _appeal(f: Facts, w: Wording) -> list[Section]:
    return [
        sections.suspension(f, w),
        sections.figures(f, w),
        sections.steps(f, w),
        sections.missed(f, w),
        sections.attempts(f, w),
        sections.refunds(f, w),
        sections.approvals(f, w),
        sections.shipping(f, w),
        case_sections.claims(f, w),
        sections.holds(f, w),
        sections.chronology(f, w),
    ]


def _case(f: Facts, w: Wording) -> list[Section]:
    returned = case_sections.returns(f, w)
    return [
        case_sections.order(f, w),
        *case_sections.messages(f, w),
        *([case_sections.claims(f, w), *case_sections.defences(f, w)] if f.claims else []),
        *([returned] if returned else []),
        sections.missed(f, w),
        sections.attempts(f, w),
        sections.refunds(f, w),
        sections.approvals(f, w),
        *([sections.shipping(f, w)] if f.decisions else []),
        sections.chronology(f, w),
    ]


def _checking(w: Wording) -> Section:
    names = ("pack", "log", "key", "limits")
    told = tuple((w(f"checking.{name}"), w(f"checking.{name}_text")) for name in names)
    return Section("checking", w("checking.title"), w("pack.unprintable"), told)


def _write(folder: Path, document: Document, printed: bytes) -> None:
    (folder / "evidence.pdf").write_bytes(printed)
    raw = json.dumps(document.as_json(), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "facts.json").write_bytes(raw.encode("utf-8", "replace") + b"\n")
    (folder / "tables").mkdir()
    for section in document.sections:
        if section.columns:
            (folder / "tables" / f"{section.name}.csv").write_bytes(_csv(section))


def _csv(section: Section) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(section.columns)
    writer.writerows([guarded(cell) for cell in row] for row in section.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _write_entries(folder: Path, tx: Tx, rows: Sequence[Any], checkpoint: Checkpoint) -> int:
    """The subject's entries with their details, each with its inclusion proof for the checkpoint."""
    wanted = {row.seq for row in rows if row.seq <= checkpoint.size}
    leaves: list[bytes] = []
    held: list[trail.Line] = []
    for line in trail.sealed_lines(tx):
        if line[0] > checkpoint.size:
            break
        leaves.append(leaf_hash(spelled(line[1])))
        if line[0] in wanted:
            held.append(line)
    root, paths = inclusion_proofs(leaves, [seq - 1 for seq in wanted])
    if root != checkpoint.root:
        raise BadInput("evidence: the log does not verify: run 'reinstate audit verify' first")
    folder.mkdir()
    with (folder / "entries.jsonl").open("w", encoding="utf-8") as file:
        for seq, text, salt, detail in held:
            told = {"n": seq, "line": text, "salt": salt.hex() if salt else None, "detail": detail,
                    "proof": list(paths[seq - 1])}  # fmt: skip
            file.write(json.dumps(told) + "\n")
    return len(held)


def _copy_seal(ws: Workspace, folder: Path, checkpoint: Checkpoint, keys: Sequence[str]) -> None:
    seal = ws.seals.path(checkpoint.size)
    shutil.copyfile(seal, folder / "log.checkpoint")
    stamp = seal.with_name(f"{seal.name}.tsr")
    if stamp.is_file():
        shutil.copyfile(stamp, folder / "log.checkpoint.tsr")
    (folder / "keys.txt").write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")


def _attach(ws: Workspace, folder: Path, facts: Facts) -> None:
    """Proofs under their SHA-256, those that are still what they were."""
    points = [line.said for _, file in facts.defences for line in file.lines if line.said]
    held: list[Attempt | Refund | Point] = [*facts.attempts, *facts.refunds, *points]
    for row in held:
        if row.proof and row.proof_kind and proofs.is_intact(ws, row.proof, row.proof_kind):
            folder.mkdir(exist_ok=True)
            name = f"{row.proof}.{row.proof_kind}"
            shutil.copyfile(proofs.path_of(ws, row.proof, row.proof_kind), folder / name)
