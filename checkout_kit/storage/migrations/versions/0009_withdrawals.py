"""Withdrawals.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checkout_kit.storage.types import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DUE = sa.text("next_attempt_at IS NOT NULL")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "checkout_kit_withdrawal",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("wallet", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.String(length=48), nullable=False),
        sa.Column("currency", sa.String(length=120), nullable=False),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("least_received", sa.String(length=48), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("committed_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("promised", sa.String(length=48), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("sent", sa.String(length=48), nullable=True),
        sa.Column("received", sa.String(length=48), nullable=True),
        sa.Column("fee", sa.String(length=48), nullable=True),
        sa.Column("fee_currency", sa.String(length=120), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=True),
        sa.Column("transaction_id", sa.String(length=200), nullable=True),
        sa.Column("provider_state", sa.String(length=200), nullable=True),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("claim_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_withdrawal")),
        sa.UniqueConstraint(
            "store_id",
            "idempotency_key",
            name=op.f("uq_checkout_kit_withdrawal_store_id_idempotency_key"),
        ),
    )
    with op.batch_alter_table("checkout_kit_withdrawal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_withdrawal_store_id_created_at_id"),
            ["store_id", "created_at", "id"],
        )
        batch_op.create_index(
            "ix_checkout_kit_withdrawal_due",
            ["next_attempt_at"],
            sqlite_where=_DUE,
            postgresql_where=_DUE,
        )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("checkout_kit_withdrawal")
