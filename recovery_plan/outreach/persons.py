"""One person under several keys: accounts of one handle or full name on several sources count as one for contacts.

This only ever spares somebody a second contact; it links nobody to an order. Accounts on X are left out (rule X-02),
and so is a name that two accounts of one source bear: "a disappointed customer" is not one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from data.customers import CustomerCase
from data.domain import Source


def same_person(cases: Iterable[CustomerCase], persons: Mapping[int, str]) -> dict[str, tuple[str, ...]]:
    """Customer key -> names of the persons that it shares with other keys; ``persons`` maps author rows to a name."""
    accounts: dict[str, dict[Source, set[int]]] = {}
    keys: dict[str, set[str]] = {}
    for case in cases:
        for m in case.mentions:
            person = persons.get(m.author) if m.author is not None else None
            if person and m.author is not None and m.source is not Source.X:
                accounts.setdefault(person, {}).setdefault(m.source, set()).add(m.author)
                keys.setdefault(person, set()).add(case.customer)
    found: dict[str, list[str]] = {}
    for person, theirs in sorted(keys.items()):
        if len(theirs) > 1 and all(len(on_one) == 1 for on_one in accounts[person].values()):
            for customer in theirs:
                found.setdefault(customer, []).append(person)
    return {customer: tuple(names) for customer, names in found.items()}


def spread(known: Set[str], shared: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """``known`` customers (contacted, or never to be) with every other key of the same persons."""
    named = {person for customer in known for person in shared.get(customer, ())}
    return frozenset(known) | {customer for customer, persons in shared.items() if named & set(persons)}
