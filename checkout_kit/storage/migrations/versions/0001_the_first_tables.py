"""The first tables.

Revision 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checkout_kit.storage.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "checkout_kit_checkout",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("charge", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(length=120), nullable=False),
        sa.Column("total", sa.String(length=48), nullable=False),
        sa.Column("settlement_currency", sa.String(length=120), nullable=False),
        sa.Column("tolerance", sa.String(length=48), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("cancel_url", sa.Text(), nullable=True),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.Column("customer", sa.JSON(), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=200), nullable=True),
        sa.Column("resolved_accepted", sa.Boolean(), nullable=True),
        sa.Column("resolved_confirmed", sa.Text(), nullable=True),
        sa.Column("resolved_detected", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("next_change_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_checkout")),
        sa.UniqueConstraint(
            "store_id",
            "idempotency_key",
            name=op.f("uq_checkout_kit_checkout_store_id_idempotency_key"),
        ),
        sa.UniqueConstraint("token", name=op.f("uq_checkout_kit_checkout_token")),
    )
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkout_kit_checkout_due",
            ["next_change_at"],
            unique=False,
            sqlite_where=sa.text("next_change_at IS NOT NULL"),
            postgresql_where=sa.text("next_change_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_checkout_store_id_created_at_id"),
            ["store_id", "created_at", "id"],
            unique=False,
        )

    op.create_table(
        "checkout_kit_installation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_installation")),
    )
    op.create_table(
        "checkout_kit_lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("claim_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_checkout_kit_lease")),
    )
    op.create_table(
        "checkout_kit_operation_step",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "key", "step", name=op.f("pk_checkout_kit_operation_step")
        ),
    )
    op.create_table(
        "checkout_kit_provider_health",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "provider", name=op.f("pk_checkout_kit_provider_health")
        ),
    )
    op.create_table(
        "checkout_kit_unmatched",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount", sa.String(length=48), nullable=True),
        sa.Column("currency", sa.String(length=120), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "provider",
            "external_id",
            "store_id",
            name=op.f("pk_checkout_kit_unmatched"),
        ),
    )
    op.create_table(
        "checkout_kit_webhook_digest",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "provider", "digest", name=op.f("pk_checkout_kit_webhook_digest")
        ),
    )
    op.create_table(
        "checkout_kit_event",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("checkout_id", sa.String(length=64), nullable=True),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("once_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("is_dispatched", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkout_id"],
            ["checkout_kit_checkout.id"],
            name=op.f("fk_checkout_kit_event_checkout_id"),
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_checkout_kit_event")),
        sa.UniqueConstraint("id", name=op.f("uq_checkout_kit_event_id")),
        sa.UniqueConstraint("once_key", name=op.f("uq_checkout_kit_event_once_key")),
    )
    with op.batch_alter_table("checkout_kit_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_event_checkout_id"),
            ["checkout_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_checkout_kit_event_undispatched",
            ["sequence"],
            unique=False,
            sqlite_where=sa.text("is_dispatched = 0"),
            postgresql_where=sa.text("NOT is_dispatched"),
        )

    op.create_table(
        "checkout_kit_invoice",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("checkout_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("method", sa.JSON(), nullable=False),
        sa.Column("operation_key", sa.String(length=64), nullable=False),
        sa.Column("covers", sa.String(length=48), nullable=False),
        sa.Column("covers_currency", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.String(length=48), nullable=False),
        sa.Column("currency", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("instructions", sa.JSON(), nullable=True),
        sa.Column("redirect_url", sa.Text(), nullable=True),
        sa.Column("provider_data", sa.JSON(), nullable=False),
        sa.Column("quote_reference", sa.JSON(), nullable=False),
        sa.Column("check_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("snapshot_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("provider_state", sa.String(length=200), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_check_at", UtcDateTime(), nullable=True),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("claim_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["checkout_id"],
            ["checkout_kit_checkout.id"],
            name=op.f("fk_checkout_kit_invoice_checkout_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_invoice")),
        sa.UniqueConstraint(
            "operation_key", name=op.f("uq_checkout_kit_invoice_operation_key")
        ),
        sa.UniqueConstraint(
            "store_id",
            "provider",
            "reference",
            name=op.f("uq_checkout_kit_invoice_store_id_provider_reference"),
        ),
    )
    with op.batch_alter_table("checkout_kit_invoice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_invoice_checkout_id"),
            ["checkout_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_checkout_kit_invoice_due",
            ["next_check_at"],
            unique=False,
            sqlite_where=sa.text("next_check_at IS NOT NULL"),
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        )

    op.create_table(
        "checkout_kit_quote",
        sa.Column("checkout_id", sa.String(length=64), nullable=False),
        sa.Column("method_id", sa.String(length=200), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("method", sa.JSON(), nullable=False),
        sa.Column("covers", sa.String(length=48), nullable=False),
        sa.Column("covers_currency", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.String(length=48), nullable=False),
        sa.Column("currency", sa.String(length=120), nullable=False),
        sa.Column("fee", sa.String(length=48), nullable=True),
        sa.Column("fee_currency", sa.String(length=120), nullable=True),
        sa.Column("is_firm", sa.Boolean(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkout_id"],
            ["checkout_kit_checkout.id"],
            name=op.f("fk_checkout_kit_quote_checkout_id"),
        ),
        sa.PrimaryKeyConstraint(
            "checkout_id", "method_id", name=op.f("pk_checkout_kit_quote")
        ),
    )
    op.create_table(
        "checkout_kit_delivery",
        sa.Column(
            "event_sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("subscriber", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("claim_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["event_sequence"],
            ["checkout_kit_event.sequence"],
            name=op.f("fk_checkout_kit_delivery_event_sequence"),
        ),
        sa.PrimaryKeyConstraint(
            "event_sequence", "subscriber", name=op.f("pk_checkout_kit_delivery")
        ),
    )
    with op.batch_alter_table("checkout_kit_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkout_kit_delivery_due",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )

    op.create_table(
        "checkout_kit_payment",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.String(length=48), nullable=False),
        sa.Column("currency", sa.String(length=120), nullable=False),
        sa.Column("credited", sa.String(length=48), nullable=True),
        sa.Column("credited_currency", sa.String(length=120), nullable=True),
        sa.Column("peak_confirmed", sa.String(length=48), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.String(length=200), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["checkout_kit_invoice.id"],
            name=op.f("fk_checkout_kit_payment_invoice_id"),
        ),
        sa.PrimaryKeyConstraint(
            "provider", "external_id", "store_id", name=op.f("pk_checkout_kit_payment")
        ),
    )
    with op.batch_alter_table("checkout_kit_payment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_payment_invoice_id"),
            ["invoice_id"],
            unique=False,
        )

    op.create_table(
        "checkout_kit_settlement",
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("checkout_id", sa.String(length=64), nullable=False),
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.String(length=48), nullable=False),
        sa.Column("currency", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("credited", sa.String(length=48), nullable=True),
        sa.Column("credited_currency", sa.String(length=120), nullable=True),
        sa.Column("fee", sa.String(length=48), nullable=True),
        sa.Column("fee_currency", sa.String(length=120), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("claim_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["checkout_id"],
            ["checkout_kit_checkout.id"],
            name=op.f("fk_checkout_kit_settlement_checkout_id"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["checkout_kit_invoice.id"],
            name=op.f("fk_checkout_kit_settlement_invoice_id"),
        ),
        sa.PrimaryKeyConstraint(
            "invoice_id", "sequence", name=op.f("pk_checkout_kit_settlement")
        ),
    )
    with op.batch_alter_table("checkout_kit_settlement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_settlement_checkout_id"),
            ["checkout_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_checkout_kit_settlement_due",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("checkout_kit_settlement", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_checkout_kit_settlement_due",
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_checkout_kit_settlement_checkout_id"))

    op.drop_table("checkout_kit_settlement")
    with op.batch_alter_table("checkout_kit_payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkout_kit_payment_invoice_id"))

    op.drop_table("checkout_kit_payment")
    with op.batch_alter_table("checkout_kit_delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_checkout_kit_delivery_due",
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )

    op.drop_table("checkout_kit_delivery")
    op.drop_table("checkout_kit_quote")
    with op.batch_alter_table("checkout_kit_invoice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_checkout_kit_invoice_due",
            sqlite_where=sa.text("next_check_at IS NOT NULL"),
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_checkout_kit_invoice_checkout_id"))

    op.drop_table("checkout_kit_invoice")
    with op.batch_alter_table("checkout_kit_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_checkout_kit_event_undispatched",
            sqlite_where=sa.text("is_dispatched = 0"),
            postgresql_where=sa.text("NOT is_dispatched"),
        )
        batch_op.drop_index(batch_op.f("ix_checkout_kit_event_checkout_id"))

    op.drop_table("checkout_kit_event")
    op.drop_table("checkout_kit_webhook_digest")
    op.drop_table("checkout_kit_unmatched")
    op.drop_table("checkout_kit_provider_health")
    op.drop_table("checkout_kit_operation_step")
    op.drop_table("checkout_kit_lease")
    op.drop_table("checkout_kit_installation")
    with op.batch_alter_table("checkout_kit_checkout", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_checkout_kit_checkout_store_id_created_at_id")
        )
        batch_op.drop_index(
            "ix_checkout_kit_checkout_due",
            sqlite_where=sa.text("next_change_at IS NOT NULL"),
            postgresql_where=sa.text("next_change_at IS NOT NULL"),
        )

    op.drop_table("checkout_kit_checkout")
