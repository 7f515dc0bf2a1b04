"""What people say of accounts and orders beside single judgements: the never-link list, and accounts of one author.

Rows are added; the newest one about the same subject stands. Accounts on X are never tied to others (rule X-02).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import func, select

from data.domain import Source, Verdict
from data.errors import BadInput, Refused
from data.schema.intake import author, mention, orders
from data.schema.judged import judgement
from data.schema.linkage import author_tie, never_link
from data.store import Tx
from data.upsert import chunks

Kind = Literal["order", "author"]
SIBLINGS = 20
"""Orders of one author's customer that are looked at: a trade account may have thousands."""


def list_never(tx: Tx, kind: Kind, ref: str, reason: str, *, is_listed: bool = True) -> None:
    """Put an order or an account on the never-link list, or take it off; raises BadInput when it does not exist."""
    column, value = (orders.c.order_id, ref) if kind == "order" else (author.c.id, _number(ref))
    if tx.conn.execute(select(column).where(column == value)).first() is None:
        raise BadInput(f"{kind} {ref}: is not known here")
    row = {"kind": kind, "ref": ref, "is_listed": is_listed, "reason": reason, "by": tx.actor.id, "at": tx.now}
    tx.conn.execute(never_link.insert().values(row))
    tx.audit("link.never" if is_listed else "link.never_lifted", f"{kind}:{ref}", {})


def _number(text: str) -> int:
    if not text.isdigit():
        raise BadInput(f"author {text}: give the account's number")
    return int(text)


def never_list(tx: Tx) -> list[Any]:
    """What is on the list now, newest first: kind, ref, reason, by, at."""
    newest = select(func.max(never_link.c.id)).group_by(never_link.c.kind, never_link.c.ref)
    query = select(never_link).where(never_link.c.id.in_(newest), never_link.c.is_listed)
    return list(tx.conn.execute(query.order_by(never_link.c.id.desc())))


def tie(tx: Tx, one: int, other: int, reason: str, *, is_one: bool = True) -> None:
    """Say that two accounts are one author, or that they are not.

    Raises BadInput when one does not exist or both are the same, Refused (X-02) when one of them is on X.
    """
    known = {
        row.id: row.source
        for row in tx.conn.execute(select(author.c.id, author.c.source).where(author.c.id.in_((one, other))))
    }
    if len(known) < 2:
        raise BadInput(f"accounts {one} and {other}: give the numbers of two accounts that are known here")
    if Source.X.value in known.values() and is_one:
        raise Refused("an account on X is never tied to another one: its terms forbid it", rule="X-02")
    row = {"author": min(one, other), "other": max(one, other), "is_one": is_one, "reason": reason}
    tx.conn.execute(author_tie.insert().values(row | {"by": tx.actor.id, "at": tx.now}))
    tx.audit("author.tied" if is_one else "author.untied", f"author:{min(one, other)}", {"other": max(one, other)})


def ties(tx: Tx) -> list[Any]:
    """Pairs of accounts that are one author by the newest word about each: author, other, reason, by, at."""
    newest = select(func.max(author_tie.c.id)).group_by(author_tie.c.author, author_tie.c.other)
    query = select(author_tie).where(author_tie.c.id.in_(newest), author_tie.c.is_one)
    return list(tx.conn.execute(query.order_by(author_tie.c.id.desc())))


def one_author(tx: Tx, accounts: Sequence[int]) -> dict[int, frozenset[int]]:
    """Account -> the accounts of the same author, itself included, whatever number of ties lies between."""
    groups: dict[int, frozenset[int]] = {}
    for pair in ties(tx):
        joined = groups.get(pair.author, frozenset({pair.author})) | groups.get(pair.other, frozenset({pair.other}))
        groups |= dict.fromkeys(joined, joined)
    return {account: groups.get(account, frozenset({account})) for account in accounts}


def known_orders(tx: Tx, accounts: Sequence[int]) -> dict[int, frozenset[str]]:
    """Account -> ids of the orders of the customer whom a person saw behind it: by a confirmed link of the account
    itself, or of one that a person tied to it. Accounts without such a customer, and those on X, are left out."""
    theirs = one_author(tx, accounts)
    confirmed = _confirmed(tx, sorted({a for group in theirs.values() for a in group}))
    buyers = _orders_of_buyers(tx, sorted({o for ids in confirmed.values() for o in ids}))
    found: dict[int, frozenset[str]] = {}
    for account, group in theirs.items():
        seen = {order_id for a in group for order_id in confirmed.get(a, ())}
        if known := frozenset(o for order_id in seen for o in buyers.get(order_id, (order_id,))):
            found[account] = known
    return found


def _confirmed(tx: Tx, accounts: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for part in chunks(accounts):
        newest = (
            select(func.max(judgement.c.id))
            .join(mention, mention.c.id == judgement.c.mention)
            .where(mention.c.author.in_(part))
            .group_by(judgement.c.mention, judgement.c.order_id)
        )
        query = (
            select(mention.c.author, judgement.c.order_id)
            .join(mention, mention.c.id == judgement.c.mention)
            .where(judgement.c.id.in_(newest), judgement.c.verdict == Verdict.CONFIRMED.value)
            .where(mention.c.source != Source.X.value, mention.c.gone_at.is_(None))
        )
        for account, order_id in tx.conn.execute(query):
            found.setdefault(account, set()).add(order_id)
    return found


def _orders_of_buyers(tx: Tx, order_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Order id -> ids of its buyer's newest orders, itself included."""
    keys: dict[str, str] = {}
    for part in chunks(order_ids):
        query = select(orders.c.order_id, orders.c.buyer_key).where(orders.c.order_id.in_(part))
        keys.update({row.order_id: row.buyer_key for row in tx.conn.execute(query) if row.buyer_key})
    groups: dict[str, list[str]] = {}
    for keys_ in chunks(sorted(set(keys.values()))):
        rows = select(orders.c.buyer_key, orders.c.order_id).where(orders.c.buyer_key.in_(keys_))
        for buyer, order_id in tx.conn.execute(rows.order_by(orders.c.purchased_at.desc(), orders.c.id.desc())):
            group = groups.setdefault(buyer, [])
            if len(group) < SIBLINGS:
                group.append(order_id)
    return {order_id: tuple(dict.fromkeys((order_id, *groups[key]))) for order_id, key in keys.items()}
