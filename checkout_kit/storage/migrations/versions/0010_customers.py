"""Customers.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checkout_kit.storage.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "checkout_kit_customer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=800), nullable=False),
        sa.Column("firstname", sa.String(length=100), nullable=True),
        sa.Column("lastname", sa.String(length=100), nullable=True),
        sa.Column("company", sa.String(length=200), nullable=True),
        sa.Column("adr1", sa.String(length=200), nullable=True),
        sa.Column("adr2", sa.String(length=200), nullable=True),
        sa.Column("zip", sa.String(length=20), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("countrycode", sa.String(length=2), nullable=True),
        sa.Column("phonenumber", sa.String(length=50), nullable=True),
        sa.Column("taxid", sa.String(length=50), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("meta", sa.JSON(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_customer")),
        sa.UniqueConstraint(
            "store_id",
            "email_key",
            name=op.f("uq_checkout_kit_customer_store_id_email_key"),
        ),
    )
    with op.batch_alter_table("checkout_kit_customer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_customer_store_id_created_at_id"),
            ["store_id", "created_at", "id"],
        )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("checkout_kit_customer")
