"""The treasury: what the user's accounts hold, and the way out of them."""

from __future__ import annotations

from collections.abc import Sequence

from checkout_kit import (
    InputError,
    Money,
    NotSupported,
    Operation,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
)
from checkout_kit_rain.answers import Account, Transaction, TransactionStatus
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.confirming import (
    Confirmable,
    Confirmer,
    NeverConfirmed,
    raw_text,
    status_of,
)
from checkout_kit_rain.fees import BTC, USD
from checkout_kit_rain.invoicing import is_of_invoice

#: The one detail of a bank account: the API takes none, Rain has it on file.
ON_FILE = {"account": "on file"}
_STATUSES = {
    TransactionStatus.STARTING: WithdrawalStatus.PENDING,
    TransactionStatus.PROCESSING: WithdrawalStatus.PROCESSING,
    TransactionStatus.CONFIRMED: WithdrawalStatus.PROCESSING,
    TransactionStatus.COMPLETED: WithdrawalStatus.COMPLETED,
}


class Treasury:
    """Shows accounts as wallets, and withdraws from them. **Moves money.**

    Bitcoin goes out by sends, dollars by withdrawals. Either is created, its id is
    recorded, and that one is confirmed; only this moves money.
    """

    def __init__(self, client: RainClient) -> None:
        self._client = client

    def list_wallets(self) -> Sequence[Wallet]:
        """Every account, but those of invoices that hold nothing.

        :raises ProviderProtocolError: if one of them can't be read.
        """
        listed = self._client.accounts.list()
        if listed.broken:
            problem = f"an account can't be read: {listed.broken[0].problem}"
            raise ProviderProtocolError(self._client.provider, problem)
        return [
            _to_wallet(account)
            for account in listed.accounts
            if account.deleted is None
            and (account.balance or account.unconfirmed or not is_of_invoice(account))
        ]

    def withdraw(self, request: WithdrawalRequest, operation: Operation) -> Withdrawal:
        """Send bitcoin or dollars, or say how far that is.

        :raises InputError: if the wallet, target or an option can't be right.
        :raises NotSupported: if the API has no way to do it.
        :raises ProviderRefused: if it was refused, and nothing was sent for certain.
        :raises ProviderError: if it may succeed, or has succeeded; asking again is
            safe.
        """
        _check(request)
        noun, resource = self._way(request)
        confirmer = Confirmer(self._client.provider, noun, resource, max_orders=1)
        try:
            made = confirmer.carry_out(operation, lambda: self._create(request, noun))
        except NeverConfirmed:
            raise
        except ProviderRefused as err:
            if operation.recall(f"{noun}:0") is None:
                # It was not even created.
                raise
            raise ProviderError(err.provider, err.problem) from err
        return self._to_withdrawal(request, made)

    def _way(self, request: WithdrawalRequest) -> tuple[str, Confirmable]:
        if request.amount.currency == BTC:
            return "send", _AccountSends(self._client, request.wallet)
        return "withdrawal", self._client.withdrawals

    def _create(self, request: WithdrawalRequest, noun: str) -> Transaction:
        """Make one that is not confirmed, and check what it would move."""
        account = self._client.accounts.get(request.wallet)
        if account.balance.currency != request.amount.currency:
            raise InputError("withdrawal.amount", "is not in the wallet's currency")
        if is_of_invoice(account):
            raise NotSupported(
                "what an invoice's account holds leaves it by its sale alone"
            )
        memo = f"checkout-kit {noun}"
        if noun == "send":
            made = self._client.sends.create(
                request.wallet, request.amount, str(request.target.address), memo
            )
        else:
            made = self._client.withdrawals.create(request.wallet, request.amount, memo)
        difference = _difference(request, made)
        if status_of(self._client.provider, made).has_begun:
            difference = "has begun before it was confirmed"
        if difference is not None:
            raise self._odd(f"a new {noun} {difference}", made)
        return made

    def _to_withdrawal(
        self, request: WithdrawalRequest, made: Transaction
    ) -> Withdrawal:
        status = status_of(self._client.provider, made)
        difference = _difference(request, made)
        return Withdrawal(
            reference=made.id,
            status=_STATUSES[status],
            amount=request.amount,
            requested_at=made.created,
            transaction_id=made.transaction_hash or None,
            provider_state=status.value,
            # It went out after it was checked: what it shows now is for a person.
            problem=f"Rain shows that it {difference}" if difference else None,
        )

    def _odd(self, problem: str, made: Transaction) -> ProviderProtocolError:
        return ProviderProtocolError(
            self._client.provider, problem, evidence=raw_text(made)
        )


class _AccountSends:
    """The sends of an account, which are read among its transactions."""

    def __init__(self, client: RainClient, account_id: str) -> None:
        self._client = client
        self._account_id = account_id

    def get(self, transaction_id: str, /) -> Transaction:
        """Look at a send (GET /accounts/{id}/transactions/{id})."""
        found = self._client.transactions.get(self._account_id, transaction_id)
        if found.type != "send":
            raise ProviderProtocolError(
                self._client.provider,
                "a send is listed as another type",
                evidence=raw_text(found),
            )
        return found

    def confirm(self, transaction_id: str, /) -> Transaction:
        """Let it go (POST /sends/{id}/confirm). **Moves money.**"""
        return self._client.sends.confirm(transaction_id)


def _check(request: WithdrawalRequest) -> None:
    """Refuse what the API has no way to do."""
    asset, target = request.amount.currency, request.target
    if request.options:
        name = sorted(request.options)[0]
        raise InputError(f"options.{name}", "is not an option; there are none")
    if request.least_received is not None:
        raise NotSupported("the API names no fee: what arrives can't be promised")
    if asset not in (BTC, USD) or target.currency != asset:
        raise NotSupported("Rain sends bitcoin to addresses and dollars to a bank")
    if asset == USD and dict(target.bank_account) != ON_FILE:
        # Any other detail would be left out unseen.
        raise InputError(
            "target.bankAccount",
            "must be {'account': 'on file'}: the API takes no details, Rain pays to "
            "the bank account that it knows",
        )


def _difference(request: WithdrawalRequest, made: Transaction) -> str | None:
    """What of a transaction is not as it was asked for."""
    amount, account_id = made.amount, made.sender_account_id
    if request.amount.currency == USD:
        amount, account_id = made.fiat_amount, made.withdraw_account_id
    if amount != request.amount:
        return "is of another amount"
    if account_id is None or account_id.lower() != request.wallet.lower():
        return "leaves another account"
    if request.amount.currency == BTC and not _is_same_address(
        made.address, str(request.target.address)
    ):
        return "goes to another address"
    return None


def _is_same_address(shown: str | None, asked: str) -> bool:
    if shown is None:
        return False
    if asked.lower().startswith("bc1"):
        # The case of a bech32 address means nothing.
        return shown.lower() == asked.lower()
    return shown == asked


def _to_wallet(account: Account) -> Wallet:
    balance, details = account.balance, {"unconfirmed": account.unconfirmed.to_text()}
    if balance.amount < 0:
        # Sold, and then taken back: there is nothing to withdraw.
        details["overdrawn"] = f"{-balance.amount:f}"
        balance = Money.zero(balance.currency)
    if is_of_invoice(account):
        details["invoice"] = account.name
    return Wallet(account.id, balance, account.name, details)
