"""Checkouts as they are kept; their status is derived whenever they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select, update

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.charge_json import (
    charge_from_json,
    charge_to_json,
    currency_to_text,
)
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.money import format_decimal
from checkout_kit.domain.states import CheckoutState
from checkout_kit.storage import tables
from checkout_kit.storage.checkout_rows import checkout_from_row
from checkout_kit.storage.checkout_statements import (
    ADD,
    BY_ID,
    BY_TOKEN,
    DUE_FOR_CHANGE,
    OF_STORE,
    SAVE_ANNOUNCED,
    SEVERAL,
)
from checkout_kit.storage.claims import insert_new
from checkout_kit.storage.forms import fraction_to_text
from checkout_kit.storage.invoices import InvoiceStore

_CHECKOUT = tables.checkout


class CheckoutStore:
    """Reads and writes checkouts, each with its invoices and their payments."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._invoices = InvoiceStore(connection)
        # A charge never changes: one transaction makes it of its row once.
        self._charges: dict[str, Charge] = {}

    def add(
        self,
        checkout: Checkout,
        *,
        idempotency_key: str | None,
        fingerprint: str | None,
    ) -> bool:
        """Write a new checkout down; False if its idempotency key was used before."""
        row = dict(
            id=checkout.id,
            token=checkout.token,
            store_id=checkout.store_id,
            reference=checkout.reference,
            charge=charge_to_json(checkout.charge),
            currency=currency_to_text(checkout.charge.currency),
            total=checkout.total.to_text(),
            settlement_currency=currency_to_text(checkout.settlement_currency),
            tolerance=format_decimal(checkout.tolerance),
            return_url=checkout.return_url,
            cancel_url=checkout.cancel_url,
            webhook_url=checkout.webhook_url,
            api_key_id=checkout.api_key_id,
            customer=dict(checkout.customer),
            metadata=dict(checkout.metadata),
            is_hosted=checkout.is_hosted,
            campaign=checkout.campaign,
            link_id=checkout.link_id,
            idempotency_key=idempotency_key,
            fingerprint=fingerprint,
            created_at=checkout.created_at,
            expires_at=checkout.expires_at,
            state=checkout.state.value,
            is_paid=checkout.is_paid,
            next_change_at=checkout.expires_at,
        )
        if idempotency_key is not None:
            return insert_new(self._connection, _CHECKOUT, row)
        ADD.run(self._connection, row)
        return True

    def get(self, store_id: str, checkout_id: str, now: datetime) -> Checkout | None:
        """Read a checkout by its id."""
        return self._one(OF_STORE, now, wanted=checkout_id, store=store_id)

    def find_by_token(self, token: str, now: datetime) -> Checkout | None:
        """Read a checkout by the token of its page."""
        return self._one(BY_TOKEN, now, wanted=token)

    def find_by_id(self, checkout_id: str, now: datetime) -> Checkout | None:
        """Read a checkout of any store, for the kit's own work."""
        return self._one(BY_ID, now, wanted=checkout_id)

    def webhook_urls(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The webhooks of those checkouts that have one."""
        rows = self._connection.execute(
            select(_CHECKOUT.c.id, _CHECKOUT.c.webhook_url).where(
                _CHECKOUT.c.id.in_(ids) & _CHECKOUT.c.webhook_url.is_not(None)
            )
        )
        return {row.id: row.webhook_url for row in rows}

    def find_all(self, ids: Iterable[str], now: datetime) -> Sequence[Checkout]:
        """Read several checkouts of any store at once."""
        return self._several(SEVERAL, ids, now)

    def lock(self, checkout_id: str, now: datetime) -> Checkout | None:
        """Read a checkout and keep other writers off it until the transaction ends."""
        return self._one(BY_ID.with_for_update(key_share=True), now, wanted=checkout_id)

    def lock_all(self, ids: Iterable[str], now: datetime) -> Sequence[Checkout]:
        """Read and lock several checkouts at once, as :meth:`lock` does with one."""
        return self._several(SEVERAL.with_for_update(key_share=True), ids, now)

    def find_key(self, store_id: str, idempotency_key: str) -> tuple[str, str] | None:
        """The id and fingerprint of the checkout made with an idempotency key."""
        row = self._connection.execute(
            select(_CHECKOUT.c.id, _CHECKOUT.c.fingerprint).where(
                (_CHECKOUT.c.store_id == store_id)
                & (_CHECKOUT.c.idempotency_key == idempotency_key)
            )
        ).first()
        return (row[0], row[1]) if row else None

    def list(
        self, store_id: str, now: datetime, *, limit: int, offset: int
    ) -> Sequence[Checkout]:
        """Read a page of checkouts, newest first."""
        rows = self._connection.execute(
            select(_CHECKOUT)
            .where(_CHECKOUT.c.store_id == store_id)
            .order_by(_CHECKOUT.c.created_at.desc(), _CHECKOUT.c.id.desc())
            .limit(limit)
            .offset(offset)
        ).all()
        return self._complete(rows, now)

    def list_created(
        self,
        store_id: str,
        since: datetime,
        until: datetime,
        now: datetime,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Checkout]:
        """Read a page of the checkouts made from ``since`` to before ``until``.

        :param after: when the last one of the former page was made, and its id.
        """
        query = (
            select(_CHECKOUT)
            .where(
                (_CHECKOUT.c.store_id == store_id)
                & (_CHECKOUT.c.created_at >= since)
                & (_CHECKOUT.c.created_at < until)
            )
            .order_by(_CHECKOUT.c.created_at, _CHECKOUT.c.id)
            .limit(limit)
        )
        if after is not None:
            moment, checkout_id = after
            later = _CHECKOUT.c.created_at > moment
            beside = (_CHECKOUT.c.created_at == moment) & (_CHECKOUT.c.id > checkout_id)
            query = query.where(or_(later, beside))
        return self._complete(self._connection.execute(query).all(), now)

    def count(self, store_id: str) -> int:
        """How many checkouts a store has."""
        return self._connection.execute(
            select(func.count())
            .select_from(_CHECKOUT)
            .where(_CHECKOUT.c.store_id == store_id)
        ).scalar_one()

    def announced(
        self, checkout_ids: Iterable[str]
    ) -> dict[str, tuple[CheckoutState, bool]]:
        """The label, and whether it is paid, that the last events told of."""
        rows = self._connection.execute(
            SEVERAL.with_only_columns(
                _CHECKOUT.c.id, _CHECKOUT.c.state, _CHECKOUT.c.is_paid
            ),
            {"wanted": [*checkout_ids]},
        )
        return {row.id: (CheckoutState(row.state), row.is_paid) for row in rows}

    def save_marks(self, checkout: Checkout) -> None:
        """Write a checkout's cancel and resolve marks."""
        mark = checkout.resolve_mark
        self._connection.execute(
            update(_CHECKOUT)
            .where(_CHECKOUT.c.id == checkout.id)
            .values(
                cancelled_at=checkout.cancelled_at,
                resolved_at=mark.at if mark else None,
                resolved_by=mark.actor if mark else None,
                resolved_accepted=mark.accepted if mark else None,
                resolved_confirmed=(
                    fraction_to_text(mark.confirmed_credit) if mark else None
                ),
                resolved_detected=(
                    fraction_to_text(mark.detected_credit) if mark else None
                ),
            )
        )

    def save_announced(
        self, announced: Sequence[tuple[Checkout, datetime | None]]
    ) -> None:
        """Note what was announced, and when time alone may change it next.

        Counts the checkout's version up: nothing made of it before holds any more.
        """
        if not announced:
            return
        self._connection.execute(
            SAVE_ANNOUNCED,
            [
                {
                    "wanted": checkout.id,
                    "state": checkout.state.value,
                    "is_paid": checkout.is_paid,
                    "next_change_at": next_change_at,
                }
                for checkout, next_change_at in announced
            ],
        )

    def due_for_change(self, now: datetime, *, limit: int) -> Sequence[str]:
        """The ids of checkouts whose label time alone may have changed."""
        told = {"due_at": now, "most": limit}
        rows = self._connection.execute(DUE_FOR_CHANGE, told)
        return [row[0] for row in rows]

    def _one(self, query: Select[Any], now: datetime, **wanted: str) -> Checkout | None:
        rows = self._connection.execute(query, wanted).all()
        return next(iter(self._complete(rows, now)), None)

    def _several(
        self, query: Select[Any], ids: Iterable[str], now: datetime
    ) -> Sequence[Checkout]:
        wanted = {"wanted": [*ids]}
        return self._complete(self._connection.execute(query, wanted).all(), now)

    def _complete(self, rows: Sequence[Row[Any]], now: datetime) -> Sequence[Checkout]:
        if not rows:
            return []
        invoices = self._invoices.of_checkouts([row.id for row in rows])
        return [
            checkout_from_row(
                row._mapping, self._charge(row), invoices.get(row.id, []), now
            )
            for row in rows
        ]

    def _charge(self, row: Row[Any]) -> Charge:
        charge = self._charges.get(row.id)
        if charge is None:
            charge = self._charges[row.id] = charge_from_json(row.charge)
        return charge
