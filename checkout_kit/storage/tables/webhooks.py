"""Endpoints that hear of events by webhook, the log of attempts, and mails written."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from checkout_kit.storage.columns import ID, PREFIX, SEQUENCE, store_id
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

endpoint = Table(
    f"{PREFIX}endpoint",
    metadata,
    Column("id", ID, primary_key=True),
    store_id(),
    Column("url", Text, nullable=False),
    Column("event_types", JSON, nullable=False),
    # Both encrypted.
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("problem", Text),
    Index(None, "store_id"),
)

delivery_attempt = Table(
    f"{PREFIX}delivery_attempt",
    metadata,
    Column("id", SEQUENCE, primary_key=True, autoincrement=True),
    Column(
        "event_sequence",
        SEQUENCE,
        ForeignKey(f"{PREFIX}event.sequence"),
        nullable=False,
    ),
    Column("subscriber", String(200), nullable=False),
    Column("attempted_at", UtcDateTime, nullable=False, index=True),
    Column("milliseconds", Integer, nullable=False),
    Column("result", String(16), nullable=False),
    Column("status", Integer),
    Column("problem", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Index(None, "event_sequence"),
)

#: Which mail was ordered for which state of a checkout: each once.
mail = Table(
    f"{PREFIX}mail",
    metadata,
    Column("checkout_id", ID, ForeignKey(f"{PREFIX}checkout.id"), primary_key=True),
    Column("message", String(32), primary_key=True),
    Column("recipient", String(16), primary_key=True),
    Column("state", String(32), primary_key=True),
)
