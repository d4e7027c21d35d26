"""Search: finding an invoice by the key in its ``data``, whatever the list's order."""

from __future__ import annotations

from checkout_kit import ProviderProtocolError, ProviderUnavailable
from checkout_kit_quoine_pay.answers import InvoiceAnswer
from checkout_kit_quoine_pay.client import QuoinePayClient

_MAX_PAGES = 200
_MAX_WALKS = 3


class InvoiceSearch:
    """Reads the whole list, for no part of it can be ruled out."""

    def __init__(self, client: QuoinePayClient) -> None:
        self._client = client

    def find(self, key: str) -> InvoiceAnswer | None:
        """Return the invoice with a key; the first made if there were several.

        :raises ProviderError: if it can't be told whether there is one; making another
            would then be a guess.
        """
        for _ in range(_MAX_WALKS):
            found, is_whole = self._walk(key)
            if found or is_whole:
                return min(found, key=lambda answer: answer.id, default=None)
        raise ProviderUnavailable(
            self._client.provider, "the list of invoices changed while it was read"
        )

    def _walk(self, key: str) -> tuple[list[InvoiceAnswer], bool]:
        """Read all pages once; False if an invoice may have slipped through."""
        found: dict[int, InvoiceAnswer] = {}
        seen: set[int] = set()
        nameless = 0
        number: int | None = 1
        for _ in range(_MAX_PAGES):
            page = self._client.list_invoices(number or 1)
            for item in page.broken:
                if item.data == key:
                    raise ProviderProtocolError(
                        self._client.provider, f"our invoice in the list {item.problem}"
                    )
                if item.id is None:
                    nameless += 1
                else:
                    seen.add(item.id)
            seen.update(answer.id for answer in page.invoices)
            found.update((a.id, a) for a in page.invoices if a.data == key)
            number = page.next_page
            if number is None:
                return list(found.values()), len(seen) + nameless >= page.total_count
        if found:
            return list(found.values()), True
        raise ProviderUnavailable(
            self._client.provider, "the list of invoices is too long to be read"
        )
