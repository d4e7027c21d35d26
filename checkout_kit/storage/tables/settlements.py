"""Settlement orders, and the steps of operations at providers."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from checkout_kit.storage.columns import (
    AMOUNT,
    CURRENCY,
    ID,
    PREFIX,
    checkout_id,
    claim,
    store_id,
)
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

settlement = Table(
    f"{PREFIX}settlement",
    metadata,
    Column("invoice_id", ID, ForeignKey(f"{PREFIX}invoice.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    store_id(),
    checkout_id(),
    Column("plugin", ID, nullable=False),
    Column("amount", AMOUNT, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("problem", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_attempt_at", UtcDateTime),
    Column("reference", String(200)),
    Column("credited", AMOUNT),
    Column("credited_currency", CURRENCY),
    Column("fee", AMOUNT),
    Column("fee_currency", CURRENCY),
    Column("settled_at", UtcDateTime),
    Column("details", JSON),
    *claim(),
    Index(None, "checkout_id"),
    Index(
        "ix_checkout_kit_settlement_due",
        "next_attempt_at",
        sqlite_where=text("next_attempt_at IS NOT NULL"),
        postgresql_where=text("next_attempt_at IS NOT NULL"),
    ),
)

operation_step = Table(
    f"{PREFIX}operation_step",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("step", String(64), primary_key=True),
    Column("data", JSON, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)
