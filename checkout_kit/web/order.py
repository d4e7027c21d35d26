"""The order summary: what is bought, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.money import Money
from checkout_kit.web.amounts import format_credit, format_money, format_rate
from checkout_kit.web.i18n import gettext as _
from checkout_kit.web.text import clean


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One thing that is bought; ``each`` is only told of more than one."""

    description: str
    amount: str
    quantity: int
    each: str | None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row between the lines and the total."""

    label: str
    amount: str
    is_discount: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """The order summary as it is shown.

    ``paid`` and ``due`` are only told once a part was paid.
    """

    lines: tuple[OrderLine, ...]
    rows: tuple[OrderRow, ...]
    total: str
    reference: str | None
    paid: str | None = None
    due: str | None = None


def present_order(checkout: Checkout, locale: str) -> Order:
    """Write out a checkout's charge, and what was paid of it."""
    credit = checkout.status.detected_credit
    is_part = bool(credit) and bool(checkout.amount_due) and not checkout.is_paid
    order = present_charge(checkout.charge, locale, reference=checkout.reference)
    if not is_part:
        return order
    return replace(
        order,
        paid=format_credit(credit, checkout.total, locale),
        due=format_money(checkout.amount_due, locale),
    )


def present_charge(
    charge: Charge, locale: str, *, reference: str | None = None
) -> Order:
    """Write out what a charge asks for."""

    def show(money: Money) -> str:
        return format_money(money, locale)

    lines = tuple(
        OrderLine(
            description=clean(item.description),
            amount=show(charge.line_total(item)),
            quantity=item.quantity,
            each=(
                show(Money(item.net_amount, charge.currency))
                if item.quantity > 1
                else None
            ),
        )
        for item in charge.line_items
    )
    rows = []
    for discount in charge.discount_items:
        amount = show(-Money(discount.net_amount, charge.currency))
        rows.append(OrderRow(clean(discount.description), amount, is_discount=True))
    for shipping in charge.shipping_cost_items:
        amount = show(Money(shipping.net_amount, charge.currency))
        rows.append(OrderRow(clean(shipping.description), amount))
    if charge.tax_items:
        names = ", ".join(
            f"{clean(tax.name)} {format_rate(tax.percent, locale)}"
            for tax in charge.tax_items
        )
        rows.append(OrderRow(names, show(charge.tax)))
    if rows:
        rows.insert(0, OrderRow(_("Subtotal"), show(charge.subtotal)))
    return Order(
        lines=lines,
        rows=tuple(rows),
        total=show(charge.total),
        reference=clean(reference) if reference else None,
    )
