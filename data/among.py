"""``column among a set of values``: one statement, whatever the size of the set.

An ``IN`` list is a text of its own for every length, built, compiled and parsed anew each time; storing a page asks by
sets a dozen times. Here the whole set is one parameter: an array on PostgreSQL, a JSON array on SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, Integer, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Set(TypeDecorator[Sequence[Any]]):
    """A set of texts or of whole numbers as one parameter."""

    impl = Text
    cache_ok = True

    def __init__(self, of_numbers: bool) -> None:
        super().__init__()
        self.of_numbers = of_numbers

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the engine takes the set as."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(ARRAY(BigInteger() if self.of_numbers else Text()))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """The set in the form that ``load_dialect_impl`` names."""
        held = list(value or ())
        return json.dumps(held) if dialect.name == "sqlite" else held


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """As it is: SQLAlchemy would write ``(…) = 1`` for SQLite, which then uses no index."""
        return self


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether ``column`` (text or whole numbers) is among the values of the parameter ``name``, given on execution."""
    held = bindparam(name, type_=_Set(isinstance(column.type, Integer | BigInteger)))
    return _Among(column, held)


@compiles(_Among, "sqlite")
def _on_sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, held = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({held}))"  # noqa: S608 (a column of ours and a parameter)


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, held = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} = ANY ({held})"
