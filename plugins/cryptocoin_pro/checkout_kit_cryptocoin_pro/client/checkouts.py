"""Checkouts: a user's visits to the provider's page."""

from __future__ import annotations

from checkout_kit_cryptocoin_pro.answers import Checkout, Listing
from checkout_kit_cryptocoin_pro.client.resource import Resource, given
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.trading import CheckoutSchema


class CheckoutResource(Resource):
    """Checkouts of one user; the platform lists those of all its users."""

    def list(self, *, status: str | None = None) -> Listing[Checkout]:
        """List a user's checkouts (GET /user/{user}/checkout)."""
        params = given(status=status)
        answer = self._transport.call("GET", "/checkout", params=params)
        where = "GET /user/{user}/checkout"
        return self._answers.read_list(CheckoutSchema(), answer, where)

    def get(self, checkout_id: str) -> Checkout:
        """Look at a checkout (GET /user/{user}/checkout/{checkout})."""
        path = f"/checkout/{check_id(checkout_id, 'checkout')}"
        answer = self._transport.call("GET", path)
        where = "GET /user/{user}/checkout/{checkout}"
        found: Checkout = self._answers.read(CheckoutSchema(), answer, where)
        return found
