"""Trading: what becomes of transactions, and of the balances that they move."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_UP, Decimal

from .addresses import make_transaction_hash
from .books import Books, new_id
from .errors import bad_request
from .records import Account, Transaction, User

STARTING, PROCESSING, CONFIRMED = "starting", "processing", "confirmed"
COMPLETED = "completed"
_SALE_TIME = timedelta(seconds=5)
_SEND_TIME = timedelta(seconds=30)
_CENT = Decimal("0.01")


class Desk:
    """Carries transactions out. Only a confirmation moves money."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def add(self, user: User, kind: str, **parts: object) -> Transaction:
        """Create a transaction, which moves nothing yet."""
        made = Transaction(
            new_id(),
            user.id,
            kind,
            STARTING,
            self._books.clock.now(),
            **parts,  # type: ignore[arg-type]
        )
        if kind == "sell" and self._books.settings.odd_status:
            made.status = "on_hold"
        self._books.transactions[made.id] = made
        return made

    def trade(
        self,
        user: User,
        kind: str,
        accounts: tuple[Account, Account],
        amounts: dict[str, Decimal],
    ) -> Transaction:
        """Create a buy or sell order, as far as its sums are right.

        :raises SimulatorError: when the sums are wrong, or the price is too good.
        """
        source, target = accounts
        crypto, fiat = (source, target) if kind == "sell" else (target, source)
        if crypto.currency != "btc" or fiat.currency != "usd":
            raise bad_request("The accounts must be one of btc and one of usd")
        amount, subtotal = amounts["amount"], amounts["subtotal"]
        fee, total = amounts["fee"], amounts["total"]
        sign = -1 if kind == "sell" else 1
        if amount <= 0 or total != subtotal + sign * fee:
            raise bad_request("The total does not add up")
        price = self._books.prices[-1]
        rate = max(price.buy, price.sell) if kind == "sell" else price.sell
        if kind == "sell" and subtotal > amount * rate:
            raise bad_request("The subtotal is more than the price allows")
        if kind == "buy" and subtotal < (amount * rate).quantize(_CENT, ROUND_UP):
            raise bad_request("The subtotal is less than the price")
        least = (subtotal / 100).quantize(_CENT, ROUND_UP)
        if fee < least:
            raise bad_request("The fee is too low")
        if self._books.settings.sale_total == "fair":
            # As in the examples: asked for with 1.00, answered with 0.04.
            fee, total = least, subtotal + sign * least
        return self.add(
            user,
            kind,
            memo="Selling some bitcoin" if kind == "sell" else "Buying some bitcoin",
            amount=amount,
            subtotal=subtotal,
            fee=fee,
            total=total,
            withdraw_account_id=source.id,
            deposit_account_id=target.id,
            price_id=price.id,
        )

    def confirm(self, transaction: Transaction) -> None:
        """Carry a transaction out, or begin to.

        :raises SimulatorError: when it was confirmed before or the money is missing.
        """
        if self._books.settings.refuses_confirm:
            raise bad_request("The transaction can't be confirmed now")
        if transaction.status != STARTING:
            raise bad_request("The transaction was confirmed before")
        kind = transaction.type
        if kind in ("buy", "sell"):
            source = self._books.account(str(transaction.withdraw_account_id))
            needed = transaction.amount if kind == "sell" else transaction.total
            if self._books.settings.sale_moves == "confirm":
                self._take(source, needed)
            elif source.balance < needed:
                raise bad_request("The balance is too low")
            transaction.due = self._books.clock.now() + _SALE_TIME
        elif kind == "send":
            account = self._books.account(str(transaction.sender_account_id))
            self._take(account, transaction.amount)
            transaction.transaction_hash = make_transaction_hash(transaction.id)
            transaction.due = self._books.clock.now() + _SEND_TIME
        elif kind == "withdrawal":
            account = self._books.account(str(transaction.withdraw_account_id))
            self._take(account, transaction.fiat_amount)
        elif kind == "transfer":
            account = self._books.account(str(transaction.sender_account_id))
            is_fiat = account.currency == "usd"
            amount = transaction.fiat_amount if is_fiat else transaction.amount
            target = self._books.account(str(transaction.recipient_account_id))
            self._take(account, amount)
            self._put(target, amount)
        waits = kind in ("withdrawal", "transfer")
        transaction.status = CONFIRMED if waits else PROCESSING

    def complete(self, transaction: Transaction) -> None:
        """Finish a deposit or withdrawal, as an administrator.

        :raises SimulatorError: when it is not confirmed yet.
        """
        kind = transaction.type
        if transaction.status != (PROCESSING if kind == "deposit" else CONFIRMED):
            raise bad_request("The transaction must be confirmed before")
        if kind == "deposit":
            target = self._books.account(str(transaction.deposit_account_id))
            self._put(target, transaction.fiat_amount)
        transaction.status = COMPLETED

    def work(self, *, force: bool = False) -> None:
        """Complete the trades and sends whose time has come."""
        if not (force or self._books.settings.completes_sales):
            return
        now = self._books.clock.now()
        for t in self._books.transactions.values():
            if t.due is None or t.status != PROCESSING or not (force or t.due <= now):
                continue
            if t.type == "send":
                t.status = COMPLETED
                continue
            if self._books.settings.sale_moves == "complete":
                source = self._books.accounts[str(t.withdraw_account_id)]
                needed = t.amount if t.type == "sell" else t.total
                if source.balance < needed:
                    continue
                self._take(source, needed)
            target = self._books.accounts[str(t.deposit_account_id)]
            self._put(target, t.total if t.type == "sell" else t.amount)
            t.status = COMPLETED

    def receive(
        self, address: str, amount: Decimal, *, is_confirmed: bool
    ) -> Transaction:
        """Let bitcoin arrive at an address."""
        account = self._books.account_by_address(address)
        user = self._books.users[account.user_id]
        deposit = self.add(
            user,
            "receive",
            amount=amount,
            recipient_account_id=account.id,
            address=address,
        )
        deposit.transaction_hash = make_transaction_hash(deposit.id)
        deposit.status = PROCESSING
        account.unconfirmed += amount
        self._books.touch(account)
        if is_confirmed:
            self.confirm_receipt(deposit)
        return deposit

    def confirm_receipt(self, deposit: Transaction) -> None:
        """Let a deposit be final."""
        if deposit.status != PROCESSING:
            raise bad_request("The deposit is not one that waits")
        account = self._books.accounts[str(deposit.recipient_account_id)]
        account.unconfirmed -= deposit.amount
        self._put(account, deposit.amount)
        deposit.status = COMPLETED

    def reverse_receipt(self, deposit: Transaction) -> None:
        """Take a deposit back: it is on no list any more.

        What was sold before is missing then: the balance is negative (made up).
        """
        account = self._books.accounts[str(deposit.recipient_account_id)]
        if deposit.status == COMPLETED:
            account.balance -= deposit.amount
        else:
            account.unconfirmed -= deposit.amount
        self._books.touch(account)
        del self._books.transactions[deposit.id]

    def _take(self, account: Account, amount: Decimal) -> None:
        if amount <= 0 or account.balance < amount:
            raise bad_request("The balance is too low")
        account.balance -= amount
        self._books.touch(account)

    def _put(self, account: Account, amount: Decimal) -> None:
        account.balance += amount
        self._books.touch(account)
