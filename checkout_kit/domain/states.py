"""States: one pure function from everything known of a checkout to its label.

Three facts are kept apart, amount, time and finality, and the label is derived from
them (``docs/states.md``). Nothing here remembers a former label, so that no order in
which reports arrive can change the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from checkout_kit.domain.credits import NOTHING, Credit, credits_of, is_gone
from checkout_kit.domain.invoice import Invoice, InvoiceStatus
from checkout_kit.domain.money import Money


class CheckoutState(str, Enum):
    """The label of a checkout: COINQVEST's eleven, and CANCELLED."""

    NEW_CHARGE = "NEW_CHARGE"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    EXPIRED = "EXPIRED"
    UNRESOLVED_GENERIC = "UNRESOLVED_GENERIC"
    UNRESOLVED_UNDERPAID = "UNRESOLVED_UNDERPAID"
    UNRESOLVED_OVERPAID = "UNRESOLVED_OVERPAID"
    DELAYED_COMPLETED = "DELAYED_COMPLETED"
    DELAYED_UNDERPAID = "DELAYED_UNDERPAID"
    DELAYED_OVERPAID = "DELAYED_OVERPAID"
    RESOLVED = "RESOLVED"
    CANCELLED = "CANCELLED"


class AmountAxis(str, Enum):
    """How much was credited, against the total."""

    NONE = "NONE"
    UNDER = "UNDER"
    EXACT = "EXACT"
    OVER = "OVER"


class TimeAxis(str, Enum):
    """Whether the payment that decided came in time."""

    ON_TIME = "ON_TIME"
    LATE = "LATE"


class FinalityAxis(str, Enum):
    """How sure the credited money is."""

    NONE = "NONE"
    DETECTED = "DETECTED"
    CONFIRMED = "CONFIRMED"
    REVERSED = "REVERSED"


@dataclass(frozen=True, slots=True)
class ResolveMark:
    """Someone's decision that a checkout needs no further care.

    It holds while both credits are the ones it was made for. ``accepted`` means that
    the merchant takes what was paid as enough.
    """

    actor: str
    at: datetime
    accepted: bool
    confirmed_credit: Fraction
    detected_credit: Fraction


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """All that the state of a checkout depends on, besides the time of asking."""

    total: Money
    tolerance: Decimal
    expires_at: datetime
    invoices: Sequence[Invoice]
    cancelled_at: datetime | None = None
    resolve_mark: ResolveMark | None = None


@dataclass(frozen=True, slots=True)
class CheckoutStatus:
    """What a checkout is worth at one moment: the axes, the label, the sums.

    The credits are in the charge's currency, exact.
    """

    state: CheckoutState
    amount: AmountAxis
    time: TimeAxis
    finality: FinalityAxis
    confirmed_credit: Fraction
    detected_credit: Fraction
    is_paid: bool
    total: Money

    @property
    def is_late(self) -> bool:
        """Whether the deciding payment came after its time."""
        return self.time is TimeAxis.LATE

    @property
    def amount_due(self) -> Money:
        """What is still to pay, rounded up; counts what is only detected as well."""
        if not self.detected_credit:
            return self.total
        missing = self.total.fraction - self.detected_credit
        return Money.round_up(max(missing, NOTHING), self.total.currency)

    @property
    def amount_over(self) -> Money:
        """What was paid beyond the total, rounded down; confirmed payments only."""
        excess = self.confirmed_credit - self.total.fraction
        return Money.round_down(max(excess, NOTHING), self.total.currency)


def derive_status(facts: CheckoutFacts, now: datetime) -> CheckoutStatus:
    """Derive a checkout's axes and label; the same facts always give the same."""
    counted = [one for invoice in facts.invoices for one in credits_of(invoice)]
    confirmed = [one for one in counted if one.is_confirmed]
    confirmed_credit = sum((one.worth for one in confirmed), NOTHING)
    detected_credit = sum((one.worth for one in counted), NOTHING)
    needed = _needed(facts)
    axis = _amount_axis(facts, counted, confirmed_credit, needed)
    enough = axis in (AmountAxis.EXACT, AmountAxis.OVER)
    is_late = _is_late(facts, confirmed or counted, needed)
    gone = any(is_gone(i, p) for i in facts.invoices for p in i.payments)
    awaited = len(confirmed) < len(counted) or any(i.seen for i in facts.invoices)
    is_reversed, is_waiting = not enough and gone, not enough and awaited
    credits, mark = (confirmed_credit, detected_credit), facts.resolve_mark

    if mark and credits == (mark.confirmed_credit, mark.detected_credit):
        state = CheckoutState.RESOLVED
    elif is_reversed:
        state = CheckoutState.UNRESOLVED_GENERIC
    elif is_waiting:
        state = CheckoutState.IN_PROGRESS
    elif axis is AmountAxis.NONE:
        state = _unpaid_state(facts, now)
    else:
        state = _PAID_STATES[axis, is_late]

    return CheckoutStatus(
        state=state,
        amount=axis,
        time=TimeAxis.LATE if is_late else TimeAxis.ON_TIME,
        finality=_finality(is_reversed, is_waiting, bool(confirmed)),
        confirmed_credit=confirmed_credit,
        detected_credit=detected_credit,
        is_paid=enough or _is_accepted(mark, confirmed_credit),
        total=facts.total,
    )


