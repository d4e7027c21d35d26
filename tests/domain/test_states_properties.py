"""What holds for every history of a checkout, not only for the ones that we know."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.credits import confirmed_credit
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.states import (
    AmountAxis,
    CheckoutState,
    CheckoutStatus,
    derive_status,
)
from tests.domain.builders import CONFIRMED, ETH, USD, XRP, at, bill, facts, pay, xrp

INVOICES = [
    bill(id="invoice-0", snapshot_no=0),
    bill(id="invoice-1", snapshot_no=0, created_at=at(30), expires_at=at(90)),
    bill(id="invoice-2", snapshot_no=0, amount=xrp("30"), created_at=at(50)),
]
#: A report of one deposit: a snapshot's ticket, and what it says.
Report = tuple[int, int, PaymentStatus, str, float]

# A deposit belongs to one invoice: its number modulo three names it.
reports = st.tuples(
    st.integers(0, 5),
    st.integers(1, 4),
    st.sampled_from(PaymentStatus),
    st.sampled_from(["0", "10", "30", "40"]),
    st.sampled_from([10, 59, 61, 89, 91]),
)


def take_in(history: list[Report], order: list[Invoice]) -> list[Invoice]:
    """Merge reports one by one, as storage does, in the order given."""
    payments: dict[str, Payment] = {}
    newest: dict[str, int] = {}
    for number, ticket, status, amount, minute in history:
        invoice_id = f"invoice-{number % 3}"
        payment = pay(
            amount,
            status,
            ident=f"tx-{number}",
            invoice_id=invoice_id,
            ticket=ticket,
            minute=minute,
        )
        known = payments.get(payment.external_id)
        payments[payment.external_id] = (
            payment if known is None else known.merged_with(payment)
        )
        newest[invoice_id] = max(newest.get(invoice_id, 0), ticket)
    return [
        replace(
            invoice,
            snapshot_no=newest.get(invoice.id, 0),
            payments=tuple(p for p in payments.values() if p.invoice_id == invoice.id),
        )
        for invoice in order
    ]


def judge(history: list[Report], order: list[Invoice], minute: float) -> CheckoutStatus:
    checkout = facts(*take_in(history, order), tolerance=Decimal("0.02"))
    return derive_status(checkout, at(minute))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(reports, max_size=7),
    st.lists(st.integers(0, 6), max_size=7),
    st.randoms(use_true_random=False),
    st.sampled_from([20, 60, 95, 2000]),
)
def test_no_order_and_no_repetition_changes_the_result(
    history: list[Report], repeated: list[int], random: Random, minute: float
) -> None:
    expected = judge(history, INVOICES, minute)
    again = history + [history[i] for i in repeated if i < len(history)]
    random.shuffle(again)
    order = random.sample(INVOICES, len(INVOICES))
    assert judge(again, order, minute) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(reports, max_size=7))
def test_sums_are_those_of_an_independent_computation(history: list[Report]) -> None:
    newest = {n: max(r[1] for r in history if r[0] % 3 == n % 3) for n, *_ in history}
    confirmed = detected = Fraction(0)
    for number in {report[0] for report in history}:
        # The newest report, and of equally new ones the most cautious, smallest one.
        ticket, status, amount = min(
            ((r[1], r[2], int(r[3])) for r in history if r[0] == number),
            key=lambda r: (-r[0], "RDC".index(r[1].value[0]), r[2]),
        )
        worth = Fraction(10 * amount, 30 if number % 3 == 2 else 40)
        if status is PaymentStatus.CONFIRMED:
            confirmed += worth
        if status is PaymentStatus.CONFIRMED or (
            status is PaymentStatus.DETECTED and ticket == newest[number]
        ):
            detected += worth
    status_now = judge(history, INVOICES, 20)
    assert status_now.confirmed_credit == confirmed
    assert status_now.detected_credit == detected
    assert status_now.is_paid == (confirmed >= Fraction(98, 10))


@settings(max_examples=100, deadline=None)
@given(st.lists(reports, max_size=7), st.sampled_from([20, 60, 95, 2000]))
def test_label_agrees_with_the_axes(history: list[Report], minute: float) -> None:
    status = judge(history, INVOICES, minute)
    label = status.state.value
    assert status.is_paid == (status.amount in (AmountAxis.EXACT, AmountAxis.OVER))
    assert ("UNDERPAID" not in label) or status.amount is AmountAxis.UNDER
    assert label.endswith("OVERPAID") == (status.amount is AmountAxis.OVER)
    assert label.endswith("COMPLETED") == (status.amount is AmountAxis.EXACT)
    assert not label.startswith("DELAYED") or status.is_late


totals = st.integers(1, 10**9).map(lambda n: Money.from_minor_units(n, USD))
rates = st.fractions(Fraction(1, 10**6), 10**6, max_denominator=10**9)
assets = st.sampled_from([XRP, ETH])


def invoice_over(due: Money, rate: Fraction, asset: object, number: int) -> Invoice:
    """What a provider that rounds up asks for an amount due."""
    amount = Money.round_up(due.fraction / rate, XRP if asset is XRP else ETH)
    return bill(
        id=f"invoice-{number}", covers=due, amount=amount, created_at=at(number)
    )


def split(amount: Money, cuts: list[int]) -> list[Money]:
    """Cut an amount into parts at the given places, counted in its smallest unit."""
    ends = sorted(cut % (amount.minor_units + 1) for cut in cuts)
    edges = [0, *ends, amount.minor_units]
    return [
        Money.from_minor_units(high - low, amount.currency)
        for low, high in pairwise(edges)
    ]


@settings(max_examples=60, deadline=None)
@given(totals, rates, assets, st.lists(st.integers(0, 2**80), max_size=5))
def test_shown_amount_in_any_parts_credits_exactly_what_it_covers(
    total: Money, rate: Fraction, asset: object, cuts: list[int]
) -> None:
    invoice = invoice_over(total, rate, asset, 1)
    parts = split(invoice.amount, cuts)
    paid = replace(
        invoice,
        payments=tuple(pay(part, ident=f"tx-{n}") for n, part in enumerate(parts)),
    )
    status = derive_status(facts(paid, total=total), at(20))
    assert Money.total(parts, invoice.amount.currency) == invoice.amount
    assert confirmed_credit(paid) == total.fraction
    assert status.state is CheckoutState.COMPLETED
    assert not status.amount_due
    assert not status.amount_over


@settings(max_examples=60, deadline=None)
@given(totals, rates, assets)
def test_rounding_up_never_undercharges(
    total: Money, rate: Fraction, asset: object
) -> None:
    invoice = invoice_over(total, rate, asset, 1)
    unit = Money.smallest(invoice.amount.currency)
    assert invoice.amount.fraction * rate >= total.fraction
    assert (invoice.amount - unit).fraction * rate < total.fraction


@settings(max_examples=60, deadline=None)
@given(totals, rates, assets)
def test_one_smallest_unit_less_is_not_enough(
    total: Money, rate: Fraction, asset: object
) -> None:
    invoice = invoice_over(total, rate, asset, 1)
    less = invoice.amount - Money.smallest(invoice.amount.currency)
    paid = replace(invoice, payments=(pay(less, CONFIRMED),))
    assert not derive_status(facts(paid, total=total), at(20)).is_paid


@settings(max_examples=50, deadline=None)
@given(
    totals,
    st.lists(st.tuples(rates, assets, st.integers(0, 10**6)), min_size=1, max_size=4),
)
def test_part_payments_quoted_anew_end_exactly_paid(
    total: Money, steps: list[tuple[Fraction, object, int]]
) -> None:
    checkout = facts(total=total)
    for number, (rate, asset, millionths) in enumerate([*steps, (Fraction(1), ETH, 0)]):
        due = derive_status(checkout, at(20)).amount_due
        if not due:
            break
        invoice = invoice_over(due, rate, asset, number)
        # All but the last invoice are paid in part, the last one as shown.
        part = Money.round_down(
            invoice.amount.fraction * Fraction(millionths, 10**6),
            invoice.amount.currency,
        )
        amount = invoice.amount if number == len(steps) else part
        paid = replace(invoice, payments=(pay(amount, ident=f"tx-{number}"),))
        checkout = replace(checkout, invoices=(*checkout.invoices, paid))
    status = derive_status(checkout, at(20))
    assert status.state is CheckoutState.COMPLETED
    assert not status.amount_due
