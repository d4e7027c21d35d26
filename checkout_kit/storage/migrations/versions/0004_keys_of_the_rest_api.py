"""Keys of the REST API, and requests that happen once.

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checkout_kit.storage.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "checkout_kit_api_key",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("basic_digest", sa.String(length=64), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_basic_digest", sa.String(length=64), nullable=True),
        sa.Column("previous_until", UtcDateTime(), nullable=True),
        sa.Column("allows_basic", sa.Boolean(), nullable=False),
        sa.Column("allowed_networks", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_api_key")),
        sa.UniqueConstraint(
            "basic_digest", name=op.f("uq_checkout_kit_api_key_basic_digest")
        ),
        sa.UniqueConstraint(
            "previous_basic_digest",
            name=op.f("uq_checkout_kit_api_key_previous_basic_digest"),
        ),
    )
    op.create_table(
        "checkout_kit_api_request",
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("operation_key", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("claim_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "idempotency_key", name=op.f("pk_checkout_kit_api_request")
        ),
    )
    op.create_table(
        "checkout_kit_api_signature",
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "signature", name=op.f("pk_checkout_kit_api_signature")
        ),
    )
    for table in ("api_request", "api_signature"):
        op.create_index(
            op.f(f"ix_checkout_kit_{table}_expires_at"),
            f"checkout_kit_{table}",
            ["expires_at"],
        )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("checkout_kit_api_signature")
    op.drop_table("checkout_kit_api_request")
    op.drop_table("checkout_kit_api_key")
