"""Statements on invoices, built once: building one takes longer than running it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, select, update

from checkout_kit.domain.invoice import InvoiceStatus
from checkout_kit.storage import tables

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
SCHEDULE = (
    update(_INVOICE)
    .where(_INVOICE.c.id == bindparam("wanted"))
    .values(
        next_check_at=bindparam("next_check_at"),
        failures=bindparam("failures"),
        is_urgent=bindparam("is_urgent"),
        claim_until=0,
    )
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
