"""The desk's registers as lists: refunds by hand, open shipments, claims, attempts; a row opens its case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import components, desk_words, formats, labels, paging, parts, safe
from dashboard.queries import case_file
from dashboard.viewer import Viewer
from dashboard.views import ticket_records
from data import attempts, refunds
from data.workspace import Workspace
from recovery_plan.desk import defending, registers

PAGE = 25
Open = Callable[[str], None]


def show(ws: Workspace, viewer: Viewer, view: str, opened: str | None, on_pick: Open) -> None:
    """Draw one register: refunds, shipments, claims or attempts."""
    with ws.store.reading() as tx:
        staff = case_file.staff(tx, viewer)
    picking = {"selected": opened, "on_pick": on_pick}
    if view == "refunds":
        with ws.store.reading() as tx:
            _listed(
                viewer, refunds.listed(tx), lambda page: ticket_records.refunds_table(viewer, page, staff, **picking)
            )
    elif view == "attempts":
        with ws.store.reading() as tx:
            found = attempts.listed(tx)[::-1]
        _listed(viewer, found, lambda page: ticket_records.attempts_table(viewer, page, staff, **picking))
    elif view == "shipments":
        _listed(viewer, registers.open_shipments(ws), lambda page: _shipments(viewer, page, staff, **picking))
    else:
        _listed(viewer, defending.claim_files(ws), lambda page: _claims(viewer, page, **picking))


def _listed(viewer: Viewer, found: Sequence[Any], draw: Callable[[Sequence[Any]], None]) -> None:
    if not found:
        components.empty(viewer, viewer.say("Nothing here."), viewer.say("What is recorded about a case stands here."))
        return
    start = (paging.number() - 1) * PAGE
    draw(found[start : start + PAGE])
    paging.pager(len(found), PAGE, viewer)


def _shipments(viewer: Viewer, page: Sequence[Any], staff: Mapping[str, str], **picking: Any) -> None:
    st.caption(viewer.say("Orders that we send ourselves and that have not left: each is shipped or stopped."))
    rows = [
        {
            "id": f"order:{row.order_id}",
            "cells": {
                "order": {"text": row.order_id, "sub": row.marketplace or ""},
                "promised": {
                    "text": formats.short_day(row.promised_at, viewer),
                    "sub": formats.left(row.promised_at, viewer),
                },
                "decision": {
                    "text": labels.of(desk_words.SHIPPING, d.decision if d else "", viewer),
                    "tone": "good" if d else "info",
                },
                "why": {
                    "text": safe.plain(d.reason, 200) if d else "",
                    "sub": desk_words.person(d.made_by, staff, viewer) if d else "",
                },
            },
        }
        for row, d in page
    ]
    columns = [
        {"key": "order", "label": viewer.say("Order")},
        {"key": "promised", "label": viewer.say("Promised")},
        {"key": "decision", "label": viewer.say("Decision"), "kind": "badge"},
        {"key": "why", "label": viewer.say("Why?"), "kind": "wide"},
    ]
    parts.table(columns, rows, key="shipments", label=viewer.say("Shipments"), **picking)


def _claims(viewer: Viewer, page: Sequence[defending.ClaimFile], **picking: Any) -> None:
    rows = []
    for f in page:
        claim = f.file.claim
        due = min(f.file.deadlines, key=lambda d: d.due_at, default=None)
        missing = [labels.of(desk_words.POINT, p, viewer) for p in f.file.missing]
        rows.append(
            {
                "id": f"order:{claim.order_id}",
                "cells": {
                    "order": {
                        "text": claim.order_id,
                        "sub": formats.money(claim.amount_minor, claim.currency, viewer),
                    },
                    "status": {
                        "text": labels.of(desk_words.CLAIM, claim.status, viewer),
                        "tone": "bad" if claim.status in ("open", "granted") else "",
                    },
                    "due": {
                        "text": formats.left(due.due_at, viewer) if due else "",
                        "sub": labels.of(labels.DEADLINE, due.kind, viewer) if due else "",
                    },
                    "missing": ", ".join(missing),
                },
            }
        )
    columns = [
        {"key": "order", "label": viewer.say("Order")},
        {"key": "status", "label": viewer.say("State"), "kind": "badge"},
        {"key": "due", "label": viewer.say("Next deadline")},
        {"key": "missing", "label": viewer.say("Missing for the defence"), "kind": "wide"},
    ]
    parts.table(columns, rows, key="claims", label=viewer.say("Claims"), **picking)
