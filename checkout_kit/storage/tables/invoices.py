"""Invoices, what was paid for them, and deposits that fit none."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
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

invoice = Table(
    f"{PREFIX}invoice",
    metadata,
    Column("id", ID, primary_key=True),
    store_id(),
    checkout_id(),
    Column("provider", ID, nullable=False),
    Column("method", JSON, nullable=False),
    Column("operation_key", ID, nullable=False, unique=True),
    Column("covers", AMOUNT, nullable=False),
    Column("covers_currency", CURRENCY, nullable=False),
    Column("amount", AMOUNT, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("status", String(16), nullable=False),
    Column("problem", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("reference", String(200)),
    Column("instructions", JSON),
    Column("redirect_url", Text),
    Column("provider_data", JSON, nullable=False),
    Column("quote_reference", JSON, nullable=False),
    Column("is_firm", Boolean, nullable=False, server_default=false()),
    Column("check_no", Integer, nullable=False, server_default="0"),
    Column("snapshot_no", Integer, nullable=False, server_default="0"),
    Column("checked_at", UtcDateTime),
    Column("seen", Boolean, nullable=False),
    Column("provider_state", String(200)),
    Column("is_urgent", Boolean, nullable=False),
    Column("wants_proof", Boolean, nullable=False, server_default=false()),
    Column("failures", Integer, nullable=False, server_default="0"),
    # When it is looked at next: repeated while INTENDED, checked while OPEN.
    Column("next_check_at", UtcDateTime),
    # Set while a check is under way, which might overwrite the time above.
    Column("due_again_at", UtcDateTime),
    *claim(),
    UniqueConstraint("store_id", "provider", "reference"),
    Index(None, "checkout_id"),
    Index(
        "ix_checkout_kit_invoice_due",
        "next_check_at",
        sqlite_where=text("next_check_at IS NOT NULL"),
        postgresql_where=text("next_check_at IS NOT NULL"),
    ),
)

payment = Table(
    f"{PREFIX}payment",
    metadata,
    Column("provider", ID, primary_key=True),
    Column("external_id", String(200), primary_key=True),
    Column("store_id", ID, primary_key=True, server_default="default"),
    # Derived from provider and external id, and kept to be found by.
    Column("id", ID, nullable=False),
    Column("invoice_id", ID, ForeignKey(f"{PREFIX}invoice.id"), nullable=False),
    Column("amount", AMOUNT, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("credited", AMOUNT),
    Column("credited_currency", CURRENCY),
    Column("peak_confirmed", AMOUNT),
    Column("status", String(16), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("ticket", Integer, nullable=False),
    Column("transaction_id", String(200)),
    Column("details", JSON, nullable=False),
    UniqueConstraint("store_id", "id"),
    Index(None, "invoice_id"),
    Index(None, "store_id", "received_at"),
)

unmatched = Table(
    f"{PREFIX}unmatched",
    metadata,
    Column("provider", ID, primary_key=True),
    Column("external_id", String(200), primary_key=True),
    Column("store_id", ID, primary_key=True, server_default="default"),
    Column("reason", Text, nullable=False),
    Column("amount", AMOUNT),
    Column("currency", CURRENCY),
    Column("received_at", UtcDateTime),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("details", JSON, nullable=False),
)
