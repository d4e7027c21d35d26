"""Shops' migrations: how Flask-Migrate leaves the kit's tables alone."""

from __future__ import annotations

from typing import Any

from checkout_kit.storage.columns import PREFIX


def include_object(
    object: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
) -> bool:
    """Keep a shop's Flask-Migrate from dropping the kit's tables.

    Hand it to Alembic's ``context.configure(include_object=…)`` in the shop's
    ``migrations/env.py``.
    """
    table = name if type_ == "table" else getattr(object, "table", None)
    return not str(getattr(table, "name", table) or "").startswith(PREFIX)
