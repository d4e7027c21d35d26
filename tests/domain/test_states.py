"""The rules of amount and time, one test each."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.states import (
    AmountAxis,
    CheckoutState,
    FinalityAxis,
    TimeAxis,
)
from tests.domain.builders import (
    DETECTED,
    XLM,
    at,
    bill,
    pay,
    status_of,
    usd,
)

S = CheckoutState
COARSE = Currency("GOLD", "vault", None, 0)


# Amount.


def test_nothing_paid_is_a_new_charge() -> None:
    status = status_of(bill())
    assert (status.state, status.amount) == (S.NEW_CHARGE, AmountAxis.NONE)
    assert (status.finality, status.is_paid) == (FinalityAxis.NONE, False)


def test_checkout_without_invoices_is_a_new_charge() -> None:
    assert status_of().state is S.NEW_CHARGE


def test_shown_amount_completes() -> None:
    status = status_of(bill(pay("40")))
    assert (status.state, status.is_paid) == (S.COMPLETED, True)
    assert (status.amount, status.time) == (AmountAxis.EXACT, TimeAxis.ON_TIME)
    assert status.finality is FinalityAxis.CONFIRMED


def test_less_is_underpaid() -> None:
    status = status_of(bill(pay("39.999999")))
    assert (status.state, status.amount) == (S.UNRESOLVED_UNDERPAID, AmountAxis.UNDER)
    assert not status.is_paid


def test_more_is_overpaid_and_paid() -> None:
    status = status_of(bill(pay("41")))
    assert (status.state, status.amount) == (S.UNRESOLVED_OVERPAID, AmountAxis.OVER)
    assert status.is_paid


def test_credit_is_an_exact_share_of_what_the_invoice_covers() -> None:
    assert status_of(bill(pay("7"))).confirmed_credit == Fraction(7, 4)


def test_payments_that_each_need_rounding_add_up_exactly() -> None:
    thirds = [pay("10", ident=f"tx-{n}") for n in range(3)]
    invoice = bill(*thirds, amount=pay("30").amount)
    assert status_of(invoice).state is S.COMPLETED


def test_credit_adds_up_over_invoices_of_several_providers() -> None:
    stellar = Money("50", XLM)
    other = pay(stellar, ident="tx-2", invoice_id="invoice-2", provider="other")
    second = bill(other, id="invoice-2", amount=stellar, covers=usd("5"))
    assert status_of(bill(pay("20")), second).state is S.COMPLETED


def test_what_the_provider_credits_counts_instead_of_the_amount() -> None:
    assert status_of(bill(pay("1", credited=usd("10")))).state is S.COMPLETED


def test_payment_in_another_asset_is_never_credited() -> None:
    status = status_of(bill(pay(Money("40", XLM), peak="0")))
    assert status.detected_credit == 0
    assert not status.is_paid


def test_same_code_of_another_issuer_is_never_credited() -> None:
    ours, fake = (Currency("USDC", "stellar", "G" + c * 55, 7) for c in "AB")
    invoice = bill(pay(Money("40", fake)), amount=Money("40", ours))
    assert status_of(invoice).confirmed_credit == 0


def test_credit_in_another_currency_is_never_counted() -> None:
    euros = Money("10", "EUR")
    assert status_of(bill(pay("40", credited=euros))).confirmed_credit == 0


@pytest.mark.parametrize(
    ("amount", "tolerance", "state"),
    [
        ("38", "0.05", S.COMPLETED),
        ("37.999999", "0.05", S.UNRESOLVED_UNDERPAID),
        ("39.999999", "0", S.UNRESOLVED_UNDERPAID),
        ("20", "0.5", S.COMPLETED),
        ("0.000001", "1", S.COMPLETED),
    ],
)
def test_tolerance(amount: str, tolerance: str, state: CheckoutState) -> None:
    assert status_of(bill(pay(amount)), tolerance=Decimal(tolerance)).state is state


@pytest.mark.parametrize("invoice", [bill(), bill(pay("0"))])
def test_zero_credit_is_never_enough(invoice: object) -> None:
    status = status_of(invoice, tolerance=Decimal(1))  # type: ignore[arg-type]
    assert (status.state, status.is_paid) == (S.NEW_CHARGE, False)


@pytest.mark.parametrize(
    ("amount", "state"), [("40.04", S.COMPLETED), ("40.040001", S.UNRESOLVED_OVERPAID)]
)
def test_one_minor_unit_too_much_is_dust(amount: str, state: CheckoutState) -> None:
    assert status_of(bill(pay(amount))).state is state


@pytest.mark.parametrize(
    ("units", "state"), [("3", S.COMPLETED), ("4", S.UNRESOLVED_OVERPAID)]
)
def test_one_smallest_unit_of_the_asset_is_dust(
    units: str, state: CheckoutState
) -> None:
    # Two units are asked for 10 USD, so that one is worth 5 USD.
    invoice = bill(pay(Money(units, COARSE)), amount=Money("2", COARSE))
    assert status_of(invoice).state is state


def test_unit_of_an_unpaid_invoice_is_no_dust() -> None:
    unpaid = bill(id="invoice-2", amount=Money("2", COARSE))
    assert status_of(bill(pay("41")), unpaid).state is S.UNRESOLVED_OVERPAID


# Time.


@pytest.mark.parametrize(
    ("amount", "state"),
    [
        ("30", S.DELAYED_UNDERPAID),
        ("40", S.DELAYED_COMPLETED),
        ("50", S.DELAYED_OVERPAID),
    ],
)
def test_late_payment_has_a_delayed_label(amount: str, state: CheckoutState) -> None:
    status = status_of(bill(pay(amount, minute=61)))
    assert (status.state, status.is_late) == (state, True)


def test_payment_in_the_last_moment_is_on_time() -> None:
    assert status_of(bill(pay(minute=60))).state is S.COMPLETED


def test_label_of_a_payment_does_not_age() -> None:
    invoice = bill(pay(minute=10))
    assert status_of(invoice, minute=10**6) == status_of(invoice, minute=10)


def test_payment_that_lifts_the_credit_to_the_total_decides() -> None:
    invoice = bill(pay("20"), pay("20", minute=61, ident="tx-2"))
    assert status_of(invoice).state is S.DELAYED_COMPLETED


def test_money_above_an_on_time_total_is_over_on_time() -> None:
    invoice = bill(pay("40"), pay("20", minute=61, ident="tx-2"))
    assert status_of(invoice).state is S.UNRESOLVED_OVERPAID


def test_last_payment_decides_if_none_reaches_the_total() -> None:
    invoice = bill(pay("10"), pay("10", minute=61, ident="tx-2"))
    assert status_of(invoice).state is S.DELAYED_UNDERPAID


def test_what_the_tolerance_forgives_may_come_late() -> None:
    invoice = bill(pay("39"), pay("1", minute=61, ident="tx-2"))
    assert status_of(invoice, tolerance=Decimal("0.05")).state is S.COMPLETED


def test_payment_of_nothing_lifts_nothing_even_at_full_tolerance() -> None:
    invoice = bill(pay("0"), pay("20", minute=61, ident="tx-2"))
    assert status_of(invoice, tolerance=Decimal(1)).state is S.DELAYED_COMPLETED


@pytest.mark.parametrize(
    ("early_ident", "state"),
    [("tx-1", S.DELAYED_OVERPAID), ("tx-3", S.UNRESOLVED_OVERPAID)],
)
def test_payments_of_one_moment_are_ordered_by_their_ids(
    early_ident: str, state: CheckoutState
) -> None:
    # Both came in minute 10: too late for the first invoice, not for the second.
    first = bill(pay(ident=early_ident), expires_at=at(5))
    second = bill(pay(ident="tx-2", invoice_id="invoice-2"), id="invoice-2")
    assert status_of(first, second).state is state
    assert status_of(second, first).state is state


def test_own_invoice_of_the_deciding_payment_sets_the_time() -> None:
    newer = bill(id="invoice-2", created_at=at(50), expires_at=at(110))
    assert status_of(bill(pay(minute=61)), newer).state is S.DELAYED_COMPLETED


def test_confirmed_payments_decide_before_detected_ones() -> None:
    invoice = bill(pay("40", minute=61), pay("40", DETECTED, ident="tx-2"))
    assert status_of(invoice).state is S.DELAYED_COMPLETED


def test_detected_payments_decide_while_nothing_is_confirmed() -> None:
    status = status_of(bill(pay("40", DETECTED, minute=61)))
    assert (status.state, status.time) == (S.IN_PROGRESS, TimeAxis.LATE)


def test_payments_are_ordered_by_the_time_they_were_received() -> None:
    invoice = bill(pay("40", ident="tx-9"), pay("40", minute=61, ident="tx-1"))
    assert status_of(invoice).state is S.UNRESOLVED_OVERPAID


def test_cancelled_then_paid_is_late() -> None:
    status = status_of(bill(pay(minute=10)), cancelled_at=at(9))
    assert (status.state, status.is_paid) == (S.DELAYED_COMPLETED, True)


def test_paid_before_cancelling_is_on_time() -> None:
    assert status_of(bill(pay(minute=10)), cancelled_at=at(10)).state is S.COMPLETED


def test_cancelling_after_the_invoice_expired_does_not_lengthen_it() -> None:
    invoice = bill(pay(minute=61))
    assert status_of(invoice, cancelled_at=at(90)).state is S.DELAYED_COMPLETED
