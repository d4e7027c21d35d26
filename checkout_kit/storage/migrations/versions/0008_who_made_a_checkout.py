"""Which key of the REST API made a checkout: its secret signs the webhook.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("api_key_id", sa.String(length=64), nullable=True)
        )


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.drop_column("api_key_id")
