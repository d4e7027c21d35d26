"""Ids of payments, and checkouts that the shop itself shows.

Revision 0005, after 0004.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PAYMENT = sa.table(
    "checkout_kit_payment",
    sa.column("provider"),
    sa.column("external_id"),
    sa.column("id"),
)


def upgrade() -> None:
    """Add the columns, and give every payment its id."""
    with op.batch_alter_table("checkout_kit_checkout") as batch_op:
        batch_op.add_column(
            sa.Column(
                "is_hosted", sa.Boolean(), server_default=sa.true(), nullable=False
            )
        )
    with op.batch_alter_table("checkout_kit_payment") as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(length=64), nullable=True))
    connection = op.get_bind()
    keys = sa.select(_PAYMENT.c.provider, _PAYMENT.c.external_id).distinct()
    for provider, external_id in connection.execute(keys).all():
        text = f"{provider}\0{external_id}"
        connection.execute(
            sa.update(_PAYMENT)
            .where(_PAYMENT.c.provider == provider)
            .where(_PAYMENT.c.external_id == external_id)
            .values(id=hashlib.sha256(text.encode()).hexdigest()[:32])
        )
    with op.batch_alter_table("checkout_kit_payment") as batch_op:
        batch_op.alter_column("id", existing_type=sa.String(length=64), nullable=False)
        batch_op.create_unique_constraint(
            op.f("uq_checkout_kit_payment_store_id_id"), ["store_id", "id"]
        )
        batch_op.create_index(
            op.f("ix_checkout_kit_payment_store_id_received_at"),
            ["store_id", "received_at"],
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("checkout_kit_payment") as batch_op:
        batch_op.drop_index(op.f("ix_checkout_kit_payment_store_id_received_at"))
        batch_op.drop_constraint(
            op.f("uq_checkout_kit_payment_store_id_id"), type_="unique"
        )
        batch_op.drop_column("id")
    with op.batch_alter_table("checkout_kit_checkout") as batch_op:
        batch_op.drop_column("is_hosted")
