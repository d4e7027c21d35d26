"""Statements on checkouts, built once: building one takes longer than running it."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, select, update

from checkout_kit.storage import tables
from checkout_kit.storage.direct import DirectInsert

_CHECKOUT = tables.checkout

ADD = DirectInsert(_CHECKOUT)
BY_ID = select(_CHECKOUT).where(_CHECKOUT.c.id == bindparam("wanted"))
OF_STORE = BY_ID.where(_CHECKOUT.c.store_id == bindparam("store"))
BY_TOKEN = select(_CHECKOUT).where(_CHECKOUT.c.token == bindparam("wanted"))
SEVERAL = (
    select(_CHECKOUT)
    .where(_CHECKOUT.c.id.in_(bindparam("wanted", expanding=True)))
    # Locks are taken in one order everywhere, so that two batches never deadlock.
    .order_by(_CHECKOUT.c.id)
)
DUE_FOR_CHANGE = (
    select(_CHECKOUT.c.id)
    .where(
        _CHECKOUT.c.next_change_at.is_not(None)
        & (_CHECKOUT.c.next_change_at <= bindparam("due_at"))
    )
    .order_by(_CHECKOUT.c.next_change_at)
    .limit(bindparam("most", type_=Integer))
)
SAVE_ANNOUNCED = (
    update(_CHECKOUT)
    .where(_CHECKOUT.c.id == bindparam("wanted"))
    .values(
        state=bindparam("state"),
        is_paid=bindparam("is_paid"),
        next_change_at=bindparam("next_change_at"),
        version=_CHECKOUT.c.version + 1,
    )
)
