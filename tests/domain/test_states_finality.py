"""The rules of finality, expiry and sums, one test each."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from checkout_kit.domain.invoice import InvoiceStatus
from checkout_kit.domain.money import Money
from checkout_kit.domain.states import (
    CheckoutState,
    FinalityAxis,
    derive_status,
    next_change_at,
)
from tests.domain.builders import (
    BTC,
    DETECTED,
    REVERSED,
    USD,
    at,
    bill,
    facts,
    pay,
    status_of,
    usd,
)

S = CheckoutState


# Finality.


def test_detected_money_is_in_progress_and_not_paid() -> None:
    status = status_of(bill(pay("40", DETECTED)))
    assert (status.state, status.is_paid) == (S.IN_PROGRESS, False)
    assert status.finality is FinalityAxis.DETECTED
    assert status.confirmed_credit == 0
    assert status.detected_credit == 10


def test_seen_deposit_without_an_amount_is_in_progress() -> None:
    status = status_of(bill(seen=True))
    assert (status.state, status.finality) == (S.IN_PROGRESS, FinalityAxis.DETECTED)


def test_underpaid_with_more_on_the_way_is_in_progress() -> None:
    invoice = bill(pay("10"), pay("5", DETECTED, ident="tx-2"))
    assert status_of(invoice).state is S.IN_PROGRESS


@pytest.mark.parametrize("seen", [True, False])
def test_enough_confirmed_is_completed_whatever_is_on_the_way(seen: bool) -> None:
    invoice = bill(pay("40"), pay("40", DETECTED, ident="tx-2"), seen=seen)
    status = status_of(invoice)
    assert (status.state, status.finality) == (S.COMPLETED, FinalityAxis.CONFIRMED)


def test_payment_reversed_before_it_was_confirmed_counts_nowhere() -> None:
    status = status_of(bill(pay("40", REVERSED)))
    assert status.state is S.NEW_CHARGE
    assert status.detected_credit == 0


def test_missing_detected_payment_no_longer_counts() -> None:
    status = status_of(bill(pay("40", DETECTED, ticket=1), snapshot_no=2))
    assert status.state is S.NEW_CHARGE
    assert status.detected_credit == 0


def test_missing_confirmed_payment_counts() -> None:
    assert status_of(bill(pay("40", ticket=1), snapshot_no=2)).state is S.COMPLETED


def test_reversed_after_it_was_confirmed_is_unresolved() -> None:
    status = status_of(bill(pay("40", REVERSED, peak="40")))
    assert (status.state, status.is_paid) == (S.UNRESOLVED_GENERIC, False)
    assert status.finality is FinalityAxis.REVERSED
    assert status.confirmed_credit == 0


def test_shrunk_after_it_was_confirmed_is_unresolved() -> None:
    status = status_of(bill(pay("39", peak="40")))
    assert status.state is S.UNRESOLVED_GENERIC
    assert status.confirmed_credit == Fraction(39, 4)


def test_confirmed_once_then_unconfirmed_and_gone_is_unresolved() -> None:
    payment = pay("40", DETECTED, peak="40", ticket=1)
    assert status_of(bill(payment, snapshot_no=2)).state is S.UNRESOLVED_GENERIC


def test_confirmed_once_and_unconfirmed_again_is_in_progress() -> None:
    assert status_of(bill(pay("40", DETECTED, peak="40"))).state is S.IN_PROGRESS


def test_reversal_matters_not_while_the_rest_is_enough() -> None:
    invoice = bill(pay("40"), pay("40", REVERSED, peak="40", ident="tx-2"))
    status = status_of(invoice)
    assert (status.state, status.finality) == (S.COMPLETED, FinalityAxis.CONFIRMED)


def test_shrinking_within_the_tolerance_stays_completed() -> None:
    invoice = bill(pay("39", peak="40"))
    assert status_of(invoice, tolerance=Decimal("0.05")).state is S.COMPLETED


def test_reversal_comes_before_in_progress() -> None:
    invoice = bill(
        pay("40", REVERSED, peak="40"), pay("40", DETECTED, ident="tx-2"), seen=True
    )
    assert status_of(invoice).state is S.UNRESOLVED_GENERIC


# Nothing paid: cancelled, expired, new.


def test_cancelled_without_money() -> None:
    assert status_of(bill(), cancelled_at=at(5)).state is S.CANCELLED


def test_cancelled_comes_before_expired() -> None:
    assert status_of(bill(), cancelled_at=at(5), minute=10**5).state is S.CANCELLED


def test_in_progress_comes_before_cancelled() -> None:
    status = status_of(bill(pay("40", DETECTED)), cancelled_at=at(5))
    assert status.state is S.IN_PROGRESS


@pytest.mark.parametrize(
    ("minute", "state"), [(59.9, S.NEW_CHARGE), (60, S.EXPIRED), (61, S.EXPIRED)]
)
def test_expires_with_the_newest_invoice(minute: float, state: CheckoutState) -> None:
    assert status_of(bill(), minute=minute).state is state


def test_newer_invoice_opens_an_expired_checkout_again() -> None:
    newer = bill(id="invoice-2", created_at=at(65), expires_at=at(125))
    assert status_of(newer, bill(), minute=70).state is S.NEW_CHARGE
    assert status_of(bill(), newer, minute=125).state is S.EXPIRED


@pytest.mark.parametrize(("minute", "state"), [(29, S.NEW_CHARGE), (30, S.EXPIRED)])
def test_expires_with_the_checkout(minute: float, state: CheckoutState) -> None:
    assert status_of(expires_at=at(30), minute=minute).state is state
    assert status_of(bill(), expires_at=at(30), minute=minute).state is state


def test_newest_invoice_is_the_last_one_made_whatever_its_id() -> None:
    newer = bill(id="a", created_at=at(65), expires_at=at(125))
    assert status_of(bill(id="b"), newer, minute=70).state is S.NEW_CHARGE


def test_failed_invoice_does_not_expire_the_checkout() -> None:
    failed = bill(
        id="invoice-2",
        created_at=at(5),
        expires_at=at(6),
        status=InvoiceStatus.FAILED,
    )
    assert status_of(bill(), failed).state is S.NEW_CHARGE


def test_intended_invoice_expires_like_an_open_one() -> None:
    invoice = bill(status=InvoiceStatus.INTENDED)
    assert status_of(invoice, minute=61).state is S.EXPIRED


def test_in_progress_comes_before_expired() -> None:
    assert status_of(bill(seen=True), minute=10**5).state is S.IN_PROGRESS


def test_underpaid_does_not_expire() -> None:
    invoice = bill(pay("10"))
    assert status_of(invoice, minute=10**5).state is S.UNRESOLVED_UNDERPAID


def test_verdict_of_the_provider_is_not_followed() -> None:
    assert status_of(bill(provider_state="COMPLETED")).state is S.NEW_CHARGE
    assert status_of(bill(pay(), provider_state="EXPIRED")).state is S.COMPLETED


# Sums.


@pytest.mark.parametrize(
    ("amount", "due", "over"),
    [
        ("0", "10", "0"),
        ("10", "7.5", "0"),
        ("39.999999", "0.01", "0"),
        ("40", "0", "0"),
        ("40.05", "0", "0.01"),
        ("80", "0", "10"),
    ],
)
def test_amount_due_goes_up_and_amount_over_goes_down(
    amount: str, due: str, over: str
) -> None:
    status = status_of(bill(pay(amount)))
    assert status.amount_due.to_text() == due
    assert status.amount_over.to_text() == over


def test_amount_due_counts_what_is_only_detected() -> None:
    assert status_of(bill(pay("10", DETECTED))).amount_due == usd("7.50")


def test_amount_over_counts_what_is_confirmed_alone() -> None:
    assert status_of(bill(pay("80", DETECTED))).amount_over == Money.zero(USD)


def test_sums_are_in_the_currency_of_the_charge() -> None:
    invoice = bill(pay(Money("1", BTC)), amount=Money("2", BTC))
    assert status_of(invoice).amount_due == usd("5")


# Time alone.


def test_next_change_is_the_first_deadline_ahead() -> None:
    checkout = facts(bill())
    assert next_change_at(checkout, at(0)) == at(60)
    assert next_change_at(checkout, at(60)) == at(24 * 60)
    assert next_change_at(checkout, at(24 * 60)) is None


def test_next_change_heeds_the_newest_invoice_alone() -> None:
    newer = bill(id="invoice-2", created_at=at(5), expires_at=at(90))
    assert next_change_at(facts(bill(), newer), at(10)) == at(90)


def test_label_changes_at_the_next_change() -> None:
    checkout = facts(bill())
    moment = next_change_at(checkout, at(0))
    assert moment is not None
    assert derive_status(checkout, moment).state is S.EXPIRED
