"""Detection: looking at a batch of invoices in as few calls as the API allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from checkout_kit import (
    Clock,
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
)
from checkout_kit_quoine_pay.answers import InvoiceAnswer
from checkout_kit_quoine_pay.client import QuoinePayClient
from checkout_kit_quoine_pay.config import QuoinePaySettings
from checkout_kit_quoine_pay.observing import observe

# From so many invoices on, a page of the list is likely to cost less than a call each.
_MANY = 4
# A page that shows fewer of ours is no better than asking for them.
_WORTH_A_PAGE = 2
_MAX_PAGES = 20
# After so many outages in one batch the rest is left for later.
_MAX_OUTAGES = 2


@dataclass(slots=True)
class _Look:
    """The results of one batch so far."""

    waiting: dict[int, Invoice]
    snapshots: dict[str, InvoiceSnapshot] = field(default_factory=dict)
    errors: list[ProviderError] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether further calls would only fail as well."""
        outages = sum(
            isinstance(
                error, (ProviderTimeout, ProviderUnreachable, ProviderUnavailable)
            )
            for error in self.errors
        )
        return outages >= _MAX_OUTAGES or any(
            isinstance(error, (ProviderAuthError, ProviderRateLimited))
            for error in self.errors
        )


class PaymentDetector:
    """Finds payments: one invoice by its id, many through pages of the list.

    The list's order is not documented: it is read from whichever end shows invoices of
    the batch, and the rest are asked for one by one.
    """

    def __init__(
        self, client: QuoinePayClient, settings: QuoinePaySettings, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def detect(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch; an invoice that could not be looked at is left out.

        :raises ProviderError: if none of them could.
        """
        look = _Look({})
        for invoice in invoices:
            try:
                look.waiting[self._number(invoice)] = invoice
            except ProviderError as err:
                look.errors.append(err)
        if len(look.waiting) >= _MANY:
            self._look_through_pages(look)
        for number in list(look.waiting):
            if look.is_over:
                break
            try:
                answer = self._client.get_invoice(number)
            except ProviderError as err:
                look.errors.append(err)
                continue
            self._take_in(answer, look)
        if look.errors and not look.snapshots:
            raise look.errors[0]
        return DetectionReport(look.snapshots)

    def _look_through_pages(self, look: _Look) -> None:
        try:
            first = self._client.list_invoices()
            found = self._take_all_in(first.invoices, look)
            numbers = range(2, first.total_pages + 1)
            if found < _WORTH_A_PAGE:
                numbers = range(first.total_pages, 1, -1)
            for number in numbers[:_MAX_PAGES]:
                if len(look.waiting) < _WORTH_A_PAGE:
                    return
                page = self._client.list_invoices(number)
                found = self._take_all_in(page.invoices, look)
                # The last page of a list may hold a single invoice.
                if found < _WORTH_A_PAGE and number != first.total_pages:
                    return
        except ProviderError as err:
            look.errors.append(err)

    def _take_all_in(self, answers: Sequence[InvoiceAnswer], look: _Look) -> int:
        """Take in what is of this batch, and return how many that were."""
        return sum([self._take_in(answer, look) for answer in answers])

    def _take_in(self, answer: InvoiceAnswer, look: _Look) -> bool:
        invoice = look.waiting.pop(answer.id, None)
        if invoice is None:
            return False
        try:
            look.snapshots[invoice.id] = observe(
                invoice, answer, self._clock.now(), self._settings.part_payment_age
            )
        except ProviderError as err:
            look.errors.append(err)
        return True

    def _number(self, invoice: Invoice) -> int:
        return to_number(invoice.provider, invoice.reference)


def to_number(provider: str, reference: str | None) -> int:
    """Read our reference of an invoice as the API's id.

    :raises ProviderProtocolError: if it is none.
    """
    text = reference or ""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ProviderProtocolError(provider, "an invoice's reference is no id")
    return int(text)
