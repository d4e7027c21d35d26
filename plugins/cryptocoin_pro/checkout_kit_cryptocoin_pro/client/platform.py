"""Platform: what its owner sees of all its users, by tokens that he signs."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from checkout_kit_cryptocoin_pro.answers import (
    ApiCall,
    Checkout,
    Listing,
    Order,
    PlatformDetails,
    PlatformUser,
    Quote,
    StaffMember,
    Transfer,
)
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.schemas.market import PlatformSchema
from checkout_kit_cryptocoin_pro.schemas.records import (
    ApiCallSchema,
    PlatformUserSchema,
    StaffMemberSchema,
    TransferSchema,
)
from checkout_kit_cryptocoin_pro.schemas.trading import (
    CheckoutSchema,
    OrderSchema,
    QuoteSchema,
)


class PlatformResource(Resource):
    """The platform of the settings."""

    def get(self) -> PlatformDetails:
        """Look at the platform (GET /platform/{platform})."""
        answer = self._transport.call_as_platform("GET", "")
        return self._details(answer, "GET /platform/{platform}")

    def update(
        self, *, name: str, base_url: str, ien_url: str, ien_type: str, colour: str
    ) -> PlatformDetails:
        """Change the platform (POST /platform/{platform})."""
        body = {
            "name": name,
            "baseUrl": base_url,
            "ienUrl": ien_url,
            "ienType": ien_type,
            "colorCode": colour,
        }
        answer = self._transport.call_as_platform("POST", "", payload=body)
        return self._details(answer, "POST /platform/{platform}")

    def list_staff(self) -> Listing[StaffMember]:
        """List who works on it (GET /platform/{platform}/staff)."""
        return self._list(StaffMemberSchema(), "staff")

    def list_users(self) -> Listing[PlatformUser]:
        """List its users (GET /platform/{platform}/user)."""
        return self._list(PlatformUserSchema(), "user")

    def list_orders(self) -> Listing[Order]:
        """List its users' orders (GET /platform/{platform}/order)."""
        return self._list(OrderSchema(), "order")

    def list_quotes(self) -> Listing[Quote]:
        """List its users' quotes (GET /platform/{platform}/quote)."""
        return self._list(QuoteSchema(), "quote")

    def list_checkouts(self) -> Listing[Checkout]:
        """List its users' checkouts (GET /platform/{platform}/checkout)."""
        return self._list(CheckoutSchema(), "checkout")

    def list_transfers(self) -> Listing[Transfer]:
        """List its users' transfers (GET /platform/{platform}/transfer)."""
        return self._list(TransferSchema(), "transfer")

    def list_calls(self) -> Listing[ApiCall]:
        """List the calls that it made (GET /platform/{platform}/call)."""
        return self._list(ApiCallSchema(), "call")

    def _details(self, answer: Any, where: str) -> PlatformDetails:
        details: PlatformDetails = self._answers.read(PlatformSchema(), answer, where)
        return details

    def _list(self, schema: Schema, noun: str) -> Listing[Any]:
        where = f"GET /platform/{{platform}}/{noun}"
        return self._transport.read_pages(schema, f"/{noun}", where, as_platform=True)
