"""User: signing up, logging in and out, and who one is."""

from __future__ import annotations

from typing import Any

from checkout_kit_rain.answers import Session, User
from checkout_kit_rain.client.transport import Transport
from checkout_kit_rain.schemas import UserSchema


class UserResource:
    """The logged-in user and the session."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def sign_up(
        self, *, full_name: str, email: str, password: str, country: str
    ) -> Session:
        """Register a user, whose session is not used by this client (POST /signup)."""
        body = {
            "full_name": full_name,
            "email": email,
            "password": password,
            "country": country,
            "terms_of_service_accepted": True,
        }
        return self._transport.open_session("/signup", body)

    def log_in(self, email: str, password: str) -> Session:
        """Make a session that is not used by this client (POST /login)."""
        return self._transport.log_in(email, password)

    def get(self) -> User:
        """Ask who is logged in (GET /user)."""
        return self._read(self._transport.call("GET", "/user"), "GET /user")

    def update(self, *, full_name: str) -> User:
        """Change the name (PATCH /user)."""
        body = {"full_name": full_name}
        return self._read(self._transport.call("PATCH", "/user", body), "PATCH /user")

    def log_out(self) -> None:
        """End the session (GET /logout); the next call logs in anew."""
        self._transport.call("GET", "/logout")
        self._transport.forget_session()

    def _read(self, data: Any, where: str) -> User:
        user: User = self._transport.read(UserSchema(), data, where)
        return user
