"""Versions of checkouts, which count what changed of them.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let every checkout begin at version 1."""
    op.add_column(
        "checkout_kit_checkout",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def downgrade() -> None:
    """Take the versions away."""
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.drop_column("version")
