"""The classifier's workshop: ``train``, ``evaluate`` and ``models list|use``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard import access
from dashboard.commands.call import (
    Answer,
    Call,
    JsonOption,
    WorkspaceOption,
    answer_of,
    folder_of,
    in_workspace,
    progress,
)
from data import model_store
from data.errors import BadInput
from data.workspace import Workspace, exists, open_at

if TYPE_CHECKING:
    from models.assess import Assessor
    from models.comparison import Measured
    from models.learning import Outcome

models_app = typer.Typer(help="The models that your labels made, and which one assesses.", no_args_is_help=True)
TextOption = Annotated[
    Path | None,
    typer.Option(
        "--text",
        metavar="DIR",
        help="Folder with public sets; our own sentences alone when left out.",
        show_default=False,
    ),
]
VERDICTS = {
    "better": "not worse: the error on the held-back labels fell",
    "equal": "not worse: nothing changed on the held-back labels",
    "too_few": "undecided: fewer than five labels are held back; label more, or 'reinstate models use' it yourself",
    "worse_product": "worse: it ranks the messages that ship for measuring less well",
    "worse_seller": "worse: the error on the held-back labels rose",
}


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.command()(train)
    root.command()(evaluate)
    root.add_typer(models_app, name="models")


@in_workspace(access.Action.TRAIN)
def train(
    call: Call,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare only; keep and switch nothing.")] = False,
    base: Annotated[bool, typer.Option("--base", help="Train the base that ships, from sentences of our own.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --base: where the new model goes.", show_default=False)
    ] = None,
    text: TextOption = None,
) -> int:
    """Train on your labels, compare with the model in use, and switch unless it is worse; never from X."""
    if base or out is not None or text is not None:
        if not base or out is None or dry_run:
            raise BadInput("train: --base goes with --out DIR and, if wanted, --text DIR; your own labels need neither")
        _train_base(call.answer, out, text)
        return 0
    from models.learning import facts_of, train_own
    from models.run import assess_new

    with progress() as report:
        made = train_own(call.ws.store, call.actor, dry_run=dry_run, report=report)
        again = assess_new(call.ws.store, report) if made.switched else 0
    document = {"version": made.version, "switched": made.switched, "new": made.is_new, "assessed": again}
    call.answer.give(document | facts_of(made), [*_told(made, dry_run), *_again(again)])
    return 0


def _again(assessed: int) -> list[str]:
    return [f"{assessed} mentions assessed again"] if assessed else []


def _told(made: Outcome, dry_run: bool) -> list[str]:
    labels = ", ".join(f"{source} {n}" for source, n in made.sources.items())
    told = [f"{made.version} from labels of {labels}; {made.held_back} labels held back"]
    if not made.is_new:
        return [*told, "the same labels made the model that is in use: nothing to do"]
    found = made.comparison
    told += [_measured(f"ranking of the messages that ship, read as {m.name}", m) for m in found.product]
    if found.error is not None and found.seller_f1 is not None:
        told.append(_measured("error on the held-back labels (less is better)", found.error))
        told.append(_measured("macro-F1 on the held-back labels", found.seller_f1))
    told.append(VERDICTS[found.verdict])
    if dry_run:
        return [*told, "nothing was kept"]
    return [*told, f"in use: {made.version if made.switched else made.before}"]


def _measured(name: str, m: Measured) -> str:
    low, high = m.change
    sure = f", {m.texts} texts: may be chance" if m.is_unsure else f", {m.texts} texts"
    return f"  {name}: {m.old:.3f} -> {m.new:.3f} (change {low:+.3f} to {high:+.3f}{sure})"


def _train_base(answer: Answer, out: Path, text: Path | None) -> None:
    from models.training import train_base

    _folder(text)
    with progress() as report:
        facts = train_base(text, out, report)
    answer.give(dict(facts), [f"{out}: model {facts['version']}"])


def evaluate(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Your own labelled texts, CSV or JSON Lines.", show_default=False),
    ] = None,
    text: TextOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> int:
    """Measure the classifier: on your labelled FILE, or the shipped one on sets it never saw."""
    answer = answer_of(as_json, ctx)
    if file is not None:
        if text is not None:
            raise BadInput("evaluate: give FILE or --text, not both")
        return _evaluate_file(file, folder_of(workspace, ctx), answer)
    from models.evaluation import evaluate as measure
    from models.evaluation import lines_of

    _folder(text)
    with progress() as report:
        found = measure(text, report=report)
    answer.give(found, lines_of(found))
    return 0


def _evaluate_file(file: Path, folder: Path, answer: Answer) -> int:
    from models.file_evaluation import document, evaluate_file, lines_of
    from models.seller_files import read

    try:
        raw = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror}") from None
    held = read(raw, file.name)
    with progress() as report:
        found = evaluate_file(_assessor(folder), held, report)
    answer.give(document(found, held, file.name), lines_of(found, held, file.name))
    return 4 if held.refused else 0


def _assessor(folder: Path) -> Assessor:
    """The model in use in the workspace when there is one, else the one that ships."""
    from models.assess import Assessor
    from models.in_use import in_use

    if not exists(folder):
        return Assessor.shipped()
    ws = open_at(folder)
    try:
        with ws.store.reading() as tx:
            return in_use(tx).assessor
    finally:
        ws.store.close()


def _folder(text: Path | None) -> None:
    if text is not None and not text.is_dir():
        raise BadInput(f"--text {text}: is no folder")


@models_app.command("list")
@in_workspace(access.Action.SEE_MODEL)
def show(call: Call) -> None:
    """List the models: what they learnt from, how they compared, which one is in use."""
    document = _listed(call.ws)
    rows = [
        (
            "in use" if m["in_use"] else "",
            m["version"],
            f"{m['made_at']:%Y-%m-%d %H:%M}" if m["made_at"] else "ships",
            m["labels"],
            m["verdict"] or "",
            m["note"],
        )
        for m in document["models"]
    ]
    call.answer.table(document, ("", "version", "made", "labels", "compared", ""), rows)


def _listed(ws: Workspace) -> dict[str, Any]:
    from models.assess import Assessor
    from models.in_use import in_use

    with ws.store.reading() as tx:
        held, current = model_store.everything(tx), in_use(tx)
    shipped = Assessor.shipped().version
    models: list[dict[str, Any]] = [
        {
            "version": k.version,
            "in_use": k.version == current.assessor.version,
            "made_at": k.made_at,
            "made_by": k.made_by,
            "labels": sum(k.facts["labels"].values()),
            "verdict": k.facts["verdict"],
            "note": _note(k, shipped),
        }
        for k in held
    ]
    is_base = current.assessor.version == shipped
    own = {"version": shipped, "in_use": is_base, "made_at": None, "made_by": None, "labels": 0, "verdict": None}
    return {"models": [*models, own | {"note": "base"}], "problem": current.problem}


def _note(kept: model_store.Kept, shipped: str) -> str:
    if kept.erased:
        return f"{kept.erased} labels erased since: cannot be chosen"
    return "" if kept.base == shipped else f"made for {kept.base}: cannot be chosen"


@models_app.command("use")
@in_workspace(access.Action.TRAIN)
def use(
    call: Call,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="As in the list, or 'base'.", show_default=False)],
) -> None:
    """Let another model assess from now on; what is stored is assessed anew with it."""
    from models.learning import use_model
    from models.run import assess_new

    chosen = use_model(call.ws.store, call.actor, version)
    with progress() as report:
        again = assess_new(call.ws.store, report)
    call.answer.give({"version": chosen, "assessed": again}, [f"in use: {chosen}", *_again(again)])
