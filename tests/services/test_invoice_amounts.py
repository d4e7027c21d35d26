"""The amount of an invoice: the one that was quoted, or nobody is shown it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkout_kit import (
    CheckoutKit,
    DepositInstructions,
    InvoiceStatus,
    MethodUnavailable,
    Money,
    PaymentMethod,
    ProviderInvoice,
    ProviderTimeout,
    Quote,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import ADDRESS, BTC, Script, scripted_kit, ten_dollars

_QUOTED = "0.0002"


def _quote(script: Script, *, is_firm: bool) -> None:
    method = PaymentMethod(script.name, BTC, "Bitcoin", "Bitcoin", is_test=True)
    quote = Quote(method, Money("10.00", "USD"), Money(_QUOTED, BTC), is_firm=is_firm)
    script.on["quote_price"] = lambda: [quote]


def _ask(script: Script, amount: str) -> None:
    money = Money(amount, BTC)
    script.on["create_invoice"] = lambda: ProviderInvoice(
        "made", money, DepositInstructions(ADDRESS, money, "Bitcoin")
    )


@pytest.mark.parametrize("asked", ["0.00019999", "0.00020001", "0.00000001"])
def test_a_firm_quote_is_kept_to_the_last_digit(
    kit: CheckoutKit, script: Script, asked: str
) -> None:
    _quote(script, is_firm=True)
    _ask(script, asked)
    made = kit.create_checkout(ten_dollars())
    with pytest.raises(MethodUnavailable, match="refused"):
        kit.commit_checkout(made.id, "scripted:BTC")
    (invoice,) = kit.get_checkout(made.id).invoices
    assert invoice.status is InvoiceStatus.FAILED
    assert invoice.instructions is None


@pytest.mark.parametrize("asked", ["0.00017999", "0.00022001", "0.00000001", "2"])
def test_an_indicative_quote_is_kept_within_the_deviation(
    kit: CheckoutKit, script: Script, asked: str
) -> None:
    _quote(script, is_firm=False)
    _ask(script, asked)
    made = kit.create_checkout(ten_dollars())
    with pytest.raises(MethodUnavailable):
        kit.commit_checkout(made.id, "scripted:BTC")
    assert kit.get_checkout(made.id).invoices[0].status is InvoiceStatus.FAILED


@pytest.mark.parametrize("asked", ["0.00018", "0.00019999", "0.00022"])
def test_an_indicative_quote_may_move_a_little(
    kit: CheckoutKit, script: Script, asked: str
) -> None:
    _quote(script, is_firm=False)
    _ask(script, asked)
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    assert invoice.status is InvoiceStatus.OPEN
    assert invoice.amount == Money(asked, BTC)


def test_a_late_answer_is_held_to_the_firm_quote_too(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    _quote(script, is_firm=True)

    def lose() -> None:
        raise ProviderTimeout("scripted", "slow")

    script.on["create_invoice"] = lose
    made = kit.create_checkout(ten_dollars())
    kit.commit_checkout(made.id, "scripted:BTC")
    _ask(script, "0.00019999")
    clock.advance(60)
    kit.run_due()
    assert kit.get_checkout(made.id).invoices[0].status is InvoiceStatus.FAILED


def test_the_deviation_is_a_setting(tmp_path: Path, clock: FakeClock) -> None:
    script = Script()
    kit, app = scripted_kit(
        f"sqlite:///{tmp_path / 'kit.db'}",
        clock,
        script,
        config={"CHECKOUT_KIT_LARGEST_DEVIATION": "0"},
    )
    _quote(script, is_firm=False)
    _ask(script, "0.00020001")
    with app.app_context():
        made = kit.create_checkout(ten_dollars())
        with pytest.raises(MethodUnavailable):
            kit.commit_checkout(made.id, "scripted:BTC")
    app.extensions["checkout_kit"].database.dispose()
