"""Orders: the shop's own tables, and what may happen to an order."""

from __future__ import annotations

import secrets
from datetime import datetime
from decimal import Decimal
from enum import Enum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from checkout_kit import Charge
from example_shop.database import Base, UtcDateTime
from example_shop.stock import Stock

# No I, L, O, U, 0 or 1: an order number is read out on the phone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class OrderStatus(str, Enum):
    """How far an order has come."""

    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Order(Base):
    """What one buyer ordered.

    It turns paid once, by the ``checkout.paid`` event; nothing un-pays it. Doubts are
    for a person: ``needs_review`` with the reasons in ``review_note``.
    """

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    buyer: Mapped[str] = mapped_column(String(64), index=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[str] = mapped_column(String(32))
    checkout_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(16), default=OrderStatus.PENDING.value)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_count: Mapped[int] = mapped_column(default=0)
    needs_review: Mapped[bool] = mapped_column(default=False)
    review_note: Mapped[str] = mapped_column(String(500), default="")
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.id", cascade="all, delete-orphan"
    )

    @property
    def is_paid(self) -> bool:
        """Whether the goods may be sent."""
        return self.status == OrderStatus.PAID.value

    @property
    def is_pending(self) -> bool:
        """Whether the shop still waits for the money."""
        return self.status == OrderStatus.PENDING.value

    @property
    def total_amount(self) -> Decimal:
        """What it cost, to be shown."""
        return Decimal(self.total)

    @property
    def count(self) -> int:
        """How many pieces there are in all."""
        return sum(line.quantity for line in self.lines)

    def flag(self, reason: str) -> None:
        """Ask a person to look at this order; the same reason is noted once."""
        self.needs_review = True
        reasons = self.review_note.split("; ") if self.review_note else []
        if reason not in reasons:
            self.review_note = "; ".join([*reasons, reason])[:500]

    def mark_paid(self, session: Session, now: datetime) -> None:
        """Turn paid and take the goods off the shelf; a second call does nothing."""
        if self.is_paid:
            return
        self.status = OrderStatus.PAID.value
        self.paid_at = now
        self.paid_count += 1
        for line in self.lines:
            if not Stock.take(session, line.slug, line.quantity):
                self.flag(f"not enough {line.description} in stock")

    def close(self, status: OrderStatus) -> None:
        """Stop waiting for the money; an order that is paid stays paid."""
        if self.is_pending:
            self.status = status.value


class OrderLine(Base):
    """One product of an order, as it was called and priced when ordered."""

    __tablename__ = "shop_order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    slug: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(String(200))
    net_amount: Mapped[str] = mapped_column(String(32))
    quantity: Mapped[int]
    order: Mapped[Order] = relationship(back_populates="lines")


def new_order(
    charge: Charge,
    *,
    buyer: str,
    country: str,
    form_key: str,
    fingerprint: str,
    now: datetime,
) -> Order:
    """Make an order of what a charge lists; it is not stored yet."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return Order(
        reference=f"UF-{code}",
        buyer=buyer,
        form_key=form_key,
        fingerprint=fingerprint,
        country=country,
        currency=charge.currency.code,
        total=charge.total.to_text(),
        created_at=now,
        lines=[
            OrderLine(
                slug=item.product_id or "",
                description=item.description,
                net_amount=format(item.net_amount, "f"),
                quantity=item.quantity,
            )
            for item in charge.line_items
        ],
    )


def find_order(session: Session, reference: str, buyer: str) -> Order | None:
    """Find one of a buyer's own orders."""
    return session.scalar(
        select(Order).where(Order.reference == reference, Order.buyer == buyer)
    )


def list_orders(session: Session, buyer: str) -> list[Order]:
    """List a buyer's orders, newest first."""
    query = select(Order).where(Order.buyer == buyer).order_by(Order.id.desc())
    return list(session.scalars(query.limit(50)))


def find_open_order(session: Session, buyer: str, fingerprint: str) -> Order | None:
    """Find the order of the very same cart that a buyer has not paid yet."""
    return session.scalar(
        select(Order)
        .where(
            Order.buyer == buyer,
            Order.fingerprint == fingerprint,
            Order.status == OrderStatus.PENDING.value,
        )
        .order_by(Order.id.desc())
        .limit(1)
    )


def find_order_by_form(session: Session, buyer: str, form_key: str) -> Order | None:
    """Find the order that this very form has made before."""
    return session.scalar(
        select(Order).where(Order.buyer == buyer, Order.form_key == form_key)
    )


def find_order_by_checkout(session: Session, checkout_id: str) -> Order | None:
    """Find the order that a checkout pays."""
    return session.scalar(select(Order).where(Order.checkout_id == checkout_id))


def lock_order(session: Session, checkout_id: str | None) -> Order | None:
    """Read a checkout's order afresh and hold it until the transaction ends."""
    return session.scalar(
        select(Order).where(Order.checkout_id == checkout_id).with_for_update(),
        execution_options={"populate_existing": True},
    )
