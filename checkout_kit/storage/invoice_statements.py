"""Statements on invoices, built once: building one takes longer than running it."""

from __future__ import annotations

from sqlalchemy import Boolean, ColumnElement, bindparam, case, select, true, update

from checkout_kit.domain.invoice import InvoiceStatus
from checkout_kit.storage import tables
from checkout_kit.storage.claims import Claim
from checkout_kit.storage.types import UtcDateTime, database_milliseconds

_INVOICE = tables.invoice

ALL = select(_INVOICE).order_by(_INVOICE.c.created_at, _INVOICE.c.id)
OF_CHECKOUTS = ALL.where(
    _INVOICE.c.checkout_id.in_(bindparam("wanted", expanding=True))
)
BY_ID = ALL.where(_INVOICE.c.id.in_(bindparam("wanted", expanding=True)))
BY_REFERENCE = ALL.where(
    (_INVOICE.c.provider == bindparam("provider"))
    & _INVOICE.c.reference.in_(bindparam("wanted", expanding=True))
)
CHECKED = (
    update(_INVOICE)
    .where(
        (_INVOICE.c.id == bindparam("wanted"))
        & (
            _INVOICE.c.checked_at.is_(None)
            | (_INVOICE.c.checked_at < bindparam("checked_at"))
        )
    )
    .values(checked_at=bindparam("checked_at"))
)
SNAPSHOT = update(_INVOICE).where(
    (_INVOICE.c.id == bindparam("wanted"))
    & (_INVOICE.c.snapshot_no < bindparam("ticket"))
)
_IS_DUE_EARLIER = _INVOICE.c.due_again_at < bindparam("unless_before")
SCHEDULE = (
    update(_INVOICE)
    .where(_INVOICE.c.id == bindparam("wanted"))
    .values(
        next_check_at=case(
            (_IS_DUE_EARLIER, _INVOICE.c.due_again_at),
            else_=bindparam("next_check_at", type_=UtcDateTime()),
        ),
        is_urgent=case(
            (_IS_DUE_EARLIER, true()), else_=bindparam("is_urgent", type_=Boolean())
        ),
        failures=bindparam("failures"),
        due_again_at=None,
        claim_until=0,
    )
)
#: What makes an invoice due that somebody is looking at right now.
DUE_AGAIN = (
    update(_INVOICE)
    .where(
        (_INVOICE.c.id == bindparam("wanted"))
        & (_INVOICE.c.status == InvoiceStatus.OPEN.value)
        & (_INVOICE.c.claim_until > database_milliseconds())
    )
    .values(due_again_at=bindparam("due_at"))
)
OPEN_LATER: ColumnElement[bool] = (_INVOICE.c.status == InvoiceStatus.OPEN.value) & (
    _INVOICE.c.next_check_at.is_(None) | (_INVOICE.c.next_check_at > bindparam("now"))
)
# One that is backing off from errors keeps its turn.
UNCHECKED: ColumnElement[bool] = (_INVOICE.c.failures == 0) & (
    _INVOICE.c.checked_at.is_(None) | (_INVOICE.c.checked_at <= bindparam("since"))
)
CAN_MAKE_DUE = (
    select(_INVOICE.c.id)
    .where(OPEN_LATER & UNCHECKED & (_INVOICE.c.checkout_id == bindparam("wanted")))
    .limit(1)
)
_DUE = (
    (_INVOICE.c.next_check_at <= bindparam("due_at"))
    & (_INVOICE.c.status == bindparam("due_status"))
    & (_INVOICE.c.next_check_at.is_not(None))
)


def _claim(due: ColumnElement[bool]) -> Claim:
    return Claim(
        _INVOICE,
        due,
        order=_INVOICE.c.next_check_at,
        values={"check_no": _INVOICE.c.check_no + 1, "due_again_at": None},
    )


CLAIM = _claim(_DUE)
CLAIM_OF_CHECKOUT = _claim(_DUE & (_INVOICE.c.checkout_id == bindparam("of_checkout")))
