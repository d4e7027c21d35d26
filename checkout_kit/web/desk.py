"""The desk: what the page and the webhook address ask of the kit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.proof import Proof
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.webhook import WebhookRequest

#: What a buyer can play through in test mode, in the order of the page's buttons.
SCENARIOS = ("exact", "less", "more", "late", "without_memo")


class Desk(Protocol):
    """What the views call; implemented by the extension on top of the services."""

    def is_fresh(self, token: str, version: int, *, for_page: bool) -> bool:
        """Whether what was made of a checkout at a version can be shown as it is.

        It can't if anything changed, or if there is something to do for the checkout
        that :meth:`open_page` or :meth:`read_status` would do now.
        """

    def open_page(self, token: str) -> Checkout:
        """Read a checkout to show its page.

        :raises NotFoundError: if the token is nobody's.
        """

    def read_status(self, token: str) -> Checkout:
        """Read a checkout for the page's poll; makes a check of it due.

        :raises NotFoundError: if the token is nobody's.
        """

    def list_quotes(self, checkout: Checkout) -> Sequence[Quote]:
        """Ask every provider what paying costs, under a deadline; may be empty."""

    def choose_method(self, token: str, method_id: str) -> Checkout:
        """Make the invoice for one method.

        :raises MethodUnavailable: if the method is not offered at present.
        :raises QuoteExpired: if it has to be quoted anew.
        :raises InvalidTransition: if nothing is to be paid any more.
        """

    def cancel(self, token: str) -> Checkout:
        """Cancel a checkout at the buyer's wish.

        :raises InvalidTransition: if money was seen already.
        """

    def simulate(self, token: str, scenario: str) -> None:
        """Let the provider's test network pay, in one of :data:`SCENARIOS`."""

    def submit_proof(self, token: str, proof: Proof) -> None:
        """Hand a proof of payment on to the provider.

        :raises InvalidTransition: if none is wanted.
        :raises ProviderError: if the provider did not take it.
        """

    def receive_webhook(self, provider: str, request: WebhookRequest) -> None:
        """Take in a provider's webhook.

        :raises NotFoundError: if no such provider is enabled.
        :raises WebhookRefused: if it is not genuine.
        """
