"""Columns that several tables have, each the same everywhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String

PREFIX = "checkout_kit_"

ID = String(64)
AMOUNT = String(48)
CURRENCY = String(120)
# SQLite only numbers rows by itself in a column that is exactly INTEGER.
SEQUENCE = BigInteger().with_variant(Integer, "sqlite")


def store_id() -> Column[Any]:
    """Whose row it is; every query goes by it."""
    return Column("store_id", ID, nullable=False, server_default="default")


def claim() -> list[Column[Any]]:
    """Who is busy with the row, and until when in the database's milliseconds."""
    return [
        Column("claim_token", String(32)),
        Column("claim_until", BigInteger, nullable=False, server_default="0"),
    ]


def checkout_id() -> Column[Any]:
    """The checkout that the row belongs to."""
    return Column("checkout_id", ID, ForeignKey(f"{PREFIX}checkout.id"), nullable=False)
