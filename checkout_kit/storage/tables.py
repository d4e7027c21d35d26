"""Every table, in one MetaData of our own, each name with the prefix ``checkout_kit_``.

Amounts are canonical plain text and SQL never adds them up. Every row that an API
lists has a ``store_id``.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
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
    SEQUENCE,
    checkout_id,
    claim,
    store_id,
)
from checkout_kit.storage.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

installation = Table(
    f"{PREFIX}installation",
    metadata,
    Column("id", ID, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
)

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
    Column("customer", JSON, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("idempotency_key", String(255)),
    Column("fingerprint", String(64)),
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
    UniqueConstraint("store_id", "idempotency_key"),
    Index(None, "store_id", "created_at", "id"),
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
    Column("is_firm", Boolean, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("reference", JSON, nullable=False),
)

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
    Column("check_no", Integer, nullable=False, server_default="0"),
    Column("snapshot_no", Integer, nullable=False, server_default="0"),
    Column("checked_at", UtcDateTime),
    Column("seen", Boolean, nullable=False),
    Column("provider_state", String(200)),
    Column("is_urgent", Boolean, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    # When it is looked at next: repeated while INTENDED, checked while OPEN.
    Column("next_check_at", UtcDateTime),
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
    Index(None, "invoice_id"),
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

event = Table(
    f"{PREFIX}event",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False, unique=True),
    store_id(),
    Column("checkout_id", ID, ForeignKey(f"{PREFIX}checkout.id")),
    Column("type", String(64), nullable=False),
    # Written at most once: NULL where an event may come again.
    Column("once_key", String(200), unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("data", JSON, nullable=False),
    Column("is_dispatched", Boolean, nullable=False),
    Index(None, "checkout_id"),
    Index(
        "ix_checkout_kit_event_undispatched",
        "sequence",
        sqlite_where=text("is_dispatched = 0"),
        postgresql_where=text("NOT is_dispatched"),
    ),
)

delivery = Table(
    f"{PREFIX}delivery",
    metadata,
    Column(
        "event_sequence",
        SEQUENCE,
        ForeignKey(f"{PREFIX}event.sequence"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("subscriber", String(200), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UtcDateTime),
    Column("problem", Text),
    *claim(),
    Index(
        "ix_checkout_kit_delivery_due",
        "next_attempt_at",
        sqlite_where=text("next_attempt_at IS NOT NULL"),
        postgresql_where=text("next_attempt_at IS NOT NULL"),
    ),
)

webhook_digest = Table(
    f"{PREFIX}webhook_digest",
    metadata,
    Column("provider", ID, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
)

provider_health = Table(
    f"{PREFIX}provider_health",
    metadata,
    Column("provider", ID, primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("problem", Text),
)

lease = Table(
    f"{PREFIX}lease",
    metadata,
    Column("name", ID, primary_key=True),
    *claim(),
)
