"""What invoices and webhooks were found to need once they were used.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checkout_kit.storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("checkout_kit_invoice", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "is_firm", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
        batch_op.add_column(sa.Column("due_again_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("checkout_kit_webhook_digest", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_webhook_digest_received_at"), ["received_at"]
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("checkout_kit_webhook_digest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkout_kit_webhook_digest_received_at"))
    with op.batch_alter_table("checkout_kit_invoice", schema=None) as batch_op:
        batch_op.drop_column("due_again_at")
        batch_op.drop_column("is_firm")
