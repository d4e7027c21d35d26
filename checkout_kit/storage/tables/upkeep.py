"""What the kit keeps about itself: installation, health, leases."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text

from checkout_kit.storage.columns import ID, PREFIX, claim
from checkout_kit.storage.tables.base import metadata
from checkout_kit.storage.types import UtcDateTime

installation = Table(
    f"{PREFIX}installation",
    metadata,
    Column("id", ID, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
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
