"""The event log, its deliveries, and which webhooks came in."""

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
    text,
)

from checkout_kit.storage.columns import ID, PREFIX, SEQUENCE, claim, store_id
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

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
    # Its place in lists, given when it is dispatched: in the order of commits, which
    # the sequence is not on PostgreSQL.
    Column("position", SEQUENCE, unique=True),
    Index(None, "checkout_id"),
    Index(None, "store_id", "position"),
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
    # What goes over the network is worked through lane by lane; see services/sending.
    Column("lane", String(200), nullable=False, server_default=""),
    Column("status", String(16), nullable=False),
    Column("started_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UtcDateTime),
    Column("problem", Text),
    *claim(),
    Index(
        "ix_checkout_kit_delivery_due",
        "lane",
        "next_attempt_at",
        sqlite_where=text("next_attempt_at IS NOT NULL"),
        postgresql_where=text("next_attempt_at IS NOT NULL"),
    ),
    Index(
        "ix_checkout_kit_delivery_done",
        "started_at",
        sqlite_where=text("status = 'DELIVERED'"),
        postgresql_where=text("status = 'DELIVERED'"),
    ),
)


webhook_digest = Table(
    f"{PREFIX}webhook_digest",
    metadata,
    Column("provider", ID, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "received_at"),
)
