"""Users: accounts from their making to their end, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit import ProviderProtocolError
from checkout_kit_cryptocoin_pro.answers import Balance, Listing, Profile
from checkout_kit_cryptocoin_pro.client.resource import Resource
from checkout_kit_cryptocoin_pro.client.transport import check_id
from checkout_kit_cryptocoin_pro.schemas.account import ProfileSchema
from checkout_kit_cryptocoin_pro.schemas.market import BalanceSchema


class UserResource(Resource):
    """The merchant, and the making of users."""

    def forget_password(self, email: str, kind: str | None = None) -> str:
        """Have a new password begun (POST /user/forgot-password).

        :param kind: ``text`` or ``link``.
        """
        body = {"email": email} | ({"type": kind} if kind is not None else {})
        return self._publicly("/user/forgot-password", body)

    def reset_password(self, email: str, token: str, password: str) -> str:
        """Set a new password by a token (POST /user/reset-password)."""
        body = {"email": email, "token": token, "password": password}
        return self._publicly("/user/reset-password", body)

    def create(self, details: Mapping[str, Any]) -> Profile:
        """Make a user (POST /user).

        :param details: the document's fields: ``email``, ``password``, ``firstName`` …
        """
        answer = self._transport.call_publicly("POST", "/user", payload=dict(details))
        return self._profile(answer, "POST /user")

    def verify(self, code: str, *, email: str) -> str:
        """Verify a new user's e-mail address (POST /user/verify)."""
        return self._publicly("/user/verify", {"email": email, "code": code})

    def reverify(self, *, email: str) -> str:
        """Have the code sent again (POST /user/reverify)."""
        return self._publicly("/user/reverify", {"email": email})

    def get(self) -> Profile:
        """Look at the merchant's profile (GET /user/{user})."""
        return self._profile(self._transport.call("GET", ""), "GET /user/{user}")

    def list_balances(self, symbol: str | None = None) -> Listing[Balance]:
        """List what he holds (GET /user/{user}/balances/{asset?})."""
        tail = f"/{check_id(symbol, 'asset')}" if symbol is not None else ""
        answer = self._transport.call("GET", f"/balances{tail}")
        where = "GET /user/{user}/balances/{asset?}"
        data = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(data, Mapping):
            raise self._answers.odd(f"{where}: the answer has no data", answer)
        items: list[Balance] = []
        for kind in ("coins", "tokens"):
            part = {"data": data.get(kind, [])}
            found = self._answers.read_list(BalanceSchema(), part, where)
            if found.broken:
                # An amount that can't be read is not zero.
                problem = f"{where}: {found.broken[0].problem}"
                raise self._answers.odd(problem, answer)
            items += found.items
        return Listing(tuple(items))

    def initiate_closing(self, password: str) -> str:
        """Begin to close the account (POST /user/{user}/account/close/initiate)."""
        body = {"password": password}
        answer = self._transport.call("POST", "/account/close/initiate", payload=body)
        where = "POST /user/{user}/account/close/initiate"
        return self._answers.read_message(answer, where)

    def abort_closing(self) -> str:
        """Keep the account after all (POST /user/{user}/account/close/abort)."""
        answer = self._transport.call("POST", "/account/close/abort")
        where = "POST /user/{user}/account/close/abort"
        return self._answers.read_message(answer, where)

    def _publicly(self, path: str, body: Mapping[str, str]) -> str:
        answer = self._transport.call_publicly("POST", path, payload=dict(body))
        return self._answers.read_message(answer, f"POST {path}")

    def _profile(self, answer: Any, where: str) -> Profile:
        # It says much of a person: no error quotes it.
        try:
            profile: Profile = self._answers.read(ProfileSchema(), answer, where)
        except ProviderProtocolError as err:
            raise self._answers.odd(err.problem, None, is_private=True) from None
        return profile