def next_change_at(facts: CheckoutFacts, now: datetime) -> datetime | None:
    """When the label may change next by time alone, if nothing else happens."""
    newest = newest_invoice(facts.invoices)
    moments = [facts.expires_at]
    if newest is not None:
        moments.append(newest.expires_at)
    return min((moment for moment in moments if moment > now), default=None)


def newest_invoice(invoices: Sequence[Invoice]) -> Invoice | None:
    """The invoice that the buyer is shown: the last one that was not refused."""
    offered = [i for i in invoices if i.status is not InvoiceStatus.FAILED]
    return max(offered, key=lambda i: (i.created_at, i.id), default=None)


_PAID_STATES = {
    (AmountAxis.UNDER, False): CheckoutState.UNRESOLVED_UNDERPAID,
    (AmountAxis.EXACT, False): CheckoutState.COMPLETED,
    (AmountAxis.OVER, False): CheckoutState.UNRESOLVED_OVERPAID,
    (AmountAxis.UNDER, True): CheckoutState.DELAYED_UNDERPAID,
    (AmountAxis.EXACT, True): CheckoutState.DELAYED_COMPLETED,
    (AmountAxis.OVER, True): CheckoutState.DELAYED_OVERPAID,
}


def _amount_axis(
    facts: CheckoutFacts,
    counted: Sequence[Credit],
    credit: Fraction,
    needed: Fraction,
) -> AmountAxis:
    if credit <= 0:
        return AmountAxis.NONE
    if credit < needed:
        return AmountAxis.UNDER
    excess = credit - facts.total.fraction
    if excess > 0 and excess > _dust(facts, counted):
        return AmountAxis.OVER
    return AmountAxis.EXACT


def _needed(facts: CheckoutFacts) -> Fraction:
    """What is enough: the total, less what the merchant tolerates."""
    total = facts.total.fraction
    return total * (1 - Fraction(facts.tolerance)) if facts.tolerance else total


def _dust(facts: CheckoutFacts, counted: Sequence[Credit]) -> Fraction:
    """What is too little to be called overpaid: a unit of what was paid with."""
    dust = Money.smallest(facts.total.currency).fraction
    for one in counted:
        invoice = one.invoice
        unit = Money.smallest(invoice.amount.currency).fraction
        rate = invoice.covers.fraction / invoice.amount.fraction
        dust = max(dust, unit * rate)
    return dust


def _is_late(facts: CheckoutFacts, counted: Sequence[Credit], needed: Fraction) -> bool:
    """Whether the payment that made it enough, or else the last one, was late."""
    if not counted:
        return False
    ordered = sorted(
        counted,
        key=lambda one: (
            one.payment.received_at,
            one.payment.provider,
            one.payment.external_id,
        ),
    )
    credit, late = NOTHING, False
    for one in ordered:
        expires_at = one.invoice.expires_at
        limit = min(expires_at, facts.cancelled_at or expires_at)
        late = one.payment.received_at > limit
        credit += one.worth
        if 0 < credit >= needed:
            break
    return late


def _is_accepted(mark: ResolveMark | None, confirmed: Fraction) -> bool:
    return mark is not None and mark.accepted and confirmed >= mark.confirmed_credit


def _unpaid_state(facts: CheckoutFacts, now: datetime) -> CheckoutState:
    if facts.cancelled_at is not None:
        return CheckoutState.CANCELLED
    newest = newest_invoice(facts.invoices)
    if now >= facts.expires_at or (newest and now >= newest.expires_at):
        return CheckoutState.EXPIRED
    return CheckoutState.NEW_CHARGE


def _finality(is_reversed: bool, is_waiting: bool, is_any: bool) -> FinalityAxis:
    if is_reversed:
        return FinalityAxis.REVERSED
    if is_waiting:
        return FinalityAxis.DETECTED
    return FinalityAxis.CONFIRMED if is_any else FinalityAxis.NONE
