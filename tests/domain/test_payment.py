from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import reduce
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.payment import Payment, PaymentObservation, PaymentStatus
from checkout_kit.errors import AmountError, InputError
from tests.domain.builders import (
    CONFIRMED,
    DETECTED,
    REVERSED,
    at,
    pay,
    usd,
    xrp,
)


def observe(amount: str, status: PaymentStatus, ticket: int, minute: float) -> Payment:
    observation = PaymentObservation("tx-1", xrp(amount), status, at(minute))
    return Payment.from_observation(
        observation,
        provider="acme",
        invoice_id="invoice-1",
        ticket=ticket,
        received_at=at(0),
    )


# Few values each, so that equal tickets with different reports are common.
observations = st.builds(
    lambda amount, status, ticket, minute, credited, tx, note: Payment.from_observation(
        PaymentObservation(
            "tx-1",
            xrp(amount),
            status,
            at(minute),
            None if credited is None else usd(credited),
            tx,
            {"note": note},
        ),
        provider="acme",
        invoice_id="invoice-1",
        ticket=ticket,
        received_at=at(0),
    ),
    st.sampled_from(["0", "10", "40"]),
    st.sampled_from(PaymentStatus),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from(["x", "y"]),
)


@settings(max_examples=150, deadline=None)
@given(observations, observations)
def test_merging_is_commutative(one: Payment, other: Payment) -> None:
    assert one.merged_with(other) == other.merged_with(one)


@settings(max_examples=150, deadline=None)
@given(observations, observations, observations)
def test_merging_is_associative(one: Payment, two: Payment, three: Payment) -> None:
    left = one.merged_with(two).merged_with(three)
    assert left == one.merged_with(two.merged_with(three))


@settings(max_examples=100, deadline=None)
@given(observations, observations)
def test_merging_is_idempotent(one: Payment, other: Payment) -> None:
    merged = one.merged_with(other)
    assert one.merged_with(one) == one
    assert merged.merged_with(other) == merged


@settings(max_examples=100, deadline=None)
@given(st.lists(observations, min_size=1, max_size=6), st.randoms())
def test_repeated_reports_in_any_order_give_the_same(
    reports: list[Payment], random: Random
) -> None:
    merged = reduce(Payment.merged_with, reports)
    again = reports * 2
    random.shuffle(again)
    assert reduce(Payment.merged_with, again) == merged


def test_newest_ticket_counts() -> None:
    old, new = observe("40", DETECTED, 1, 5), observe("39", CONFIRMED, 2, 5)
    assert new.merged_with(old).amount == xrp("39")
    assert new.merged_with(old).status is CONFIRMED


def test_earliest_time_is_kept() -> None:
    old, new = observe("40", DETECTED, 1, 5), observe("40", CONFIRMED, 2, 9)
    assert old.merged_with(new).received_at == at(5)


def test_most_that_was_confirmed_is_kept() -> None:
    old, new = observe("40", CONFIRMED, 1, 5), observe("30", CONFIRMED, 2, 5)
    assert old.merged_with(new).peak_confirmed == xrp("40")
    assert old.merged_with(new).amount == xrp("30")


def test_under_one_ticket_the_more_cautious_report_counts() -> None:
    cautious, bold = observe("40", REVERSED, 1, 5), observe("40", CONFIRMED, 1, 5)
    assert bold.merged_with(cautious).status is REVERSED


def test_under_one_ticket_the_smaller_amount_counts() -> None:
    small, large = observe("30", CONFIRMED, 1, 5), observe("40", CONFIRMED, 1, 5)
    assert large.merged_with(small).amount == xrp("30")


@pytest.mark.parametrize(
    "change",
    [
        {"status": DETECTED},
        {"amount": xrp("39")},
        {"credited": usd("9")},
        {"transaction_id": "a"},
        {"details": {"note": "x"}},
        {"received_at": at(9)},
        {"peak_confirmed": xrp("41")},
    ],
)
def test_one_difference_under_one_ticket_merges_alike_in_both_orders(
    change: dict[str, Any],
) -> None:
    one = pay("40")
    other = replace(one, **change)
    assert one.merged_with(other) == other.merged_with(one)


def test_provider_time_is_used_before_ours() -> None:
    assert observe("40", DETECTED, 1, 5).received_at == at(5)


def test_our_time_is_used_where_the_provider_names_none() -> None:
    payment = Payment.from_observation(
        PaymentObservation("tx-1", xrp("40"), DETECTED),
        provider="acme",
        invoice_id="invoice-1",
        ticket=1,
        received_at=at(7),
    )
    assert payment.received_at == at(7)


def test_detected_payment_was_never_confirmed() -> None:
    assert observe("40", DETECTED, 1, 5).peak_confirmed is None


@pytest.mark.parametrize(
    ("payment", "is_shrunk"),
    [
        (pay("40", CONFIRMED), False),
        (pay("40", DETECTED), False),
        (pay("40", REVERSED), False),
        (pay("40", REVERSED, peak="40"), True),
        (pay("39", CONFIRMED, peak="40"), True),
        (pay("39", DETECTED, peak="40"), True),
        (pay("40", DETECTED, peak="40"), False),
    ],
)
def test_is_shrunk(payment: Payment, is_shrunk: bool) -> None:
    assert payment.is_shrunk is is_shrunk


@pytest.mark.parametrize("ident", ["", "x" * 201])
def test_external_id_is_bounded(ident: str) -> None:
    with pytest.raises(InputError):
        PaymentObservation(ident, xrp("1"), DETECTED)


def test_negative_amount_is_refused() -> None:
    with pytest.raises(AmountError):
        PaymentObservation("tx", xrp("-1"), DETECTED)


def test_negative_credit_is_refused() -> None:
    with pytest.raises(AmountError):
        PaymentObservation("tx", xrp("1"), DETECTED, credited=usd("-1"))


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError):
        PaymentObservation("tx", xrp("1"), DETECTED, datetime(2026, 11, 21))
