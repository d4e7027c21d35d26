"""Alembic migrations, with a version table of our own."""
