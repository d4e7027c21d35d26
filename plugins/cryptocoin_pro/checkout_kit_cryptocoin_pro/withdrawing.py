"""Withdrawing: coins of the merchant's account, sent to an address."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from checkout_kit import (
    Clock,
    Money,
    NotSupported,
    Operation,
    ProviderProtocolError,
    ProviderRefused,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
)
from checkout_kit_cryptocoin_pro.answers import Order, OrderStatus, Quote
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.config import SYMBOLS
from checkout_kit_cryptocoin_pro.confirming import QuoteConfirmer
from checkout_kit_cryptocoin_pro.invoicing import same_address
from checkout_kit_cryptocoin_pro.observing import raw_text, status_of
from checkout_kit_cryptocoin_pro.symbols import is_same, to_currency, to_symbol

_WITHDRAW = "withdraw"
_STATUSES = {
    OrderStatus.PAYMENT_WAITING: WithdrawalStatus.PENDING,
    OrderStatus.PROCESSING_PAYMENT: WithdrawalStatus.PROCESSING,
    OrderStatus.APPROVED: WithdrawalStatus.COMPLETED,
    OrderStatus.REJECTED: WithdrawalStatus.FAILED,
}


class Treasury:
    """What the merchant's account holds, and the way out of it. **Moves money.**"""

    def __init__(self, client: CryptocoinProClient, clock: Clock) -> None:
        self._client = client
        self._confirmer = QuoteConfirmer(client, clock, None)

    def list_wallets(self) -> Sequence[Wallet]:
        """The balances of the assets that the kit knows.

        They are told finer than the asset itself is: what is less than its smallest
        unit is left out.
        """
        wallets = []
        for balance in self._client.users.list_balances():
            currency = to_currency(balance.symbol)
            if currency is None or currency.is_fiat:
                continue
            available = Money.round_down(Fraction(balance.available), currency)
            details = {"pending": f"{balance.pending:f}"}
            wallets.append(Wallet(balance.symbol, available, balance.name, details))
        return wallets

    def withdraw(self, request: WithdrawalRequest, operation: Operation) -> Withdrawal:
        """Send coins, or say how far that is.

        :raises NotSupported: for anything but a coin to an address of its own network.
        :raises ProviderRefused: if less than the least would arrive; nothing was sent.
        """
        asset, target = request.amount.currency, request.target
        if asset.code not in SYMBOLS or target.currency != asset:
            raise NotSupported(
                "CryptoCoin.pro sends coins to addresses of their own network; fiat "
                "leaves it by sales alone, to the bank account of the setting bank_id"
            )
        if request.wallet != to_symbol(asset):
            raise NotSupported(f"the wallet of {asset.code} is {to_symbol(asset)}")
        order = self._confirmer.carry_out(operation, lambda: self._offer(request))
        self._check(order, request)
        status = status_of(self._client.provider, order)
        received = self._received(order.target_amount, request)
        return Withdrawal(
            order.id,
            _STATUSES[status],
            request.amount,
            received=received,
            fee=request.amount - received if received is not None else None,
            requested_at=order.created,
            transaction_id=order.tx_id or None,
            provider_state=status.value,
        )

    def _offer(self, request: WithdrawalRequest) -> Quote:
        """Make a quote that is not confirmed, and check where and how much it sends."""
        asset = request.amount.currency
        address = str(request.target.address)
        quote = self._client.quotes.create(
            _WITHDRAW,
            amount=request.amount.amount,
            symbol=to_symbol(asset),
            wallet=address,
        )
        if (
            quote.operation != _WITHDRAW
            or not is_same(quote.source, asset)
            or Fraction(quote.amount) != request.amount.fraction
            or (quote.wallet is not None and not same_address(quote.wallet, address))
        ):
            raise self._odd("a quote is for another withdrawal", quote.raw)
        received = self._received(quote.total, request)
        least = request.least_received
        if received is None or (least is not None and received < least):
            raise ProviderRefused(
                self._client.provider, "less than the least would arrive"
            )
        return quote

    def _check(self, order: Order, request: WithdrawalRequest) -> None:
        address = str(request.target.address)
        if (
            order.operation != _WITHDRAW
            or not is_same(order.source, request.amount.currency)
            or order.source_amount is None
            or Fraction(order.source_amount) != request.amount.fraction
            or (order.wallet is not None and not same_address(order.wallet, address))
        ):
            raise self._odd("an order is for another withdrawal", order.raw)

    def _received(self, number: object, request: WithdrawalRequest) -> Money | None:
        """What arrives, never more than what is sent."""
        if number is None:
            return None
        asset = request.amount.currency
        received = Money.round_down(Fraction(str(number)), asset)
        return received if received <= request.amount else None

    def _odd(self, problem: str, raw: object) -> ProviderProtocolError:
        return ProviderProtocolError(
            self._client.provider, problem, evidence=raw_text(raw)
        )
