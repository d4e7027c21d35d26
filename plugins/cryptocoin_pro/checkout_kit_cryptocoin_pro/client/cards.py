"""Cards: a user's payment cards, with images of them."""

from __future__ import annotations

from checkout_kit.http import Form, FormFile
from checkout_kit_cryptocoin_pro.answers import Card, Listing
from checkout_kit_cryptocoin_pro.client.resource import Resource, given
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.account import CardSchema

CARD = "/card"


class CardResource(Resource):
    """The merchant's cards. The examples send JSON, but files go as a form."""

    def create(
        self, *, front: FormFile, with_holder: FormFile, details: dict[str, str]
    ) -> Card:
        """Add a card (POST /user/{user}/card).

        :param details: ``holderName``, ``expirationDate`` (``06/29``),
            ``lastFourDigits`` and ``alias``.
        """
        return self._send(CARD, "POST /user/{user}/card", front, with_holder, details)

    def list(self, *, status: str | None = None) -> Listing[Card]:
        """List the cards (GET /user/{user}/card)."""
        answer = self._transport.call("GET", CARD, params=given(status=status))
        return self._answers.read_list(CardSchema(), answer, "GET /user/{user}/card")

    def get(self, card_id: str) -> Card:
        """Look at a card (GET /user/{user}/card/{card})."""
        answer = self._transport.call("GET", f"{CARD}/{check_id(card_id, 'card')}")
        where = "GET /user/{user}/card/{card}"
        found: Card = self._answers.read(CardSchema(), answer, where)
        return found

    def update(
        self,
        card_id: str,
        *,
        front: FormFile,
        with_holder: FormFile,
        details: dict[str, str],
    ) -> Card:
        """Change a card (POST /user/{user}/card/{card})."""
        path = f"{CARD}/{check_id(card_id, 'card')}"
        where = "POST /user/{user}/card/{card}"
        return self._send(path, where, front, with_holder, details)

    def delete(self, card_id: str) -> str:
        """Remove a card (DELETE /user/{user}/card/{card})."""
        path = f"{CARD}/{check_id(card_id, 'card')}"
        answer = self._transport.call("DELETE", path)
        return self._answers.read_message(answer, "DELETE /user/{user}/card/{card}")

    def _send(
        self,
        path: str,
        where: str,
        front: FormFile,
        with_holder: FormFile,
        details: dict[str, str],
    ) -> Card:
        form = Form(details, {"cardImage1": front, "cardImage2": with_holder})
        answer = self._transport.call("POST", path, form=form)
        card: Card = self._answers.read(CardSchema(), answer, where)
        return card
