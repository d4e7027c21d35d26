"""The simulated account's books: its invoices, in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal

from checkout_kit.simulation import SimulatorClock

from .addresses import make_address
from .errors import Conflict, NotFound, Unprocessable
from .records import WINDOW, Deposit, Invoice
from .settings import Settings
from .states import derive_status

_LIMIT = 5_000
_SATOSHI = Decimal("0.00000001")
# The document's example: 500 USD are 0.5 BTC, so a bitcoin costs 1000.
_BITCOIN_PRICE = Decimal(1000)
_CURRENCY = "USD"

#: Called under the lock with each invoice whose status changed.
StatusListener = Callable[[Invoice], None]


@dataclass(slots=True)
class Profile:
    """The merchant."""

    id: int = 2
    email: str = "merchant@example.com"
    first_name: str = "Test"
    last_name: str = "Demo"
    currency: str = _CURRENCY
    status: str = "approved"
    callback: str | None = None


class Ledger:
    """The account's books. Every public method takes the one lock."""

    def __init__(self, clock: SimulatorClock, settings: Settings) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.settings = settings
        self.profile = Profile()
        self.on_status: StatusListener | None = None
        self._invoices: dict[int, Invoice] = {}
        self._usual_price = _BITCOIN_PRICE

    def follow(self, price: Decimal) -> None:
        """Let a bitcoin cost about so many dollars from now on."""
        with self.lock:
            self._usual_price = price

    def create_invoice(
        self, price: Decimal, name: str | None, data: str | None
    ) -> Invoice:
        """Open an invoice at the present price of a bitcoin."""
        with self.lock:
            now = self.clock.now()
            btc_price = (price / self._bitcoin_price(now)).quantize(_SATOSHI, ROUND_UP)
            if btc_price > 20_000_000:
                raise Unprocessable(price="is too high")
            number = len(self._invoices) + 1
            if number > _LIMIT:
                raise Conflict("The simulator is full: start it anew.")
            invoice = Invoice(
                id=number,
                price=price,
                currency=self.profile.currency,
                btc_price=btc_price,
                address=make_address(str(number)),
                created_at=now,
                expires_at=now + WINDOW,
                updated_at=now,
                name=name,
                data=data,
            )
            self._invoices[number] = invoice
            return invoice

    def find(self, number: int) -> Invoice:
        """Return an invoice as it stands now.

        :raises NotFound: when there is none.
        """
        with self.lock:
            self.settle_all()
            invoice = self._invoices.get(number)
            if invoice is None:
                raise NotFound("Invoice not found")
            return invoice

    def list_invoices(self) -> list[Invoice]:
        """Return all invoices in the order of the settings."""
        with self.lock:
            self.settle_all()
            found = list(self._invoices.values())
            if self.settings.order == "newest":
                found.reverse()
            elif self.settings.order == "updated":
                found.sort(key=lambda invoice: (invoice.updated_at, invoice.id))
            return found

    def deposit(
        self,
        number: int,
        amount: Decimal,
        *,
        is_confirmed: bool = True,
        is_announced: bool = False,
        is_late: bool = False,
    ) -> Invoice:
        """Let a transfer to an invoice's address arrive."""
        with self.lock:
            invoice = self.find(number)
            at = self.clock.now()
            if is_late:
                at = max(at, invoice.expires_at + WINDOW / 30)
            invoice.deposits.append(
                Deposit(
                    amount=amount,
                    at=at,
                    is_confirmed=is_confirmed and not is_announced,
                    is_announced=is_announced,
                )
            )
            self._settle(invoice)
            return invoice

    def confirm(self, number: int) -> Invoice:
        """Let every deposit of an invoice be final."""
        with self.lock:
            invoice = self.find(number)
            for deposit in invoice.deposits:
                deposit.is_announced = False
                deposit.is_confirmed = True
            self._settle(invoice)
            return invoice

    def reverse(self, number: int) -> Invoice:
        """Take every deposit of an invoice back.

        :raises Conflict: when it is sold already, or there is none.
        """
        with self.lock:
            invoice = self.find(number)
            if invoice.status in ("captured", "complete"):
                raise Conflict("The bitcoin are sold: the money is the merchant's.")
            if not any(d.counts or d.is_announced for d in invoice.deposits):
                raise Conflict("There is no deposit.")
            invoice.was_lost = invoice.was_lost or invoice.paid_at is not None
            for deposit in invoice.deposits:
                deposit.is_reversed = True
            self._settle(invoice)
            return invoice

    def complete(self, number: int) -> None:
        """Note that the merchant was told of a captured invoice."""
        with self.lock:
            invoice = self._invoices[number]
            if invoice.status == "captured":
                self._set_status(invoice, "complete")

    def settle_all(self) -> None:
        """Let time do its work on every invoice."""
        with self.lock:
            for invoice in self._invoices.values():
                self._settle(invoice)

    def _bitcoin_price(self, now: datetime) -> Decimal:
        """Return what a bitcoin costs; it wanders by two percent, by the minute."""
        minute = int(now.timestamp()) // 60
        return self._usual_price * (1000 + minute * 7 % 41 - 20) / 1000

    def _settle(self, invoice: Invoice) -> None:
        now = self.clock.now()
        accepts_late = self.settings.late_payments == "accepted"
        status = derive_status(invoice, now, accepts_late=accepts_late)
        if status == "confirmed" and invoice.confirmed_at is None:
            invoice.confirmed_at = now
        elif status not in ("confirmed", "captured", "complete"):
            invoice.confirmed_at = None
        if status != invoice.status:
            self._set_status(invoice, status)

    def _set_status(self, invoice: Invoice, status: str) -> None:
        invoice.status = status
        invoice.updated_at = self.clock.now()
        if self.on_status is not None:
            self.on_status(invoice)
