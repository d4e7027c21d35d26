"""Detection: looking at a batch of invoices in as few calls as the API allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from checkout_kit import (
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    ProviderError,
    ProviderProtocolError,
    UnmatchedDeposit,
)
from checkout_kit_rain.answers import Transaction
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.config import RainSettings
from checkout_kit_rain.observing import (
    known_confirmed,
    observe_account,
    observe_double,
    observe_receipts,
    observe_stray,
)
from checkout_kit_rain.sales import SalesBook, read_sales

_NO_SALES = SalesBook({})


@dataclass(slots=True)
class _Look:
    """The results of one batch so far."""

    snapshots: dict[str, InvoiceSnapshot] = field(default_factory=dict)
    unmatched: dict[str, UnmatchedDeposit] = field(default_factory=dict)
    errors: list[ProviderError] = field(default_factory=list)

    def add(self, invoice: Invoice, observe: Callable[[], InvoiceSnapshot]) -> None:
        """Take an invoice's snapshot in; one that fails is tried alone, later."""
        try:
            self.snapshots[invoice.id] = observe()
        except ProviderError as err:
            self.errors.append(err)


class PaymentDetector:
    """Finds payments by running balances, or by receipts of an address."""

    def __init__(self, client: RainClient, settings: RainSettings) -> None:
        self._client = client
        self._settings = settings

    def detect(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch; an invoice that could not be looked at is left out.

        :raises ProviderError: if none of them could.
        """
        look = _Look()
        by_account = [i for i in invoices if i.provider_data.get("by") != "address"]
        by_address = [i for i in invoices if i.provider_data.get("by") == "address"]
        for found, look_at in (
            (by_account, self._look_at_accounts),
            (by_address, self._look_at_addresses),
        ):
            if found:
                try:
                    look_at(found, look)
                except ProviderError as err:
                    look.errors.append(err)
        if look.errors and not look.snapshots:
            raise look.errors[0]
        return DetectionReport(look.snapshots, tuple(look.unmatched.values()))

    def _look_at_accounts(self, invoices: Sequence[Invoice], look: _Look) -> None:
        """Read balances: one call, and the sales where something can have been sold.

        The sales are read before and after the balances, so that one that was carried
        out in between is not mistaken for money that went or came.
        """
        can_be_sold = any(known_confirmed(invoice) for invoice in invoices)
        before = self._sales() if can_be_sold else _NO_SALES
        listed = self._client.accounts.list()
        after = self._sales() if can_be_sold else _NO_SALES
        accounts = {account.id: account for account in listed.accounts}
        for invoice in invoices:
            account_id = str(invoice.reference)

            def observe(
                invoice: Invoice = invoice, account_id: str = account_id
            ) -> InvoiceSnapshot:
                account = accounts.get(account_id)
                if account is None or account.deleted is not None:
                    raise self._odd("an invoice's account is not listed or unreadable")
                if before.of(account_id) != after.of(account_id):
                    raise self._odd("a sale went on while the balances were read")
                return observe_account(
                    invoice,
                    account,
                    after,
                    unconfirmed_is_total=self._settings.unconfirmed_is_total,
                )

            look.add(invoice, observe)
        named = {invoice.operation_key: invoice for invoice in invoices}
        for account in listed.accounts:
            owner = named.get(account.name)
            if owner is not None and account.id != owner.reference:
                double = observe_double(owner, account)
                if double is not None:
                    look.unmatched[account.id] = double

    def _look_at_addresses(self, invoices: Sequence[Invoice], look: _Look) -> None:
        """Read the receipts of each account that invoices share: one call for each."""
        account_ids = {str(i.provider_data["account_id"]) for i in invoices}
        for account_id in sorted(account_ids):
            listed = self._client.transactions.list(account_id)
            # A receipt that can't be read may be anybody's.
            if listed.broken:
                raise self._odd(f"a transaction: {listed.broken[0].problem}")
            receipts: dict[str, list[Transaction]] = {}
            for found in listed.transactions:
                if found.type == "receive":
                    receipts.setdefault(found.address or "", []).append(found)
            for stray in receipts.pop("", []):
                look.unmatched[stray.id] = observe_stray(stray)
            for invoice in invoices:
                if invoice.provider_data["account_id"] == account_id:
                    address = invoice.instructions and invoice.instructions.address
                    own = receipts.get(address or "", [])

                    def observe(
                        invoice: Invoice = invoice, own: list[Transaction] = own
                    ) -> InvoiceSnapshot:
                        return observe_receipts(invoice, own)

                    look.add(invoice, observe)

    def _sales(self) -> SalesBook:
        return read_sales(self._client.sells.list())

    def _odd(self, problem: str) -> ProviderProtocolError:
        return ProviderProtocolError(self._client.provider, problem)
