"""Quotes as they are kept: the newest of each method of a checkout, while it lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import Quote
from checkout_kit.storage import tables
from checkout_kit.storage.forms import (
    method_from_json,
    method_to_json,
    money_columns,
    money_from_columns,
    optional_money,
)

_QUOTE = tables.quote


class QuoteStore:
    """Reads and writes quotes; an old one is replaced, a used one removed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(
        self, store_id: str, checkout_id: str, provider: str, quotes: Sequence[Quote]
    ) -> None:
        """Keep these instead of all former quotes of the provider."""
        self.remove(checkout_id, provider)
        if quotes:
            self._connection.execute(
                _QUOTE.insert(),
                [_to_row(store_id, checkout_id, quote) for quote in quotes],
            )

    def remove(self, checkout_id: str, provider: str) -> None:
        """Forget a provider's quotes: one was used up by its invoice."""
        self._connection.execute(
            delete(_QUOTE).where(
                (_QUOTE.c.checkout_id == checkout_id) & (_QUOTE.c.provider == provider)
            )
        )

    def live(
        self, checkout_id: str, amount_due: Money, now: datetime
    ) -> Sequence[Quote]:
        """The quotes that still hold for this amount."""
        rows = self._connection.execute(
            select(_QUOTE)
            .where((_QUOTE.c.checkout_id == checkout_id) & (_QUOTE.c.expires_at > now))
            .order_by(_QUOTE.c.provider, _QUOTE.c.method_id)
        ).all()
        quotes = [_from_row(row._mapping) for row in rows]
        return [quote for quote in quotes if quote.covers == amount_due]


def _to_row(store_id: str, checkout_id: str, quote: Quote) -> dict[str, Any]:
    return {
        "store_id": store_id,
        "checkout_id": checkout_id,
        "method_id": quote.method.id,
        "provider": quote.method.provider,
        "method": method_to_json(quote.method),
        **money_columns(quote.covers, "covers", "covers_currency"),
        **money_columns(quote.amount, "amount", "currency"),
        **money_columns(quote.fee, "fee", "fee_currency"),
        **money_columns(quote.charged, "charged", "charged_currency"),
        "is_firm": quote.is_firm,
        "expires_at": quote.expires_at,
        "reference": dict(quote.reference),
    }


def _from_row(row: Mapping[Any, Any]) -> Quote:
    return Quote(
        method=method_from_json(row["method"]),
        covers=money_from_columns(row["covers"], row["covers_currency"]),
        amount=money_from_columns(row["amount"], row["currency"]),
        expires_at=row["expires_at"],
        is_firm=row["is_firm"],
        fee=optional_money(row["fee"], row["fee_currency"]),
        charged=optional_money(row["charged"], row["charged_currency"]),
        reference=row["reference"],
    )
