"""Runs the migrations on the connection that ``storage/schema.py`` hands in."""

from __future__ import annotations

from alembic import context

from checkout_kit.storage.schema import VERSION_TABLE
from checkout_kit.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
