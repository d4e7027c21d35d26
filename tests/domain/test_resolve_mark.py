from __future__ import annotations

from fractions import Fraction

import pytest

from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.states import CheckoutState, ResolveMark
from tests.domain.builders import (
    DETECTED,
    REVERSED,
    at,
    bill,
    pay,
    status_of,
)

S = CheckoutState


def mark(
    confirmed: int | Fraction, detected: int | Fraction, *, accepted: bool = False
) -> ResolveMark:
    return ResolveMark(
        "merchant", at(15), accepted, Fraction(confirmed), Fraction(detected)
    )


@pytest.mark.parametrize(
    ("invoice", "credits"),
    [
        (bill(), (0, 0)),
        (bill(pay("20")), (5, 5)),
        (bill(pay("60")), (15, 15)),
        (bill(pay("40", minute=61)), (10, 10)),
        (bill(pay("40", REVERSED, peak="40")), (0, 0)),
        (bill(pay("20", DETECTED)), (0, 5)),
    ],
)
def test_mark_holds_while_both_credits_are_unchanged(
    invoice: Invoice, credits: tuple[int, int]
) -> None:
    assert status_of(invoice, resolve_mark=mark(*credits)).state is S.RESOLVED


def test_mark_comes_before_cancelled() -> None:
    status = status_of(bill(), cancelled_at=at(5), resolve_mark=mark(0, 0))
    assert status.state is S.RESOLVED


def test_mark_lapses_when_more_is_confirmed() -> None:
    invoice = bill(pay("20"), pay("5", ident="tx-2"))
    status = status_of(invoice, resolve_mark=mark(5, 5))
    assert status.state is S.UNRESOLVED_UNDERPAID


def test_mark_lapses_when_more_is_detected() -> None:
    invoice = bill(pay("20"), pay("5", DETECTED, ident="tx-2"))
    assert status_of(invoice, resolve_mark=mark(5, 5)).state is S.IN_PROGRESS


def test_mark_lapses_when_what_was_detected_is_confirmed() -> None:
    status = status_of(bill(pay("20")), resolve_mark=mark(0, 5))
    assert status.state is S.UNRESOLVED_UNDERPAID


def test_mark_lapses_when_money_is_reversed() -> None:
    invoice = bill(pay("20", REVERSED, peak="20"))
    assert status_of(invoice, resolve_mark=mark(5, 5)).state is S.UNRESOLVED_GENERIC


def test_mark_alone_does_not_pay() -> None:
    assert not status_of(bill(pay("20")), resolve_mark=mark(5, 5)).is_paid


def test_accepted_mark_pays() -> None:
    accepted = mark(5, 5, accepted=True)
    status = status_of(bill(pay("20")), resolve_mark=accepted)
    assert (status.state, status.is_paid) == (S.RESOLVED, True)


def test_accepted_mark_still_pays_when_more_comes() -> None:
    invoice = bill(pay("20"), pay("5", ident="tx-2"))
    status = status_of(invoice, resolve_mark=mark(5, 5, accepted=True))
    assert (status.state, status.is_paid) == (S.UNRESOLVED_UNDERPAID, True)


def test_accepted_mark_pays_no_more_once_the_credit_shrinks() -> None:
    invoice = bill(pay("19", peak="20"))
    status = status_of(invoice, resolve_mark=mark(5, 5, accepted=True))
    assert (status.state, status.is_paid) == (S.UNRESOLVED_GENERIC, False)


def test_enough_money_is_paid_whatever_the_mark() -> None:
    status = status_of(bill(pay("60")), resolve_mark=mark(15, 15))
    assert (status.state, status.is_paid) == (S.RESOLVED, True)
