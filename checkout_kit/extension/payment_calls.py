"""What shops call to quote, choose and look for payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import current_app

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.quote import Quote
from checkout_kit.extension.app_services import AppServices, addressed
from checkout_kit.web.signatures import verify_return


class PaymentCalls(AppServices):
    """Calls about paying."""

    def list_quotes(self, checkout_id: str) -> Sequence[Quote]:
        """Ask every provider what paying costs; calls providers, moves no money."""
        services = self._of_app()
        return services.quoting.list_quotes(self._own(services, checkout_id))

    def commit_checkout(self, checkout_id: str, method_id: str) -> Invoice:
        """Make the invoice for a method such as ``coinqvest:XLM``.

        Calls the provider, moves no money.

        :raises MethodUnavailable: if the method is not offered.
        :raises QuoteExpired: if it has to be quoted anew.
        :raises InvalidTransition: if nothing is due any more.
        """
        services = self._of_app()
        return services.invoicing.commit(self._own(services, checkout_id), method_id)

    def check_checkout(self, checkout_id: str) -> Checkout:
        """Look for payments of a checkout now; waits for its providers."""
        services = self._of_app()
        services.detection.check_checkout(self._own(services, checkout_id).id)
        return addressed(services, self._own(services, checkout_id))

    def verify_return(self, args: Mapping[str, str]) -> Checkout:
        """Read the checkout that a buyer comes back from.

        Trusts nothing but our own signature in ``request.args``: the state is read
        afresh, and event handlers that are due for it have run before this returns.

        :raises ReturnSignatureError: if we did not sign it, or more than 24 h ago.
        """
        services = self._of_app()
        checkout_id = verify_return(current_app, args)
        services.delivering.deliver_due(checkout_id=checkout_id)
        return addressed(services, self._own(services, checkout_id))
