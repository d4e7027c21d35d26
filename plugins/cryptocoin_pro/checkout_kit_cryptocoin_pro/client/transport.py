"""Transport: calls as a user, as the platform or as nobody, and reading answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError

from checkout_kit import (
    Clock,
    InputError,
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRefused,
)
from checkout_kit.http import ApiClient, Form
from checkout_kit_cryptocoin_pro.answers import BrokenItem, Listing, Session
from checkout_kit_cryptocoin_pro.client.reader import AnswerReader, page_of
from checkout_kit_cryptocoin_pro.client.sessions import SessionBook
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings
from checkout_kit_cryptocoin_pro.refusals import (
    SECRET_PATTERNS,
    read_messages,
    to_refusal,
)
from checkout_kit_cryptocoin_pro.schemas.account import SessionSchema
from checkout_kit_cryptocoin_pro.tokens import TokenWriter

_ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z", re.ASCII)
#: So many pages of a list are read; the document names no paging at all.
_MOST_PAGES = 20
_NOBODY: Mapping[str, str] = {}
_CREDENTIALS: ContextVar[Mapping[str, str]] = ContextVar(
    "checkout_kit_cryptocoin_pro_credentials", default=_NOBODY
)


def check_id(value: str, noun: str) -> str:
    """Return an id that may go into a URL.

    :raises InputError: if it holds anything but letters, digits and hyphens.
    """
    if not isinstance(value, str) or not _ID.match(value):
        raise InputError(f"{noun}.id", "is not an id of the provider")
    return value


class Transport:
    """Makes the API's calls.

    A user's session is made when it is needed, and once more after a 401: such a
    request did nothing. Tokens are in no error. Safe for many threads.
    """

    def __init__(
        self, settings: CryptocoinProSettings, clock: Clock, provider: str
    ) -> None:
        self.provider = provider
        self._settings = settings
        self._clock = clock
        lifetime = timedelta(seconds=settings.token_lifetime)
        key = settings.private_key
        self.writer = TokenWriter(key, lifetime) if key else None
        self.sessions = SessionBook(clock, self._log_in)
        self._api = ApiClient(
            provider,
            settings.base_url,
            auth=lambda method, target, body: _CREDENTIALS.get(),
            read_messages=read_messages,
            secrets=[settings.password] if settings.password else [],
            secret_patterns=SECRET_PATTERNS,
            limits=settings.limits,
            allow_plain_http=settings.test_mode,
        )
        self.answers = AnswerReader(
            provider,
            lambda text: self._api.redact.extended(self.sessions.tokens())(text),
        )

    def __repr__(self) -> str:
        return f"<Transport {self._api.base_url}>"

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._api.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        user_id: str | None = None,
        params: Mapping[str, str | int] | None = None,
        payload: Any = None,
        form: Form | None = None,
    ) -> Any:
        """Make a call as a user, and return the whole answer.

        :param path: what follows ``/user/{user}``.
        :param user_id: one of the platform's users; the merchant, if not given.
        """
        used = self.sessions.get(user_id)
        arguments: dict[str, Any] = {"params": params, "payload": payload, "form": form}
        try:
            return self._call_with(used, method, path, **arguments)
        except ProviderAuthError as err:
            if err.status != 401:
                raise
        used = self.sessions.get(user_id, instead_of=used)
        return self._call_with(used, method, path, **arguments)

    def call_as_platform(self, method: str, path: str, **arguments: Any) -> Any:
        """Make a call to ``/platform/{platform}``, with a token for this call alone."""
        platform_id = str(self._settings.platform_id)
        target = f"/platform/{check_id(platform_id, 'platform')}{path}"
        with _signed(self.platform_token({"platform": platform_id})):
            return self._request(method, target, **arguments)

    def call_publicly(self, method: str, path: str, **arguments: Any) -> Any:
        """Make a call that needs no credentials."""
        return self._request(method, path, signed=False, **arguments)

    def platform_token(self, claims: Mapping[str, Any]) -> Mapping[str, str]:
        """The header of what a platform may do: claims that it has just signed.

        :raises ProviderAuthError: if the settings name no platform.
        """
        if self.writer is None:
            raise ProviderAuthError(
                self.provider, "needs the settings platform_id and private_key"
            )
        return {"token": self.writer.write(claims, self._clock.now())}

    def log_in_by_platform(self, claims: Mapping[str, Any]) -> Session:
        """Make a session by a platform's token (POST /authenticate-jwt/{platform})."""
        platform_id = check_id(str(self._settings.platform_id), "platform")
        with _signed(self.platform_token(claims)):
            return self._open_session(f"/authenticate-jwt/{platform_id}", signed=True)

    def log_in_by_password(self, email: str, password: str) -> Session:
        """Make a session by a password (POST /authenticate)."""
        body = {"email": email, "password": password}
        return self._open_session("/authenticate", payload=body, signed=False)

    def call_without_id(self, method: str, path: str) -> Any:
        """Make a call as the merchant to a path that does not name him."""
        session = self.sessions.get(None)
        with _signed({"Authorization": f"Bearer {session.token}"}):
            return self._request(method, path)

    def read_pages(
        self,
        schema: Schema,
        path: str,
        where: str,
        *,
        as_platform: bool = False,
        params: Mapping[str, str] | None = None,
    ) -> Listing[Any]:
        """Read a list of which ``meta`` may say that it has more pages."""
        items: list[Any] = []
        broken: list[BrokenItem] = []
        call = self.call_as_platform if as_platform else self.call
        for number in range(1, _MOST_PAGES + 1):
            asked: dict[str, str | int] = dict(params or {})
            if number > 1:
                asked["page"] = number
            answer = call("GET", path, params=asked or None)
            listed = self.answers.read_list(schema, answer, where)
            if number > 1 and page_of(answer) != number:
                raise self.answers.odd(f"{where}: answers another page", answer)
            items += listed.items
            broken += listed.broken
            if listed.is_complete:
                return Listing(tuple(items), tuple(broken))
        return Listing(tuple(items), tuple(broken), is_complete=False)

    def _log_in(self, user_id: str | None) -> Session:
        settings = self._settings
        try:
            if user_id is not None:
                return self.log_in_by_platform({"id": user_id})
            if settings.password is not None:
                return self.log_in_by_password(settings.email, settings.password)
            return self.log_in_by_platform({"email": settings.email})
        except ProviderRefused as err:
            raise ProviderAuthError(
                self.provider,
                f"does not let us in: {err.problem}",
                status=err.status,
                messages=err.messages,
            ) from None

    def _open_session(self, path: str, **arguments: Any) -> Session:
        """Log in. An error keeps nothing of the answer, which holds a token."""
        where = f"POST {path}"
        try:
            answer = self._request("POST", path, **arguments)
        except ProviderProtocolError as err:
            raise self.answers.odd(err.problem, None, is_private=True) from None
        data = answer.get("data") if isinstance(answer, Mapping) else None
        try:
            session: Session = SessionSchema().load(data or {})
            check_id(session.user_id, "user")
        except (ValidationError, InputError):
            problem = f"{where}: the answer is no session"
            raise self.answers.odd(problem, None, is_private=True) from None
        return session

    def _call_with(
        self, session: Session, method: str, path: str, **arguments: Any
    ) -> Any:
        with _signed({"Authorization": f"Bearer {session.token}"}):
            return self._request(method, f"/user/{session.user_id}{path}", **arguments)

    def _request(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            return self._api.request(method, path, **arguments).data
        except ProviderRefused as err:
            raise to_refusal(err) from None


@contextmanager
def _signed(headers: Mapping[str, str]) -> Iterator[None]:
    """Have the calls inside sent with these credentials."""
    token = _CREDENTIALS.set(headers)
    try:
        yield
    finally:
        _CREDENTIALS.reset(token)
