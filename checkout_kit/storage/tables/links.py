"""Payment links."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from checkout_kit.storage.columns import AMOUNT, CURRENCY, ID, PREFIX, store_id
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

payment_link = Table(
    f"{PREFIX}payment_link",
    metadata,
    Column("id", ID, primary_key=True),
    store_id(),
    Column("token", ID, nullable=False, unique=True),
    Column("charge", JSON, nullable=False),
    Column("minimum", AMOUNT),
    Column("maximum", AMOUNT),
    Column("settlement_currency", CURRENCY),
    Column("return_url", Text),
    Column("cancel_url", Text),
    Column("reference", String(200)),
    Column("campaign", String(64)),
    Column("metadata", JSON, nullable=False),
    Column("stock", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Index(None, "store_id", "created_at", "id"),
)
