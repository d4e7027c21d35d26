"""Transport: calls with a session's token, and reading every answer at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marshmallow import Schema, ValidationError

from checkout_kit import (
    Clock,
    InputError,
    Money,
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRefused,
)
from checkout_kit.http import ApiClient, JsonError, dump_json
from checkout_kit_rain.answers import (
    BrokenItem,
    Session,
    Transaction,
    TransactionList,
)
from checkout_kit_rain.config import RainSettings
from checkout_kit_rain.refusals import read_messages, to_refusal
from checkout_kit_rain.schemas import SessionSchema, TransactionSchema

LOGIN = "/login"

#: A token is valid for 24 hours; it is renewed that much before its end.
TOKEN_LIFETIME = timedelta(hours=24)
RENEWED_BEFORE = timedelta(hours=1)

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def check_id(value: str, noun: str) -> str:
    """Return an id that may go into a URL.

    :raises InputError: if it is no UUID, as all of the API's ids are.
    """
    if not isinstance(value, str) or not _UUID.match(value):
        raise InputError(f"{noun}.id", "is not a UUID")
    return value


def write_amount(amount: Money) -> str:
    """Write an amount as the document wants it: 2 places for fiat, 8 for bitcoin."""
    return f"{amount.amount:f}"


class Transport:
    """Makes the API's calls for one user.

    It logs in when a token is needed, an hour before its end, and once more after a
    401: such a request did nothing. Safe for many threads.
    """

    def __init__(self, settings: RainSettings, clock: Clock, provider: str) -> None:
        self.provider = provider
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._renew_at: datetime | None = None
        self._api = ApiClient(
            provider,
            settings.base_url,
            auth=lambda method, target, body: self._headers(),
            read_messages=read_messages,
            secrets=(settings.password,),
            limits=settings.limits,
            allow_plain_http=settings.test_mode,
        )

    def __repr__(self) -> str:
        return f"<Transport {self._api.base_url}>"

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._api.close()

    def call(self, method: str, path: str, payload: Any = None) -> Any:
        """Make a call as the logged-in user and return the parsed JSON."""
        used = self._logged_in()
        try:
            return self._request(method, path, payload)
        except ProviderAuthError as err:
            if err.status != 401:
                raise
        self._logged_in(instead_of=used)
        return self._request(method, path, payload)

    def call_publicly(self, method: str, path: str, payload: Any = None) -> Any:
        """Make a call that needs no session."""
        return self._request(method, path, payload, signed=False)

    def log_in(self, email: str, password: str) -> Session:
        """Make a session (POST /login); does not change the one in use."""
        body = {"email": email, "password": password}
        return self.open_session(LOGIN, body)

    def open_session(self, path: str, body: Mapping[str, Any]) -> Session:
        """Make a call that answers with a session.

        An error keeps nothing of the answer, which holds a token.
        """
        try:
            data = self.call_publicly("POST", path, body)
        except ProviderProtocolError as err:
            raise ProviderProtocolError(self.provider, err.problem) from None
        try:
            session: Session = SessionSchema().load(data)
        except ValidationError as err:
            raise ProviderProtocolError(
                self.provider, f"POST {path}: {_problem(err)}"
            ) from None
        return session

    def forget_session(self) -> None:
        """Log in anew at the next call."""
        with self._lock:
            self._session = None

    def read(self, schema: Schema, data: Any, where: str) -> Any:
        """Read an answer.

        :raises ProviderProtocolError: with its text, if it is not as documented.
        """
        if not isinstance(data, Mapping):
            raise self.odd(f"{where}: the answer is not an object", data)
        try:
            return schema.load(data)
        except ValidationError as err:
            raise self.odd(f"{where}: {_problem(err)}", data) from None

    def read_list(
        self, schema: Schema, data: Any, where: str
    ) -> tuple[tuple[Any, ...], tuple[BrokenItem, ...]]:
        """Read a list item by item: a stranger's odd one must not hide ours."""
        if not isinstance(data, list):
            raise self.odd(f"{where}: the answer is not a list", data)
        read, broken = [], []
        for item in data:
            try:
                read.append(schema.load(item))
            except ValidationError as err:
                broken.append(_broken(item, _problem(err)))
        return tuple(read), tuple(broken)

    def read_transaction(
        self, data: Any, where: str, kind: str, transaction_id: str | None = None
    ) -> Transaction:
        """Read a transaction of one type, and of one id if that is known."""
        found: Transaction = self.read(TransactionSchema(), data, where)
        if found.type != kind:
            raise self.odd(f"{where}: answers with another type than {kind}", data)
        if transaction_id is not None and found.id.lower() != transaction_id.lower():
            raise self.odd(f"{where}: answers about another {kind}", data)
        return found

    def read_transactions(self, data: Any, where: str) -> TransactionList:
        """Read a list of transactions."""
        return TransactionList(*self.read_list(TransactionSchema(), data, where))

    def odd(self, problem: str, data: Any) -> ProviderProtocolError:
        """Make the error for an answer that can't be used, with its text."""
        try:
            text = dump_json(data).decode()
        except JsonError:
            text = type(data).__name__
        session = self._session
        redact = self._api.redact.extended([session.token] if session else [])
        return ProviderProtocolError(self.provider, problem, evidence=redact(text))

    def _headers(self) -> Mapping[str, str]:
        session = self._session
        return {"Authorization": session.token} if session else {}

    def _logged_in(self, instead_of: Session | None = None) -> Session:
        """Return the session to use, after logging in if that is needed."""
        with self._lock:
            session, now = self._session, self._clock.now()
            if session is not None and session is not instead_of:
                if self._renew_at is not None and now < self._renew_at:
                    return session
            try:
                fresh = self.log_in(self._settings.email, self._settings.password)
            except ProviderRefused as err:
                raise ProviderAuthError(
                    self.provider,
                    f"does not accept e-mail address and password: {err.problem}",
                    status=err.status,
                    messages=err.messages,
                ) from None
            self._session = fresh
            self._renew_at = now + TOKEN_LIFETIME - RENEWED_BEFORE
            return fresh

    def _request(
        self, method: str, path: str, payload: Any, *, signed: bool = True
    ) -> Any:
        try:
            return self._api.request(method, path, payload=payload, signed=signed).data
        except ProviderRefused as err:
            raise to_refusal(err) from None


def _problem(error: ValidationError) -> str:
    """Name the first field and problem, without the value."""
    messages: Any = error.normalized_messages()  # type: ignore[no-untyped-call]
    path = []
    while isinstance(messages, Mapping) and messages:
        key, messages = next(iter(messages.items()))
        path.append(str(key))
    first = messages[0] if isinstance(messages, list) and messages else "is odd"
    return f"{'.'.join(path)} {first}"


def _broken(item: Any, problem: str) -> BrokenItem:
    def text(name: str) -> str | None:
        value = item.get(name) if isinstance(item, Mapping) else None
        return value if isinstance(value, str) else None

    return BrokenItem(problem, text("id"), text("withdraw_account_id"))
