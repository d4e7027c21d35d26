"""Progress: what a buyer is told about an order, in words."""

from __future__ import annotations

from dataclasses import dataclass

from checkout_kit import Checkout, Money
from example_shop.order import Order


@dataclass(frozen=True, slots=True)
class Progress:
    """How an order stands: ``tone`` is one of good, waiting, attention and over.

    ``pay_label`` names the link to the checkout page, if there is reason to go there.
    """

    tone: str
    title: str
    text: str
    pay_label: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it may change at any moment."""
        return self.tone in ("waiting", "attention")


def describe_progress(order: Order, checkout: Checkout) -> Progress:
    """Say how an order stands; the order decides, the checkout adds detail."""
    if order.is_paid:
        return _describe_paid(order, checkout)
    state = checkout.state.value
    if state == "IN_PROGRESS":
        return Progress(
            "waiting",
            "Payment seen",
            "Your payment is on its way to us and waits for the network to confirm it. "
            "This takes a few minutes; you may close this page.",
            "See the payment",
        )
    if state in ("UNRESOLVED_UNDERPAID", "DELAYED_UNDERPAID"):
        due = _dollars(checkout.amount_due)
        return Progress(
            "attention",
            "A part is still missing",
            f"A part of your payment has arrived, thank you. {due} is left to pay.",
            f"Pay the remaining {due}",
        )
    if checkout.is_paid:
        # The event that turns the order paid is about to be delivered.
        return Progress("waiting", "Paid", "We are just writing this down.")
    if order.status == "cancelled":
        return Progress(
            "over",
            "Order cancelled",
            "Nothing was charged. If you have sent money all the same, it is not lost: "
            "this order is paid as soon as it arrives.",
        )
    if order.status == "expired":
        return Progress(
            "over",
            "Order expired",
            "No payment arrived in time. If you have sent money all the same, it is "
            "not lost: this order is paid as soon as it arrives.",
        )
    if state == "UNRESOLVED_GENERIC":
        return Progress(
            "attention",
            "We are looking into your payment",
            "Something about this payment needs a person. You need not do anything.",
        )
    return Progress(
        "waiting",
        "Waiting for your payment",
        "We have put your order down and start packing once it is paid.",
        "Continue to payment",
    )


def _describe_paid(order: Order, checkout: Checkout) -> Progress:
    text = "We are wrapping your pieces in wool and paper."
    over = checkout.status.amount_over
    if over:
        text += f" You paid {_dollars(over)} too much; we will be in touch about it."
    elif order.needs_review:
        text += " Somebody will look at a detail of your payment first."
    return Progress("good", "Paid. Thank you!", text)


def _dollars(money: Money) -> str:
    return f"${money.amount:,.2f}"
