"""Direct statements: compiled once, and run without SQLAlchemy's way of doing so.

For what is done at every view and poll of a page, and for each new checkout: that way
takes several times as long as the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Insert, Select, Table, insert
from sqlalchemy.sql.compiler import Compiled, SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert

from checkout_kit.storage.claims import insert_unless_taken
from checkout_kit.storage.engine import Database, is_own, named_by_sqlalchemy

_ToDriver = Callable[[Mapping[str, Any]], Any]
_FromDriver = Callable[[tuple[Any, ...]], Mapping[str, Any]]


class DirectSelect:
    """A statement, compiled once for each engine's dialect.

    Its values are converted as their types say; what it gives is the driver's own.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compile = lru_cache(maxsize=16)(self._compiled)
        self._converter = lru_cache(maxsize=16)(self._from_driver)

    def first(
        self, database: Database, values: Mapping[str, Any]
    ) -> tuple[Any, ...] | None:
        """The first row, read in a transaction of its own; None if there is none."""
        text, to_driver = self._compile(database.engine.dialect)
        return database.read_first(text, to_driver(values))

    def to_values(self, database: Database, row: tuple[Any, ...]) -> Mapping[str, Any]:
        """Convert what :meth:`first` gave, as the columns' types say."""
        return self._converter(database.engine.dialect)(row)

    def _compiled(self, dialect: Dialect) -> tuple[str, _ToDriver]:
        return _for_driver(self._statement.compile(dialect=dialect), dialect)

    def _from_driver(self, dialect: Dialect) -> _FromDriver:
        columns = [
            (name, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for name, column in self._statement.selected_columns.items()
        ]

        def convert(row: tuple[Any, ...]) -> Mapping[str, Any]:
            return {
                name: value if to_python is None else to_python(value)
                for (name, to_python), value in zip(columns, row, strict=True)
            }

        return convert


class DirectInsert:
    """An insert of one row, all rows with the same columns.

    :param is_careful: leave the row out if a unique key of it is taken.
    """

    def __init__(self, table: Table, *, is_careful: bool = False) -> None:
        self._table = table
        self._is_careful = is_careful
        self._compile = lru_cache(maxsize=16)(self._compiled)

    def run(self, connection: Connection, row: Mapping[str, Any]) -> bool:
        """Write a row in a connection's transaction.

        :return: whether it was written.
        """
        text, to_driver = self._compile(connection.dialect, tuple(row))
        written = _written(connection, text, to_driver(row), is_told=self._is_careful)
        return not self._is_careful or written

    def _compiled(
        self, dialect: Dialect, columns: tuple[str, ...]
    ) -> tuple[str, _ToDriver]:
        statement: Insert | ReturningInsert[Any] = insert(self._table).inline()
        if self._is_careful:
            statement = insert_unless_taken(self._table, dialect.name)
        compiled = statement.compile(dialect=dialect, column_keys=[*columns])
        return _for_driver(compiled, dialect)


def _written(connection: Connection, text: str, values: Any, *, is_told: bool) -> bool:
    """Run an insert; says whether it gave a row back if ``is_told``."""
    if not is_own(connection):
        # What a shop's own engine listens to and logs stays complete.
        result = connection.exec_driver_sql(text, values)
        return is_told and result.first() is not None
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, values)
        return is_told and cursor.fetchone() is not None
    except Exception as err:
        raise named_by_sqlalchemy(connection, err) from err
    finally:
        cursor.close()


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
