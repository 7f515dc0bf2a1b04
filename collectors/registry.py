"""Which sources there are: every module of this package that has a ``SOURCES`` mapping, found by looking."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module

import collectors
from collectors.sources import Readers
from data.errors import BadInput


@cache
def sources() -> Mapping[str, tuple[Readers, ...]]:
    """Readers by source name, in the order of the names; several modules may read one source.

    Imports every module of the package (praw, tweepy and their like among them): call it when sources are to be read,
    not when the program starts.
    """
    found: dict[str, list[Readers]] = {}
    for module in sorted(pkgutil.iter_modules(collectors.__path__), key=lambda m: m.name):
        offered: Mapping[str, Readers] = getattr(import_module(f"collectors.{module.name}"), "SOURCES", {})
        for name, readers in offered.items():
            found.setdefault(name, []).append(readers)
    return {name: tuple(found[name]) for name in sorted(found)}


def wanted(only: Sequence[str]) -> Sequence[tuple[str, Readers]]:
    """The readers of the sources named in ``only`` (all when it is empty); raises BadInput for a name there is not."""
    known = sources()
    unknown = sorted(set(only) - known.keys())
    if unknown:
        raise BadInput(f"collect {unknown[0]}: no such source; choose from {', '.join(known)}")
    return [(name, readers) for name, several in known.items() if not only or name in only for readers in several]
