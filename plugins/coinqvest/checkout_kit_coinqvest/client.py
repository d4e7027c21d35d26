"""The COINQVEST API: its endpoints, and a thin client that reads every answer."""

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
from checkout_kit_coinqvest.answers import (
    BrokenItem,
    CheckoutAnswer,
    CheckoutObject,
    CheckoutPage,
    CommitAnswer,
    HostedAnswer,
    PaymentAnswer,
    PaymentPage,
)
from checkout_kit_coinqvest.config import CoinqvestSettings
from checkout_kit_coinqvest.refusals import (
    is_about_credentials,
    is_outage,
    read_errors,
)
from checkout_kit_coinqvest.schemas import (
    CheckoutAnswerSchema,
    CheckoutSchema,
    CommitAnswerSchema,
    HostedAnswerSchema,
    PageSchema,
    PaymentSchema,
)
from checkout_kit_coinqvest.signing import RequestSigner, hash_basic

PING = "/ping"
TIME = "/time"
AUTH_TEST = "/auth-test"
CHECKOUT = "/checkout"
CHECKOUT_COMMIT = "/checkout/commit"
CHECKOUT_HOSTED = "/checkout/hosted"
CHECKOUTS = "/checkouts"
PAYMENT = "/payment"
PAYMENTS = "/payments"

#: The page size of the document's own examples, and its default.
PAGE_SIZE = 250

_ITEM = TypeVar("_ITEM")


class CoinqvestClient:
    """Calls the API with one account's credentials.

    Answers are read at once into frozen objects. If the API refuses our credentials,
    its clock is asked for, and the request is signed anew, once. Safe for many threads.
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

    def ping(self) -> bool:
        """Ask whether the API is there (GET /ping)."""
        return self._is_success(self._get(PING, signed=False))

    def get_time(self) -> int:
        """Ask for the API's Unix time (GET /time)."""
        data = self._get(TIME, signed=False)
        time = data.get("time") if isinstance(data, Mapping) else None
        if not isinstance(time, int) or isinstance(time, bool) or not 0 < time < 2**40:
            raise self._odd("GET /time: time is not a Unix timestamp", data)
        return time

    def auth_test(self) -> bool:
        """Ask whether our credentials are accepted (GET /auth-test)."""
        return self._is_success(self._get(AUTH_TEST))

    def create_checkout(self, body: Mapping[str, Any]) -> CheckoutAnswer:
        """Make a checkout and hear what it costs by each method (POST /checkout)."""
        answer: CheckoutAnswer = self._read(
            CheckoutAnswerSchema(), self._post(CHECKOUT, body), f"POST {CHECKOUT}"
        )
        return answer

    def commit_checkout(self, checkout_id: str, asset_code: str) -> CommitAnswer:
        """Choose a checkout's asset and hear where to pay (POST /checkout/commit).

        :raises ProviderProtocolError: also if the answer is about something else.
        """
        body = {"checkoutId": checkout_id, "assetCode": asset_code}
        data = self._post(CHECKOUT_COMMIT, body)
        where = f"POST {CHECKOUT_COMMIT}"
        answer: CommitAnswer = self._read(CommitAnswerSchema(), data, where)
        if (answer.checkout_id, answer.asset_code) != (checkout_id, asset_code):
            raise self._odd(f"{where}: answers for another checkout or asset", data)
        return answer

    def create_hosted_checkout(self, body: Mapping[str, Any]) -> HostedAnswer:
        """Make a checkout with a page of the provider's (POST /checkout/hosted)."""
        answer: HostedAnswer = self._read(
            HostedAnswerSchema(),
            self._post(CHECKOUT_HOSTED, body),
            f"POST {CHECKOUT_HOSTED}",
        )
        return answer

    def get_checkout(self, checkout_id: str) -> CheckoutObject:
        """Look at a checkout and its payments (GET /checkout)."""
        data = self._member(self._get(CHECKOUT, {"id": checkout_id}), "checkout")
        where = f"GET {CHECKOUT}"
        answer: CheckoutObject = self._read(CheckoutSchema(), data, where)
        if answer.id != checkout_id:
            raise self._odd(f"{where}: answers about another checkout", data)
        return answer

    def list_checkouts(self, limit: int = PAGE_SIZE, offset: int = 0) -> CheckoutPage:
        """List the account's checkouts, newest first (GET /checkouts)."""
        data = self._get(CHECKOUTS, {"limit": limit, "offset": offset})
        count, raw = self._page(data, "checkouts")
        items, broken = self._items(raw, CheckoutSchema(), CheckoutObject)
        return CheckoutPage(items, broken, len(raw), count)

    def get_payment(self, payment_id: str) -> PaymentAnswer:
        """Look at a payment (GET /payment)."""
        data = self._member(self._get(PAYMENT, {"id": payment_id}), "payment")
        where = f"GET {PAYMENT}"
        answer: PaymentAnswer = self._read(PaymentSchema(), data, where)
        if answer.id != payment_id:
            raise self._odd(f"{where}: answers about another payment", data)
        return answer

    def list_payments(self, limit: int = PAGE_SIZE, offset: int = 0) -> PaymentPage:
        """List the account's payments, newest first (GET /payments)."""
        data = self._get(PAYMENTS, {"limit": limit, "offset": offset})
        count, raw = self._page(data, "payments")
        items, broken = self._items(raw, PaymentSchema(), PaymentAnswer)
        return PaymentPage(items, broken, len(raw), count)

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
        return data.get(name) if isinstance(data, Mapping) else data

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
