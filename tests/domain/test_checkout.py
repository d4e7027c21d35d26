from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.states import CheckoutState, derive_status
from tests.domain.builders import USD, at, bill, facts, pay, usd


def checkout() -> Checkout:
    paid = facts(bill(pay("30")), bill(id="invoice-2", created_at=at(5)))
    return Checkout(
        id="checkout-1",
        token="secret-token",
        store_id="default",
        charge=Charge("USD", [LineItem("Goods", "10")]),
        settlement_currency=USD,
        created_at=at(0),
        expires_at=paid.expires_at,
        tolerance=Decimal(0),
        status=derive_status(paid, at(20)),
        url="https://shop.example.com/checkout/secret-token",
        customer={"email": "buyer@example.com"},
        invoices=tuple(paid.invoices),
    )


def test_checkout_shows_its_status() -> None:
    assert checkout().state is CheckoutState.UNRESOLVED_UNDERPAID
    assert checkout().amount_due == usd("2.50")
    assert checkout().total == usd("10")
    assert not checkout().is_paid


def test_state_is_equal_to_its_text() -> None:
    assert checkout().state == "UNRESOLVED_UNDERPAID"


def test_newest_invoice_is_the_one_shown() -> None:
    invoice = checkout().invoice
    assert invoice is not None and invoice.id == "invoice-2"


def test_facts_of_a_checkout_give_its_status() -> None:
    assert derive_status(checkout().facts, at(20)) == checkout().status


def test_facts_hold_the_cancelling() -> None:
    cancelled = replace(checkout(), cancelled_at=at(1))
    assert derive_status(cancelled.facts, at(20)).is_late


def test_repr_holds_neither_token_nor_customer() -> None:
    assert "secret-token" not in repr(checkout())
    assert "buyer@example.com" not in repr(checkout())
