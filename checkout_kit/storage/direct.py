"""Direct statements: compiled once, and run without SQLAlchemy's way of doing so.

For what is done at every view and poll of a page, and for each new checkout: that way
takes several times as long as the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Select, Table, insert
from sqlalchemy.sql.compiler import Compiled, SQLCompiler

from checkout_kit.storage.engine import Database

_ToDriver = Callable[[Mapping[str, Any]], Any]


class DirectSelect:
    """A statement, compiled once for each engine's dialect.

    Its values are converted as their types say; what it gives is the driver's own.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compile = lru_cache(maxsize=16)(self._compiled)

    def first(
        self, database: Database, values: Mapping[str, Any]
    ) -> tuple[Any, ...] | None:
        """The first row, read in a transaction of its own; None if there is none."""
        text, to_driver = self._compile(database.engine.dialect)
        return database.read_first(text, to_driver(values))

    def _compiled(self, dialect: Dialect) -> tuple[str, _ToDriver]:
        return _for_driver(self._statement.compile(dialect=dialect), dialect)


class DirectInsert:
    """An insert of one row, all rows with the same columns."""

    def __init__(self, table: Table) -> None:
        self._statement = insert(table).inline()
        self._compile = lru_cache(maxsize=16)(self._compiled)

    def run(self, connection: Connection, row: Mapping[str, Any]) -> None:
        """Write a row in a connection's transaction."""
        text, to_driver = self._compile(connection.dialect, tuple(row))
        connection.exec_driver_sql(text, to_driver(row))

    def _compiled(
        self, dialect: Dialect, columns: tuple[str, ...]
    ) -> tuple[str, _ToDriver]:
        compiled = self._statement.compile(dialect=dialect, column_keys=[*columns])
        return _for_driver(compiled, dialect)


def _for_driver(statement: Compiled, dialect: Dialect) -> tuple[str, _ToDriver]:
    """A statement's text, and what makes the driver's values of ours."""
    compiled = cast(SQLCompiler, statement)
    fixed = {name: v for name, v in compiled.params.items() if v is not None}
    found = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for bind, name in compiled.bind_names.items()
    }
    converters = [(n, convert) for n, convert in found.items() if convert is not None]
    order = compiled.positiontup

    def to_driver(values: Mapping[str, Any]) -> Any:
        all_values = {**fixed, **values}
        for name, convert in converters:
            all_values[name] = convert(all_values[name])
        if order is None:
            return all_values
        return tuple([all_values[name] for name in order])

    return str(compiled), to_driver
