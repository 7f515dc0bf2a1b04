"""Which role may do what that this package guards itself; pages and commands ask dashboard.access before."""

from __future__ import annotations

from dataclasses import fields

from data.domain import Actor, Role
from recovery_plan.at_risk_rows import MASKS, Mask
from recovery_plan.rules import load


def need(actor: Actor, allowed: frozenset[Role], what: str) -> None:
    """Raise Refused (DESK-ROLES) unless the actor's role is one of ``allowed``."""
    if not _is_system(actor) and actor.role not in allowed:
        raise load().refusal("DESK-ROLES", f"{what} by {' or '.join(sorted(allowed))}")


def need_person(actor: Actor, allowed: frozenset[Role], what: str) -> None:
    """As ``need``, and never the command line alone: it goes on record under a person's name."""
    if actor.role is None:
        raise load().refusal("DESK-ROLES", f"{what} by a person: name them with --as")
    need(actor, allowed, what)


def need_mask(actor: Actor, role: Role) -> None:
    """Raise Refused (DESK-ROLES) when an export for ``role`` shows more than the actor's own role may see."""
    if _is_system(actor):
        return
    own = MASKS.get(actor.role, Mask()) if actor.role else Mask()
    if any(getattr(MASKS[role], f.name) and not getattr(own, f.name) for f in fields(Mask)):
        raise load().refusal("DESK-ROLES", f"an export for {role} holds more than your role may see")


def _is_system(actor: Actor) -> bool:
    """Whoever holds the machine's command line: it has no role and may."""
    return actor.role is None and actor.id.startswith("system:")
