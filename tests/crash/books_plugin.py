"""A plugin for the provider whose books are a file: an invoice takes it two steps."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema

from checkout_kit import (
    Checkout,
    Currency,
    DepositInstructions,
    DetectionReport,
    Event,
    Invoice,
    InvoiceSnapshot,
    Money,
    Operation,
    PaymentMethod,
    ProviderBusy,
    ProviderContext,
    ProviderInvoice,
    Quote,
    Settlement,
    Wallet,
    WebhookNotice,
    WebhookRequest,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    hookimpl,
)
from tests.crash.provider_books import ProviderBooks
from tests.fakes.scripted import ADDRESS, BTC

NAME = "books"
METHOD = f"{NAME}:BTC"


def books_plugin(books: ProviderBooks) -> type:
    """Make a plugin class that works on a provider's books."""

    class BooksPlugin:
        settings_schema = Schema

        def __init__(self, settings: object, context: ProviderContext) -> None:
            self._name = context.name

        @hookimpl
        def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
            books.list_methods()
            return [PaymentMethod(self._name, BTC, "Bitcoin", "Bitcoin", is_test=True)]

        @hookimpl
        def quote_price(
            self, payment_methods: Sequence[PaymentMethod], amount_due: Money
        ) -> Sequence[Quote]:
            books.quote()
            amount = Money.round_up(amount_due.fraction / 50000, BTC)
            return [Quote(method, amount_due, amount) for method in payment_methods]

        @hookimpl
        def create_invoice(self, quote: Quote, operation: Operation) -> ProviderInvoice:
            account = operation.recall("account")
            if account is None:
                account = {"number": books.open_account()}
                operation.record("account", account)
            books.make_invoice(operation.key, account["number"], quote.amount)
            return ProviderInvoice(
                reference=str(account["number"]),
                amount=quote.amount,
                instructions=DepositInstructions(ADDRESS, quote.amount, "Bitcoin"),
            )

        @hookimpl
        def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
            found = books.list_deposits([int(i.reference or 0) for i in invoices])
            return DetectionReport(
                {i.id: InvoiceSnapshot(found[int(i.reference or 0)]) for i in invoices}
            )

        @hookimpl
        def parse_webhook(self, request: WebhookRequest) -> WebhookNotice:
            return WebhookNotice(tuple(request.body.decode().split(",")))

        @hookimpl
        def settle_invoice(
            self, operation: Operation, amount: Money
        ) -> Settlement | None:
            # As one does whose account's balance is the only witness.
            holder = operation.reserve("books:account")
            if holder is not None:
                raise ProviderBusy("books", f"waits for {holder}")
            credited = books.credit(operation.key, amount)
            operation.release("books:account")
            return credited

        @hookimpl
        def close_invoice(self, invoice: Invoice) -> bool:
            books.close_account(int(invoice.reference or 0))
            return True

        @hookimpl
        def list_wallets(self) -> Sequence[Wallet]:
            return [Wallet("main", books.list_balances())]

        @hookimpl
        def prepare_withdrawal(self, withdrawal: WithdrawalRequest) -> Withdrawal:
            books.promise()
            return _withdrawal("promised", WithdrawalStatus.PENDING, withdrawal)

        @hookimpl
        def withdraw_funds(
            self, withdrawal: WithdrawalRequest, operation: Operation
        ) -> Withdrawal:
            address = str(withdrawal.target.address)
            is_there = books.send(operation.key, withdrawal.amount, address)
            if is_there:
                return _withdrawal("sent", WithdrawalStatus.COMPLETED, withdrawal)
            return _withdrawal("sent", WithdrawalStatus.PROCESSING, withdrawal)

        @hookimpl
        def simulate_payment(self, invoice: Invoice, scenario: str) -> bool:
            books.pay(int(invoice.reference or 0), invoice.amount)
            return True

        @hookimpl
        def checkout_paid(self, event: Event, checkout: Checkout) -> None:
            books.hear(event.id)

    return BooksPlugin


def _withdrawal(
    reference: str, status: WithdrawalStatus, request: WithdrawalRequest
) -> Withdrawal:
    return Withdrawal(reference, status, request.amount, received=request.amount)
