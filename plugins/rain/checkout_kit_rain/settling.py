"""Settling: selling what an invoice brought, and withdrawing it if that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from checkout_kit import (
    Clock,
    Invoice,
    Money,
    Operation,
    PaymentStatus,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    Settlement,
)
from checkout_kit_rain.answers import Transaction, TransactionStatus
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.config import RainSettings
from checkout_kit_rain.confirming import Confirmer, raw_text, status_of
from checkout_kit_rain.fees import BTC, USD, SaleTerms, sale_terms, selling_rate


def share_to_sell(
    invoice: Invoice, amount: Money, earlier: Sequence[Settlement]
) -> Money | None:
    """How much bitcoin this settlement is for; None if that is not there (yet).

    Counted from the beginning, so that no rounding adds up: what all settlements so far
    stand for, less what was sold. What would leave less than a cent behind takes it
    along.
    """
    zero = Money.zero(BTC)
    confirmed = Money.total(
        (p.amount for p in invoice.payments if p.status is PaymentStatus.CONFIRMED), BTC
    )
    settled = Money.total(
        (Money(str(s.details["settles"]), amount.currency) for s in earlier),
        amount.currency,
    )
    sold = Money.total((Money(str(s.details["sold"]), BTC) for s in earlier), BTC)
    rate = invoice.covers.fraction / invoice.amount.fraction
    wanted = Money.round_up((settled + amount).fraction / rate, BTC)
    if wanted > confirmed:
        return None
    left_over: Fraction = (confirmed - wanted).fraction * rate
    if left_over < Money.smallest(amount.currency).fraction:
        wanted = confirmed
    return max(wanted - sold, zero)


class WorthNothing(ProviderRefused):
    """Raised when a sale would bring no more than its fee; nothing was sold."""


class Settler:
    """Turns bitcoin into dollars on the merchant's fiat account. **Moves money.**"""

    def __init__(
        self, client: RainClient, settings: RainSettings, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._sales = Confirmer(client.provider, "sale", client.sells)
        self._withdrawals = Confirmer(client.provider, "withdrawal", client.withdrawals)

    def settle(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Settlement | None:
        """Sell, and withdraw; None while the exchange is at it.

        A refusal does not end it: money may have moved, or credentials have changed.

        :raises WorthNothing: if the sale can't bring anything; nothing was tried.
        :raises ProviderError: if it has to be tried again, or looked at.
        """
        try:
            return self._settle(invoice, operation, amount, earlier)
        except WorthNothing:
            raise
        except ProviderRefused as err:
            raise ProviderError(err.provider, err.problem) from err

    def _settle(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Settlement | None:
        share = self._share(invoice, operation, amount, earlier)
        if share is None:
            return None
        details = {"sold": share.to_text(), "settles": amount.to_text()}
        if not share:
            # An earlier sale took this along.
            return Settlement(
                f"{invoice.reference}:{len(earlier) + 1}",
                Money.zero(USD),
                details=details,
            )
        account_id = str(invoice.provider_data["account_id"])
        fiat_account_id = self._fiat_account_id(operation)
        sale = self._sales.carry_out(
            operation, lambda: self._create_sale(account_id, fiat_account_id, share)
        )
        terms = self._read_sale(sale, account_id, share)
        if self._status(sale) is not TransactionStatus.COMPLETED:
            return None
        if self._settings.withdraw:
            withdrawal = self._withdrawals.carry_out(
                operation,
                lambda: self._create_withdrawal(fiat_account_id, terms.total, sale.id),
            )
            self._check_withdrawal(withdrawal, fiat_account_id, terms.total)
            details["withdrawal"] = withdrawal.id
        return Settlement(
            sale.id,
            terms.total,
            fee=terms.fee,
            settled_at=self._clock.now(),
            details={**details, "subtotal": terms.subtotal.to_text()},
        )

    def find_fiat_account(self) -> str:
        """The dollar account that sales are paid into.

        :raises ProviderError: if it has to be configured.
        """
        if self._settings.fiat_account_id:
            return self._settings.fiat_account_id
        found = [
            account.id
            for account in self._client.accounts.list().accounts
            # The field ``currency`` is wrong in the document's own dollar account.
            if account.balance.currency == USD and account.deleted is None
        ]
        if len(found) != 1:
            raise ProviderError(
                self._client.provider,
                f"the user has {len(found)} dollar accounts: set fiat_account_id",
            )
        return found[0]

    def _share(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Money | None:
        """The share of this settlement, frozen at its first attempt."""
        known = operation.recall("share")
        if known is not None:
            return Money(str(known["sold"]), BTC)
        share = share_to_sell(invoice, amount, earlier)
        if share is not None:
            operation.record("share", {"sold": share.to_text()})
        return share

    def _fiat_account_id(self, operation: Operation) -> str:
        known = operation.recall("fiat_account")
        if known is None:
            known = {"id": self.find_fiat_account()}
            operation.record("fiat_account", known)
        return str(known["id"])

    def _create_sale(
        self, account_id: str, fiat_account_id: str, share: Money
    ) -> Transaction:
        """Make a sale that is not confirmed, and check what it will bring."""
        price = self._client.prices.get_latest()
        terms = sale_terms(share, selling_rate(price, self._settings), self._settings)
        if terms.total.amount <= 0:
            raise WorthNothing(
                self._client.provider, "a sale would bring no more than its fee"
            )
        more = {}
        if self._settings.sale_fields == "tutorial":
            more = {
                "digital_currency": BTC.code,
                "currency": USD.code,
                "price_id": price.id,
            }
        sale = self._client.sells.create(
            withdraw_account_id=account_id,
            deposit_account_id=fiat_account_id,
            amount=terms.amount,
            subtotal=terms.subtotal,
            fee=terms.fee,
            total=terms.total,
            more=more,
        )
        offered = self._read_sale(sale, account_id, share)
        if sale.deposit_account_id not in (None, fiat_account_id):
            raise self._odd("a sale is paid into another account", sale)
        if offered.total < terms.total:
            raise self._odd("a sale would bring less than was asked for", sale)
        return sale

    def _read_sale(self, sale: Transaction, account_id: str, share: Money) -> SaleTerms:
        """Read a sale's amounts; the texts' "plus the fee" is the examples' minus."""
        amount, subtotal, fee, total = (
            sale.amount,
            sale.subtotal,
            sale.fee,
            sale.total,
        )
        if amount is None or subtotal is None or fee is None or total is None:
            raise self._odd("a sale lacks an amount", sale)
        if amount != share or sale.withdraw_account_id != account_id:
            raise self._odd("a sale is of another amount or account", sale)
        if {subtotal.currency, fee.currency, total.currency} != {USD}:
            raise self._odd("a sale is not in dollars", sale)
        if total != subtotal - fee:
            raise self._odd("a sale's total is not subtotal less fee", sale)
        return SaleTerms(amount, subtotal, fee, total)

    def _create_withdrawal(
        self, fiat_account_id: str, total: Money, sale_id: str
    ) -> Transaction:
        made = self._client.withdrawals.create(
            fiat_account_id, total, f"sale {sale_id}"
        )
        self._check_withdrawal(made, fiat_account_id, total)
        return made

    def _check_withdrawal(
        self, withdrawal: Transaction, fiat_account_id: str, total: Money
    ) -> None:
        if (
            withdrawal.fiat_amount != total
            or withdrawal.withdraw_account_id != fiat_account_id
        ):
            raise self._odd("a withdrawal is of another amount or account", withdrawal)

    def _status(self, transaction: Transaction) -> TransactionStatus:
        return status_of(self._client.provider, transaction)

    def _odd(self, problem: str, transaction: Transaction) -> ProviderProtocolError:
        return ProviderProtocolError(
            self._client.provider, problem, evidence=raw_text(transaction)
        )
