"""Customers, as the merchant knows them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, String, Table, Text, UniqueConstraint

from checkout_kit.storage.columns import ID, PREFIX, store_id
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

customer = Table(
    f"{PREFIX}customer",
    metadata,
    Column("id", ID, primary_key=True),
    store_id(),
    Column("email", String(254), nullable=False),
    # Folding may make an address longer.
    Column("email_key", String(800), nullable=False),
    Column("firstname", String(100)),
    Column("lastname", String(100)),
    Column("company", String(200)),
    Column("adr1", String(200)),
    Column("adr2", String(200)),
    Column("zip", String(20)),
    Column("city", String(100)),
    Column("countrycode", String(2)),
    Column("phonenumber", String(50)),
    Column("taxid", String(50)),
    Column("note", Text),
    Column("meta", JSON(none_as_null=True)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("store_id", "email_key"),
    Index(None, "store_id", "created_at", "id"),
)
