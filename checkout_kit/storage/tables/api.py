"""Keys of the REST API, and requests that must not happen twice."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, Text

from checkout_kit.storage.columns import ID, PREFIX, claim, store_id
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

api_key = Table(
    f"{PREFIX}api_key",
    metadata,
    Column("id", ID, primary_key=True),
    store_id(),
    Column("name", String(200), nullable=False),
    # Encrypted; the digests find the key of an X-Basic header, which names none.
    Column("secret", Text, nullable=False),
    Column("basic_digest", String(64), nullable=False, unique=True),
    Column("previous_secret", Text),
    Column("previous_basic_digest", String(64), unique=True),
    Column("previous_until", UtcDateTime),
    Column("allows_basic", Boolean, nullable=False),
    Column("allowed_networks", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

api_request = Table(
    f"{PREFIX}api_request",
    metadata,
    Column("store_id", ID, primary_key=True, server_default="default"),
    Column("idempotency_key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("operation_key", ID, nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    *claim(),
)

#: Signatures that changed something; each does so once.
api_signature = Table(
    f"{PREFIX}api_signature",
    metadata,
    Column("signature", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
