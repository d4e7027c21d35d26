"""Freshness: whether what was made of a checkout still holds, told by one statement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, or_, select

from checkout_kit.storage import tables
from checkout_kit.storage.direct import DirectSelect
from checkout_kit.storage.engine import Database
from checkout_kit.storage.invoice_statements import OPEN_LATER, UNCHECKED

_CHECKOUT, _INVOICE = tables.checkout, tables.invoice
_EVENT, _DELIVERY = tables.event, tables.delivery

_CHECKABLE: ColumnElement[bool] = exists().where(
    (_INVOICE.c.checkout_id == _CHECKOUT.c.id) & OPEN_LATER & UNCHECKED
)
_OF_CHECKOUT = _EVENT.c.checkout_id == _CHECKOUT.c.id
_UNDELIVERED: ColumnElement[bool] = or_(
    exists().where(_OF_CHECKOUT & _EVENT.c.is_dispatched.is_(False)),
    exists().where(
        _OF_CHECKOUT
        & (_DELIVERY.c.event_sequence == _EVENT.c.sequence)
        & (_DELIVERY.c.next_attempt_at <= bindparam("now"))
    ),
)
_UNCHANGED = select(_CHECKOUT.c.version).where(
    (_CHECKOUT.c.token == bindparam("token"))
    & (_CHECKOUT.c.version == bindparam("version"))
    & ~_CHECKABLE
)
_FRESH = DirectSelect(_UNCHANGED)
_FRESH_AND_DELIVERED = DirectSelect(_UNCHANGED.where(~_UNDELIVERED))


def is_fresh(
    database: Database,
    token: str,
    version: int,
    now: datetime,
    *,
    not_checked_since: datetime,
    is_delivered: bool,
) -> bool:
    """Whether a checkout is at a version still, with no invoice to be looked at again.

    :param is_delivered: ask as well whether no event waits for its subscribers.
    """
    statement = _FRESH_AND_DELIVERED if is_delivered else _FRESH
    values = {
        "token": token,
        "version": version,
        "now": now,
        "since": not_checked_since,
    }
    return statement.first(database, values) is not None
