"""Calling: how each endpoint is called, and how its answer is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError

from checkout_kit import (
    Clock,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.http import ApiAnswer, ApiClient, JsonError, dump_json
from checkout_kit_coinqvest.answers import BrokenItem
from checkout_kit_coinqvest.config import CoinqvestSettings
from checkout_kit_coinqvest.refusals import (
    is_about_credentials,
    is_outage,
    read_errors,
)
from checkout_kit_coinqvest.schemas import PageSchema
from checkout_kit_coinqvest.signing import RequestSigner, hash_basic

TIME = "/time"

#: The page size of the document's own examples, and its default.
PAGE_SIZE = 250

_ITEM = TypeVar("_ITEM")


class ApiCaller:
    """Calls the API with one account's credentials; groups of endpoints build on it.

    If the API refuses our credentials, its clock is asked for, and the request is
    signed anew, once. Safe for many threads.
    """

    def __init__(
        self, settings: CoinqvestSettings, clock: Clock, provider: str = "coinqvest"
    ) -> None:
        self.provider = provider
        self._signer = RequestSigner(settings, clock)
        self._api = ApiClient(
            provider,
            settings.base_url,
            auth=self._signer,
            read_messages=read_errors,
            secrets=(
                settings.api_secret,
                hash_basic(settings.api_key, settings.api_secret),
            ),
            limits=settings.limits,
            allow_plain_http=settings.test_mode,
        )

    def __repr__(self) -> str:
        return f"<CoinqvestClient {self._api.base_url}>"

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._api.close()

    def get_time(self) -> int:
        """Ask for the API's Unix time (GET /time)."""
        data = self._get(TIME, signed=False)
        time = data.get("time") if isinstance(data, Mapping) else None
        if not isinstance(time, int) or isinstance(time, bool) or not 0 < time < 2**40:
            raise self._odd("GET /time: time is not a Unix timestamp", data)
        return time

    # Calls

    def _get(
        self,
        path: str,
        params: Mapping[str, str | int] | None = None,
        *,
        signed: bool = True,
    ) -> Any:
        if not signed:
            return self._checked(lambda: self._api.get(path, params, signed=False))
        return self._authenticated(lambda: self._api.get(path, params))

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._authenticated(lambda: self._api.post(path, body))

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return self._authenticated(
            lambda: self._api.request(method, path, payload=body)
        )

    def _authenticated(self, call: Callable[[], ApiAnswer]) -> Any:
        used = self._signer.offset
        try:
            return self._checked(call)
        except ProviderRefused as err:
            if not is_about_credentials(err):
                raise
            refused = err
        # The document allows 30 seconds of difference. A refused request did nothing,
        # so it may be sent again.
        if not self._adjust_clock(used):
            raise refused
        return self._checked(call)

    def _adjust_clock(self, used: int) -> bool:
        try:
            return self._signer.adjust(self.get_time(), used)
        except ProviderError:
            # Why the credentials were refused is the better thing to say.
            return False

    def _checked(self, call: Callable[[], ApiAnswer]) -> Any:
        """Make a call; errors count as such whatever their HTTP status is.

        The document does not say which status an error has, and its own example of one
        is "Service unavailable.".
        """
        try:
            data = call().data
        except ProviderRefused as err:
            if isinstance(err, ProviderAuthError) or not is_outage(err.messages):
                raise
            raise ProviderUnavailable(
                self.provider, err.problem, status=err.status
            ) from None
        if not isinstance(data, Mapping) or "errors" not in data:
            return data
        words = [self._api.redact(str(text))[:300] for text in read_errors(data)[:10]]
        problem = f"refused: {'; '.join(words)}"
        if is_outage(words):
            raise ProviderUnavailable(self.provider, problem)
        raise ProviderRefused(self.provider, problem, messages=words)

    # Reading

    def _read(self, schema: Schema, data: Any, where: str) -> Any:
        if not isinstance(data, Mapping):
            raise self._odd(f"{where}: the answer is not an object", data)
        try:
            return schema.load(data)
        except ValidationError as err:
            raise self._odd(f"{where}: {_problem(err)}", data) from None

    def _member(self, data: Any, name: str) -> Any:
        """The object that an answer is about.

        Two of the document's examples show an array of one in its place.
        """
        found = data.get(name) if isinstance(data, Mapping) else data
        return found[0] if isinstance(found, list) and len(found) == 1 else found

    def _all(self, path: str, name: str, schema: Schema) -> tuple[Any, ...]:
        """Read a list that only counts as a whole."""
        data = self._get(path)
        items = data.get(name) if isinstance(data, Mapping) else data
        if not isinstance(items, list):
            raise self._odd(f"GET {path}: {name} is not a list", data)
        return tuple(self._read(schema, item, f"GET {path}") for item in items)

    def _page(self, data: Any, name: str) -> tuple[int | None, list[Any]]:
        page = self._read(PageSchema(), data, f"GET /{name}")
        items = data.get(name)
        if not isinstance(items, list):
            raise self._odd(f"GET /{name}: {name} is not a list", data)
        return page["count"], items

    def _items(
        self, raw: list[Any], schema: Schema, kind: type[_ITEM]
    ) -> tuple[tuple[_ITEM, ...], tuple[BrokenItem, ...]]:
        """Read a list item by item: a stranger's odd one must not hide ours."""
        read: list[_ITEM] = []
        broken = []
        for item in raw:
            try:
                read.append(schema.load(item))
            except ValidationError as err:
                broken.append(_broken(item, _problem(err)))
        return tuple(read), tuple(broken)

    def _is_success(self, data: Any) -> bool:
        if not isinstance(data, Mapping) or data.get("success") is not True:
            raise self._odd("success is not true", data)
        return True

    def _odd(self, problem: str, data: Any) -> ProviderProtocolError:
        try:
            text = dump_json(data).decode()
        except JsonError:
            text = type(data).__name__
        return ProviderProtocolError(
            self.provider, problem, evidence=self._api.redact(text)
        )


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

    return BrokenItem(problem, text("id"), text("checkoutId"))
