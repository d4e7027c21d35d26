"""Securities: log-ins, access tokens, and the password."""

from __future__ import annotations

from checkout_kit_cryptocoin_pro.answers import AccessToken, Listing, SecurityRecord
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.records import (
    AccessTokenSchema,
    SecurityRecordSchema,
)

SECURITIES = "/securities"


class SecurityResource(Resource):
    """The merchant's securities."""

    def list(self) -> Listing[SecurityRecord]:
        """List what happened to the account (GET /user/{user}/securities)."""
        answer = self._transport.call("GET", SECURITIES)
        where = "GET /user/{user}/securities"
        return self._answers.read_list(SecurityRecordSchema(), answer, where)

    def list_tokens(self) -> Listing[AccessToken]:
        """List the tokens in use (GET /user/{user}/securities/access)."""
        answer = self._transport.call("GET", f"{SECURITIES}/access")
        where = "GET /user/{user}/securities/access"
        return self._answers.read_list(AccessTokenSchema(), answer, where)

    def change_password(self, current: str, new: str) -> str:
        """Change the password (POST /user/{user}/securities/change-password)."""
        body = {"current_password": current, "new_password": new}
        path = f"{SECURITIES}/change-password"
        answer = self._transport.call("POST", path, payload=body)
        where = "POST /user/{user}/securities/change-password"
        return self._answers.read_message(answer, where)

    def invalidate_token(self, token: str) -> str:
        """End a token (POST /user/{user}/securities/invalidate/{token})."""
        path = f"{SECURITIES}/invalidate/{check_id(token, 'token')}"
        answer = self._transport.call("POST", path)
        where = "POST /user/{user}/securities/invalidate/{token}"
        return self._answers.read_message(answer, where)
