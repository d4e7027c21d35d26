"""Direct reads: a SELECT of one row that is run on the driver itself.

For what is asked at every view and poll of a page: SQLAlchemy's own way of running a
statement takes several times as long as the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Select

from checkout_kit.storage.engine import Database


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

    def _compiled(
        self, dialect: Dialect
    ) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        compiled = self._statement.compile(dialect=dialect)
        fixed = compiled.params
        converters = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind, name in compiled.bind_names.items()
        }
        order = compiled.positiontup

        def to_driver(values: Mapping[str, Any]) -> Any:
            all_values = {**fixed, **values}
            for name, convert in converters.items():
                if convert is not None:
                    all_values[name] = convert(all_values[name])
            if order is None:
                return all_values
            return [all_values[name] for name in order]

        return str(compiled), to_driver
