"""Campaigns: what was paid for each, added up outside of SQL."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import Connection, func, select

from checkout_kit.domain.charge_json import currency_to_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.storage import tables

_CHECKOUT = tables.checkout


class CampaignStore:
    """Reads what campaigns have collected."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def collected(self, store_id: str, campaign: str, currency: Currency) -> Money:
        """The totals of a campaign's paid checkouts in one currency.

        One that was accepted although less was paid counts for what was paid.
        """
        amounts = (
            select(
                _CHECKOUT.c.total,
                _CHECKOUT.c.resolved_accepted,
                _CHECKOUT.c.resolved_confirmed,
                # Presets make equal amounts: they are counted here, and added up below.
                func.count(),
            )
            .where(
                (_CHECKOUT.c.store_id == store_id)
                & (_CHECKOUT.c.campaign == campaign)
                & (_CHECKOUT.c.currency == currency_to_text(currency))
                & _CHECKOUT.c.is_paid.is_(True)
            )
            .group_by(
                _CHECKOUT.c.total,
                _CHECKOUT.c.resolved_accepted,
                _CHECKOUT.c.resolved_confirmed,
            )
        )
        collected = Money.zero(currency)
        for total, is_accepted, credit, count in self._connection.execute(amounts):
            amount = Money(total, currency)
            if is_accepted and credit is not None:
                paid = Money.round_down(Fraction(credit), currency)
                amount = min(amount, paid)
            collected += amount * count
        return collected
