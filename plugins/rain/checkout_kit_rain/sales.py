"""Sales: how much bitcoin has left each account by being sold; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checkout_kit import Money
from checkout_kit_rain.answers import TransactionList, TransactionStatus
from checkout_kit_rain.fees import BTC


@dataclass(frozen=True, slots=True)
class AccountSales:
    """The sales out of one account.

    Of a sale that is completed the bitcoin has gone, of one that has begun it may have
    gone: when it goes is not documented. ``is_unsure`` means that a sale could not be
    read.
    """

    completed: Money = field(default_factory=lambda: Money.zero(BTC))
    begun: Money = field(default_factory=lambda: Money.zero(BTC))
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class SalesBook:
    """The sales by account; ``has_strays`` means that one's account is unknown."""

    by_account: Mapping[str, AccountSales]
    has_strays: bool = False

    def of(self, account_id: str) -> AccountSales:
        """The sales out of an account."""
        return self.by_account.get(account_id.lower(), AccountSales())


def read_sales(listed: TransactionList) -> SalesBook:
    """Add the sales of GET /sells up."""
    completed: dict[str, Money] = {}
    begun: dict[str, Money] = {}
    unsure: set[str] = set()
    has_strays = False
    for sale in listed.transactions:
        account_id = (sale.withdraw_account_id or "").lower()
        amount = sale.amount
        if not account_id:
            has_strays = True
        elif sale.status is None or amount is None or amount.currency != BTC:
            unsure.add(account_id)
        elif sale.status is TransactionStatus.COMPLETED:
            completed[account_id] = completed.get(account_id, Money.zero(BTC)) + amount
        elif sale.status.has_begun:
            begun[account_id] = begun.get(account_id, Money.zero(BTC)) + amount
    for item in listed.broken:
        if item.account_id:
            unsure.add(item.account_id.lower())
        else:
            has_strays = True
    zero = Money.zero(BTC)
    return SalesBook(
        {
            account_id: AccountSales(
                completed.get(account_id, zero),
                begun.get(account_id, zero),
                account_id in unsure,
            )
            for account_id in {*completed, *begun, *unsure}
        },
        has_strays,
    )
