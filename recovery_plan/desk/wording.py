"""Macro versions at the desk: drafted, looked at by the guard, approved by somebody else, attested, retired."""

from __future__ import annotations

import unicodedata

from pydantic import ValidationError

from data import casework, macros
from data.domain import Actor, Role
from data.errors import BadInput, Refused
from data.macros import MacroVersion
from data.store import Tx
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.containment.language_check import Seen, look
from recovery_plan.containment.macro import Macro, shipped
from recovery_plan.rules import load

SHIPPED = "system:shipped"
WRITERS = frozenset({Role.AGENT, Role.SUPPORT_LEAD, Role.COMPLIANCE})
COMPLIANCE = frozenset({Role.COMPLIANCE})


def bring_in_shipped(ws: Workspace, actor: Actor) -> int:
    """Enter the macros that ship with the product as drafts; those that are known stay. Returns how many were new."""
    with ws.store.transaction(actor) as tx:
        known = {(m.name, m.language, m.sha256) for m in macros.versions(tx)}
        fresh = [m for m in shipped().values() if (m.name, m.language, m.digest) not in known]
        for m in fresh:
            _add(tx, m, SHIPPED)
    return len(fresh)


def _add(tx: Tx, m: Macro, made_by: str | None = None) -> int:
    return macros.add(
        tx,
        name=m.name,
        language=m.language,
        surface=m.surface,
        text=m.text,
        needs_attestation=m.needs_attestation,
        made_by=made_by,
    )


def check_draft(
    ws: Workspace, *, name: str, language: str, text: str, surface: str = "marketplace", needs_attestation: bool = False
) -> tuple[Macro, Seen]:
    """A draft and what the guard says of it; raises BadInput for a wrong name, language, length or slot."""
    try:
        macro = Macro.model_validate(
            {
                "name": name,
                "language": language,
                "text": unicodedata.normalize("NFC", text.strip()),
                "surface": surface,
                "needs_attestation": needs_attestation,
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadInput(f"macro, {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    with ws.store.reading() as tx:
        mode = casework.mode(tx)
    return macro, look(macro.text, surface="macro", language=language, mode=mode, is_attested=needs_attestation)


def draft(
    ws: Workspace,
    actor: Actor,
    *,
    name: str,
    language: str,
    text: str,
    surface: str = "marketplace",
    needs_attestation: bool = False,
) -> MacroVersion:
    """Keep a draft; the guard must not block it. Raises Refused for who may not write, and for what may not be said."""
    roles.need(actor, WRITERS, "a macro is drafted")
    macro, seen = check_draft(
        ws, name=name, language=language, text=text, surface=surface, needs_attestation=needs_attestation
    )
    _refuse_blocked(seen)
    with ws.store.transaction(actor) as tx:
        return macros.get(tx, _add(tx, macro))


def _refuse_blocked(seen: Seen) -> None:
    if seen.is_blocked:
        _, rule, _, why = seen.hits[0] if seen.hits else ("", "NL-UNREADABLE", "", "the guard blocks it")
        known = rule if rule in load() else "NL-UNREADABLE"
        raise load().refusal(known, f"the guard: {why}")


def approve(ws: Workspace, actor: Actor, number: int, note: str = "") -> MacroVersion:
    """Approve a draft that somebody else wrote (compliance); the guard looks at it once more."""
    roles.need_person(actor, COMPLIANCE, "a macro is approved")
    with ws.store.transaction(actor) as tx:
        macro = macros.get(tx, number)
        if macro.made_by == actor.id:
            raise load().refusal("DESK-FOUR-EYES", "a macro is approved by somebody who did not write it")
        if macro.state != "draft":
            raise Refused(f"macro {number} is {macro.state}: only a draft can be approved", rule="DESK-MACRO")
        seen = look(
            macro.text,
            surface="macro" if macro.surface == "marketplace" else "public",
            language=macro.language,
            mode=casework.mode(tx),
            is_attested=macro.needs_attestation,
        )
        _refuse_blocked(seen)
        macros.mark(tx, number, "approved", note)
        return macros.get(tx, number)


def retire(ws: Workspace, actor: Actor, number: int, note: str = "") -> MacroVersion:
    """Take a version out of use for good (compliance)."""
    roles.need_person(actor, COMPLIANCE, "a macro is retired")
    with ws.store.transaction(actor) as tx:
        if macros.get(tx, number).state == "retired":
            raise Refused(f"macro {number} is retired already", rule="DESK-MACRO")
        macros.mark(tx, number, "retired", note)
        return macros.get(tx, number)


def attest(ws: Workspace, actor: Actor, number: int, statement: str) -> MacroVersion:
    """Vouch that the cause which a macro names is true now (compliance); counts for the present suspension only."""
    roles.need_person(actor, COMPLIANCE, "a cause is attested")
    if len(statement.strip()) < 20:
        raise BadInput("statement: say what the cause is and how you know, in a sentence")
    with ws.store.transaction(actor) as tx:
        if not macros.get(tx, number).needs_attestation:
            raise BadInput(f"macro {number} names no cause: there is nothing to attest")
        macros.mark(tx, number, "attested", statement.strip())
        return macros.get(tx, number)


def withdraw_attestation(ws: Workspace, actor: Actor, number: int, note: str) -> MacroVersion:
    """Take the word back: the cause is not, or no longer, true."""
    roles.need_person(actor, COMPLIANCE, "an attestation is withdrawn")
    with ws.store.transaction(actor) as tx:
        if macros.get(tx, number).attested_at is None:
            raise Refused(f"macro {number} is not attested", rule="DESK-ATTESTATION")
        macros.mark(tx, number, "withdrawn", note)
        return macros.get(tx, number)
