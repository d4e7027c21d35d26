"""Events that go over the network: lanes, endpoints, the delivery log, mails.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from checkout_kit.storage.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and tables."""
    with op.batch_alter_table("checkout_kit_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", _SEQUENCE, nullable=True))
    op.execute("UPDATE checkout_kit_event SET position = sequence WHERE is_dispatched")
    with op.batch_alter_table("checkout_kit_event", schema=None) as batch_op:
        batch_op.create_unique_constraint(
            batch_op.f("uq_checkout_kit_event_position"), ["position"]
        )
        batch_op.create_index(
            batch_op.f("ix_checkout_kit_event_store_id_position"),
            ["store_id", "position"],
        )
    with op.batch_alter_table("checkout_kit_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_kit_delivery_due")
        batch_op.add_column(
            sa.Column("lane", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("started_at", UtcDateTime(), nullable=True))
    op.execute(
        "UPDATE checkout_kit_delivery SET started_at = (SELECT created_at FROM "
        "checkout_kit_event WHERE sequence = event_sequence)"
    )
    with op.batch_alter_table("checkout_kit_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkout_kit_delivery_due",
            ["lane", "next_attempt_at"],
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_checkout_kit_delivery_done",
            ["started_at"],
            sqlite_where=sa.text("status = 'DELIVERED'"),
            postgresql_where=sa.text("status = 'DELIVERED'"),
        )
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "checkout_kit_endpoint",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "store_id", sa.String(length=64), server_default="default", nullable=False
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("event_types", sa.JSON(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_endpoint")),
    )
    op.create_index(
        op.f("ix_checkout_kit_endpoint_store_id"), "checkout_kit_endpoint", ["store_id"]
    )
    op.create_table(
        "checkout_kit_delivery_attempt",
        sa.Column("id", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("event_sequence", _SEQUENCE, nullable=False),
        sa.Column("subscriber", sa.String(length=200), nullable=False),
        sa.Column("attempted_at", UtcDateTime(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_sequence"],
            ["checkout_kit_event.sequence"],
            name=op.f("fk_checkout_kit_delivery_attempt_event_sequence"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_kit_delivery_attempt")),
    )
    for column in ("attempted_at", "event_sequence"):
        op.create_index(
            op.f(f"ix_checkout_kit_delivery_attempt_{column}"),
            "checkout_kit_delivery_attempt",
            [column],
        )
    op.create_table(
        "checkout_kit_mail",
        sa.Column("checkout_id", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkout_id"],
            ["checkout_kit_checkout.id"],
            name=op.f("fk_checkout_kit_mail_checkout_id"),
        ),
        sa.PrimaryKeyConstraint(
            "checkout_id",
            "message",
            "recipient",
            "state",
            name=op.f("pk_checkout_kit_mail"),
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("checkout_kit_mail")
    op.drop_table("checkout_kit_delivery_attempt")
    op.drop_table("checkout_kit_endpoint")
    with op.batch_alter_table("checkout_kit_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_kit_delivery_done")
        batch_op.drop_index("ix_checkout_kit_delivery_due")
        batch_op.drop_column("started_at")
        batch_op.drop_column("lane")
        batch_op.create_index(
            "ix_checkout_kit_delivery_due",
            ["next_attempt_at"],
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )
    with op.batch_alter_table("checkout_kit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkout_kit_event_store_id_position"))
        batch_op.drop_constraint(
            batch_op.f("uq_checkout_kit_event_position"), type_="unique"
        )
        batch_op.drop_column("position")
