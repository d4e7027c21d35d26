"""Payment links, and which link a checkout was opened by.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checkout_kit.storage.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the column with its index."""
    op.create_table(
        "checkout_kit_payment_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("charge", sa.JSON(), nullable=False),
        sa.Column("minimum", sa.String(length=48), nullable=True),
        sa.Column("maximum", sa.String(length=48), nullable=True),
        sa.Column("settlement_currency", sa.String(length=120), nullable=True),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("cancel_url", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("campaign", sa.String(length=64), nullable=True),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_payment_link")),
        sa.UniqueConstraint("token", name=op.f("uq_checkout_kit_payment_link_token")),
    )
    with op.batch_alter_table("checkout_kit_payment_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_payment_link_store_id_created_at_id"),
            ["store_id", "created_at", "id"],
        )
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_id", sa.String(length=64), nullable=True))
        batch_op.create_index(
            "ix_checkout_kit_checkout_link",
            ["link_id"],
            sqlite_where=sa.text("link_id IS NOT NULL"),
            postgresql_where=sa.text("link_id IS NOT NULL"),
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_kit_checkout_link")
        batch_op.drop_column("link_id")
    op.drop_table("checkout_kit_payment_link")
