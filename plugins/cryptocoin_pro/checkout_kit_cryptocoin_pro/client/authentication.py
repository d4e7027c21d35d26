"""Authentication: how users get in, and out."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit_cryptocoin_pro.answers import Session
from checkout_kit_cryptocoin_pro.client.resource import Resource


class AuthenticationResource(Resource):
    """Sessions; the client makes those that it needs by itself."""

    def log_in_by_platform(
        self, *, email: str | None = None, user_id: str | None = None
    ) -> Session:
        """Log a user in by the platform's key (POST /authenticate-jwt/{platform})."""
        claims = {"id": user_id} if user_id is not None else {"email": email}
        return self._transport.log_in_by_platform(claims)

    def log_in(self, email: str, password: str) -> Session:
        """Log a user in by his password (POST /authenticate)."""
        return self._transport.log_in_by_password(email, password)

    def log_out(self) -> bool:
        """End the merchant's session (POST /user/logout)."""
        answer = self._transport.call_without_id("POST", "/user/logout")
        self._transport.sessions.forget()
        data = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(data.get("logout"), bool):
            raise self._answers.odd("POST /user/logout: odd answer", answer)
        return bool(data["logout"])
