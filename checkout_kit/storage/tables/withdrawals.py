"""Withdrawals, from being asked for to their arrival."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from checkout_kit.storage.columns import (
    AMOUNT,
    CURRENCY,
    ID,
    PREFIX,
    claim,
    store_id,
)
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

withdrawal = Table(
    f"{PREFIX}withdrawal",
    metadata,
    Column("id", ID, primary_key=True),
    store_id(),
    Column("provider", ID, nullable=False),
    Column("wallet", String(200), nullable=False),
    Column("amount", AMOUNT, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("target", JSON, nullable=False),
    Column("least_received", AMOUNT),
    Column("options", JSON, nullable=False),
    Column("origin", String(8), nullable=False),
    Column("idempotency_key", String(255)),
    Column("fingerprint", String(64)),
    Column("state", String(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("committed_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("promised", AMOUNT),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("problem", Text),
    # When it expires while nobody commits it, then when the provider is asked next.
    Column("next_attempt_at", UtcDateTime),
    # The provider's latest word on it.
    Column("reference", String(200)),
    Column("status", String(16)),
    Column("sent", AMOUNT),
    Column("received", AMOUNT),
    Column("fee", AMOUNT),
    Column("fee_currency", CURRENCY),
    Column("requested_at", UtcDateTime),
    Column("transaction_id", String(200)),
    Column("provider_state", String(200)),
    Column("details", JSON),
    *claim(),
    UniqueConstraint("store_id", "idempotency_key"),
    Index(None, "store_id", "created_at", "id"),
    Index(
        "ix_checkout_kit_withdrawal_due",
        "next_attempt_at",
        sqlite_where=text("next_attempt_at IS NOT NULL"),
        postgresql_where=text("next_attempt_at IS NOT NULL"),
    ),
)
