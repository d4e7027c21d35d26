"""What paying on a provider's page needs: what is charged there, and proofs.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("checkout_kit_quote") as quote:
        quote.add_column(sa.Column("charged", sa.String(length=48), nullable=True))
        quote.add_column(
            sa.Column("charged_currency", sa.String(length=120), nullable=True)
        )
    with op.batch_alter_table("checkout_kit_invoice") as invoice:
        invoice.add_column(
            sa.Column(
                "wants_proof", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("checkout_kit_invoice") as invoice:
        invoice.drop_column("wants_proof")
    with op.batch_alter_table("checkout_kit_quote") as quote:
        quote.drop_column("charged_currency")
        quote.drop_column("charged")
