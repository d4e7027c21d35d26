"""Checkouts, and the prices that were quoted for them."""

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
    text,
    true,
)

from checkout_kit.storage.columns import AMOUNT, CURRENCY, ID, PREFIX, store_id
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

checkout = Table(
    f"{PREFIX}checkout",
    metadata,
    Column("id", ID, primary_key=True),
    store_id(),
    Column("token", ID, nullable=False, unique=True),
    Column("reference", String(200)),
    Column("charge", JSON, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("total", AMOUNT, nullable=False),
    Column("settlement_currency", CURRENCY, nullable=False),
    Column("tolerance", AMOUNT, nullable=False),
    Column("return_url", Text),
    Column("cancel_url", Text),
    Column("webhook_url", Text),
    Column("api_key_id", ID),
    Column("customer", JSON, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("idempotency_key", String(255)),
    Column("fingerprint", String(64)),
    # Whether the buyer is sent to our page, or shown the payment by the shop itself.
    Column("is_hosted", Boolean, nullable=False, server_default=true()),
    # What a donation is for, as its signed offer says.
    Column("campaign", String(64)),
    # The payment link that it was opened by, whose stock it may hold one of.
    Column("link_id", ID),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("cancelled_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", String(200)),
    Column("resolved_accepted", Boolean),
    Column("resolved_confirmed", Text),
    Column("resolved_detected", Text),
    # A cache of what was announced last; readers derive both.
    Column("state", String(32), nullable=False),
    Column("is_paid", Boolean, nullable=False),
    Column("next_change_at", UtcDateTime),
    # Counts what changed, of its invoices and payments too: what was made of the
    # checkout holds while this is the same.
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("store_id", "idempotency_key"),
    Index(None, "store_id", "created_at", "id"),
    Index(
        "ix_checkout_kit_checkout_campaign",
        "store_id",
        "campaign",
        sqlite_where=text("campaign IS NOT NULL"),
        postgresql_where=text("campaign IS NOT NULL"),
    ),
    Index(
        "ix_checkout_kit_checkout_link",
        "link_id",
        sqlite_where=text("link_id IS NOT NULL"),
        postgresql_where=text("link_id IS NOT NULL"),
    ),
    Index(
        "ix_checkout_kit_checkout_due",
        "next_change_at",
        sqlite_where=text("next_change_at IS NOT NULL"),
        postgresql_where=text("next_change_at IS NOT NULL"),
    ),
)

quote = Table(
    f"{PREFIX}quote",
    metadata,
    Column("checkout_id", ID, ForeignKey(f"{PREFIX}checkout.id"), primary_key=True),
    Column("method_id", String(200), primary_key=True),
    store_id(),
    Column("provider", ID, nullable=False),
    Column("method", JSON, nullable=False),
    Column("covers", AMOUNT, nullable=False),
    Column("covers_currency", CURRENCY, nullable=False),
    Column("amount", AMOUNT, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("fee", AMOUNT),
    Column("fee_currency", CURRENCY),
    Column("charged", AMOUNT),
    Column("charged_currency", CURRENCY),
    Column("is_firm", Boolean, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("reference", JSON, nullable=False),
)
