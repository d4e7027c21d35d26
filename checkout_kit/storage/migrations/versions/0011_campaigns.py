"""What a donation is for: the campaign that its offer names.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its index."""
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.add_column(sa.Column("campaign", sa.String(length=64), nullable=True))
        batch_op.create_index(
            "ix_checkout_kit_checkout_campaign",
            ["store_id", "campaign"],
            sqlite_where=sa.text("campaign IS NOT NULL"),
            postgresql_where=sa.text("campaign IS NOT NULL"),
        )


def downgrade() -> None:
    """Drop both."""
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_kit_checkout_campaign")
        batch_op.drop_column("campaign")
