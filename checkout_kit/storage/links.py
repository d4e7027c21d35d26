"""Payment links as they are kept, and what their checkouts hold of their stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from checkout_kit.domain.charge_json import (
    charge_from_json,
    charge_to_json,
    currency_from_text,
    currency_to_text,
)
from checkout_kit.domain.invoice import InvoiceStatus
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Offer
from checkout_kit.domain.payment_link import PaymentLink
from checkout_kit.domain.states import CheckoutState
from checkout_kit.storage import tables

_LINK, _CHECKOUT, _INVOICE = tables.payment_link, tables.checkout, tables.invoice


class LinkStore:
    """Reads and writes payment links."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: PaymentLink) -> None:
        """Write a new link down."""
        offer = link.offer
        settled = offer.settlement_currency
        row = dict(
            id=link.id,
            store_id=link.store_id,
            token=link.token,
            charge=charge_to_json(offer.charge),
            minimum=offer.minimum.to_text() if offer.minimum else None,
            maximum=offer.maximum.to_text() if offer.maximum else None,
            settlement_currency=currency_to_text(settled) if settled else None,
            return_url=offer.return_url,
            cancel_url=offer.cancel_url,
            reference=offer.reference,
            campaign=offer.campaign,
            metadata=dict(offer.metadata),
            stock=link.stock,
            created_at=link.created_at,
            expires_at=link.expires_at,
            closed_at=link.closed_at,
        )
        self._connection.execute(insert(_LINK).values(row))

    def save_closed(self, link: PaymentLink) -> None:
        """Write when a link was ended."""
        self._connection.execute(
            update(_LINK).where(_LINK.c.id == link.id).values(closed_at=link.closed_at)
        )

    def get(self, store_id: str, link_id: str) -> PaymentLink | None:
        """Read one link of a store, nothing of it counted."""
        return self._read(select(_LINK).where(_is(store_id, link_id)))

    def lock(self, store_id: str, link_id: str) -> PaymentLink | None:
        """Read one, and keep others from counting and opening until the commit."""
        query = select(_LINK).where(_is(store_id, link_id))
        return self._read(query.with_for_update(key_share=True))

    def find_by_token(self, token: str) -> PaymentLink | None:
        """Read a link by its address, nothing of it counted."""
        return self._read(select(_LINK).where(_LINK.c.token == token))

    def list(self, store_id: str, *, limit: int, offset: int) -> Sequence[PaymentLink]:
        """A page of a store's links, newest first, nothing of them counted."""
        rows = self._connection.execute(
            select(_LINK)
            .where(_LINK.c.store_id == store_id)
            .order_by(_LINK.c.created_at.desc(), _LINK.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [_from_row(row._mapping) for row in rows]

    def count(
        self, link_ids: Sequence[str], now: datetime, *, settled_before: datetime
    ) -> Mapping[str, tuple[int, int]]:
        """What each link has sold, and what its checkouts hold.

        A checkout holds its unit until it is over without a payment. Once a provider
        was asked for an invoice, it does so until ``settled_before`` has passed too:
        what was paid in time may be seen a little later.
        """
        sold = func.sum(case((_CHECKOUT.c.is_paid, 1), else_=0))
        taken = func.sum(
            case((_CHECKOUT.c.is_paid, 0), (_free(now, settled_before), 0), else_=1)
        )
        rows = self._connection.execute(
            select(_CHECKOUT.c.link_id, sold, taken)
            .where(_CHECKOUT.c.link_id.in_(link_ids))
            .group_by(_CHECKOUT.c.link_id)
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}

    def _read(self, query: Select[Any]) -> PaymentLink | None:
        row = self._connection.execute(query).first()
        return _from_row(row._mapping) if row else None


def _free(now: datetime, settled_before: datetime) -> ColumnElement[bool]:
    """Whether a checkout that is not paid holds no unit any more.

    The label is a cache of what was announced, and both labels mean that no money was
    seen. It may be behind the time, which only frees a unit later.
    """
    payable = (_INVOICE.c.checkout_id == _CHECKOUT.c.id) & (
        _INVOICE.c.status != InvoiceStatus.FAILED.value
    )
    never_asked = ~exists().where(payable)
    cancelled_at, expires_at = _CHECKOUT.c.cancelled_at, _CHECKOUT.c.expires_at
    return or_(
        and_(
            _CHECKOUT.c.state == CheckoutState.CANCELLED.value,
            or_(never_asked, cancelled_at <= settled_before),
        ),
        and_(
            _CHECKOUT.c.state == CheckoutState.EXPIRED.value,
            expires_at <= now,
            or_(
                never_asked,
                and_(
                    expires_at <= settled_before,
                    ~exists().where(payable & (_INVOICE.c.expires_at > settled_before)),
                ),
            ),
        ),
    )


def _is(store_id: str, link_id: str) -> ColumnElement[bool]:
    return (_LINK.c.store_id == store_id) & (_LINK.c.id == link_id)


def _from_row(row: Mapping[Any, Any]) -> PaymentLink:
    charge = charge_from_json(row["charge"])
    settled = row["settlement_currency"]
    bounds = [
        Money(row[name], charge.currency) if row[name] is not None else None
        for name in ("minimum", "maximum")
    ]
    offer = Offer(
        charge=charge,
        minimum=bounds[0],
        maximum=bounds[1],
        expires_at=row["expires_at"],
        settlement_currency=currency_from_text(settled) if settled else None,
        return_url=row["return_url"],
        cancel_url=row["cancel_url"],
        reference=row["reference"],
        campaign=row["campaign"],
        metadata=row["metadata"],
    )
    return PaymentLink(
        id=row["id"],
        token=row["token"],
        store_id=row["store_id"],
        offer=offer,
        stock=row["stock"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
    )
