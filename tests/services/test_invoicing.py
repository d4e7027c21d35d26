"""Making invoices: chosen, double-clicked, refused, cut off."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from checkout_kit import (
    CheckoutKit,
    CheckoutState,
    DepositInstructions,
    InvalidTransition,
    InvoiceStatus,
    MethodUnavailable,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderInvoice,
    ProviderRefused,
    ProviderTimeout,
    QuoteExpired,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import BTC, Script, ten_dollars


def _raise(error: BaseException) -> Any:
    raise error


def test_the_invoice_covers_what_is_due(kit: CheckoutKit) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    assert invoice.status is InvoiceStatus.OPEN
    assert invoice.covers == Money("10.00", "USD")
    assert invoice.amount == Money("0.0002", BTC)


def test_the_wallet_link_is_added(kit: CheckoutKit) -> None:
    made = kit.create_checkout(ten_dollars())
    instructions = kit.commit_checkout(made.id, "scripted:BTC").instructions
    assert instructions is not None
    assert instructions.payment_uri == (
        "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=0.0002"
    )


def test_a_double_click_makes_one_invoice(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    first = kit.commit_checkout(made.id, "scripted:BTC")
    assert kit.commit_checkout(made.id, "scripted:BTC").id == first.id
    assert len(script.made) == 1


def test_a_method_that_is_not_offered_is_refused(
    kit: CheckoutKit, script: Script
) -> None:
    made = kit.create_checkout(ten_dollars())
    with pytest.raises(MethodUnavailable):
        kit.commit_checkout(made.id, "scripted:DOGE")
    assert script.made == []


def test_a_refusal_fails_the_invoice_and_names_no_secret(
    kit: CheckoutKit, script: Script
) -> None:
    made = kit.create_checkout(ten_dollars())
    script.on["create_invoice"] = lambda: _raise(ProviderRefused("scripted", "no"))
    with pytest.raises(MethodUnavailable):
        kit.commit_checkout(made.id, "scripted:BTC")
    (invoice,) = kit.get_checkout(made.id).invoices
    assert invoice.status is InvoiceStatus.FAILED
    assert kit.get_checkout(made.id).state is CheckoutState.NEW_CHARGE


def test_an_expired_quote_is_said_so(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    script.on["create_invoice"] = lambda: _raise(QuoteExpired("scripted:BTC"))
    with pytest.raises(QuoteExpired):
        kit.commit_checkout(made.id, "scripted:BTC")
    del script.on["create_invoice"]
    assert kit.commit_checkout(made.id, "scripted:BTC").status is InvoiceStatus.OPEN


def test_a_lost_answer_is_repeated_with_the_same_key(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    script.on["create_invoice"] = lambda: _raise(ProviderTimeout("scripted", "slow"))
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    assert invoice.status is InvoiceStatus.INTENDED
    del script.on["create_invoice"]
    clock.advance(60)
    kit.run_due()
    (resumed,) = kit.get_checkout(made.id).invoices
    assert resumed.status is InvoiceStatus.OPEN
    assert resumed.id == invoice.id
    assert len(script.made) == 1
    assert script.calls.count("create_invoice") == 2


def test_what_never_succeeds_is_given_up(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    script.on["create_invoice"] = lambda: _raise(ProviderTimeout("scripted", "slow"))
    kit.commit_checkout(made.id, "scripted:BTC")
    clock.advance(3601)
    kit.run_due()
    (invoice,) = kit.get_checkout(made.id).invoices
    assert invoice.status is InvoiceStatus.FAILED


def test_a_wrong_address_is_never_shown(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    amount = Money("0.0002", BTC)
    mistyped = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"
    script.on["create_invoice"] = lambda: ProviderInvoice(
        "ref", amount, DepositInstructions(mistyped, amount, "Bitcoin")
    )
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    assert invoice.status is InvoiceStatus.INTENDED
    (stored,) = kit.get_checkout(made.id).invoices
    assert stored.instructions is None


def test_changing_the_method_quotes_anew(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.list_quotes(made.id)
    kit.list_quotes(made.id)
    assert script.calls.count("quote_price") == 1
    kit.commit_checkout(made.id, "scripted:BTC")
    kit.list_quotes(made.id)
    assert script.calls.count("quote_price") == 2


def test_a_new_invoice_after_expiry_keeps_the_order(
    kit: CheckoutKit, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars(), reference="order-1")
    old = kit.commit_checkout(made.id, "scripted:BTC")
    clock.advance(3601)
    new = kit.commit_checkout(made.id, "scripted:BTC")
    assert new.id != old.id
    checkout = kit.get_checkout(made.id)
    assert checkout.state is CheckoutState.NEW_CHARGE
    assert checkout.reference == "order-1"
    assert len(checkout.invoices) == 2


def test_the_remainder_after_a_part_payment_has_its_own_invoice(
    kit: CheckoutKit, script: Script
) -> None:
    made = kit.create_checkout(ten_dollars())
    first = kit.commit_checkout(made.id, "scripted:BTC")
    script.payments[first.id] = [
        PaymentObservation("d1", Money("0.00005", BTC), PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    second = kit.commit_checkout(made.id, "scripted:BTC")
    assert second.covers == Money("7.50", "USD")
    script.payments[second.id] = [
        PaymentObservation("d2", second.amount, PaymentStatus.CONFIRMED)
    ]
    assert kit.check_checkout(made.id).state is CheckoutState.COMPLETED


def test_at_most_ten_invoices_are_made(kit: CheckoutKit, clock: FakeClock) -> None:
    made = kit.create_checkout(ten_dollars())
    for _ in range(10):
        kit.commit_checkout(made.id, "scripted:BTC")
        clock.advance(3601)
    with pytest.raises(InvalidTransition):
        kit.commit_checkout(made.id, "scripted:BTC")


def test_a_paid_checkout_is_not_offered(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    with pytest.raises(InvalidTransition):
        kit.commit_checkout(made.id, "scripted:BTC")


def test_twenty_clicks_at_once_make_one_invoice(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.list_quotes(made.id)
    ids, errors = [], []

    def click() -> None:
        try:
            ids.append(kit.commit_checkout(made.id, "scripted:BTC").id)
        except (MethodUnavailable, QuoteExpired) as err:
            # The quote was used up by a faster click; the page shows what there is.
            errors.append(err)

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) + len(errors) == 20
    assert len(set(ids)) == 1
    assert len(script.made) == 1


def test_the_provider_names_the_expiry(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    amount = Money("0.00021", BTC)
    until = clock.now() + timedelta(minutes=30)
    script.on["create_invoice"] = lambda: ProviderInvoice(
        "ref",
        amount,
        DepositInstructions(
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", amount, "Bitcoin"
        ),
        expires_at=until,
    )
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    assert invoice.expires_at == until
    assert invoice.amount == amount
