"""The Quoine Pay API: its endpoints, and a thin client that reads every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from checkout_kit import (
    Clock,
    Money,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.http import (
    ApiAnswer,
    ApiAuth,
    ApiClient,
    JsonError,
    dump_json,
    explain_outage,
    read_errors,
)
from checkout_kit_quoine_pay.answers import (
    BrokenItem,
    InvoiceAnswer,
    InvoicePage,
    ProfileAnswer,
)
from checkout_kit_quoine_pay.config import QuoinePaySettings
from checkout_kit_quoine_pay.schemas import (
    CallbackSchema,
    InvoiceSchema,
    PageSchema,
    ProfileSchema,
)

INVOICES = "/invoices"
INVOICE = "/invoices/{id}"
PROFILE = "/profile"
CALLBACK_URL = "/payments_callback_url"

#: How many invoices are asked for at once; the API may give fewer.
PAGE_SIZE = 100


class QuoinePayClient:
    """Calls the API with one account's credentials.

    Answers are read at once into frozen objects. Safe for many threads.

    :param secrets: what else must never be in a log, such as the callback's path.
    """

    def __init__(
        self,
        settings: QuoinePaySettings,
        clock: Clock,
        provider: str = "quoine_pay",
        *,
        secrets: Iterable[str] = (),
    ) -> None:
        self.provider = provider
        self._api = ApiClient(
            provider,
            settings.base_url,
            auth=ApiAuth(
                settings.user_id,
                settings.user_secret,
                clock.now,
                base_url=settings.base_url,
                signed_prefix=settings.signed_prefix,
                content_md5=settings.content_md5,
            ),
            read_messages=read_errors,
            secrets=(settings.user_secret, *secrets),
            limits=settings.limits,
            allow_plain_http=settings.test_mode,
        )

    def __repr__(self) -> str:
        return f"<QuoinePayClient {self._api.base_url}>"

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._api.close()

    def create_invoice(
        self, price: Money, *, name: str | None = None, data: str | None = None
    ) -> InvoiceAnswer:
        """Make an invoice over a price in the account's currency (POST /invoices).

        Never repeated by itself: the API knows no idempotency key.

        :raises ProviderProtocolError: also if the answer is about another invoice.
        """
        body = {"price": f"{price.amount:f}"}
        if name is not None:
            body["name"] = name
        if data is not None:
            body["data"] = data
        where = f"POST {INVOICES}"
        raw = self._checked(lambda: self._api.post(INVOICES, body))
        answer: InvoiceAnswer = self._read(InvoiceSchema(), raw, where)
        if answer.data != data:
            raise self._odd(f"{where}: answers with other data than were sent", raw)
        return answer

    def get_invoice(self, invoice_id: int) -> InvoiceAnswer:
        """Look at an invoice (GET /invoices/{id}).

        :raises ProviderProtocolError: also if the answer is about another invoice.
        """
        path = INVOICE.format(id=int(invoice_id))
        raw = self._checked(lambda: self._api.get(path))
        answer: InvoiceAnswer = self._read(InvoiceSchema(), raw, f"GET {INVOICE}")
        if answer.id != invoice_id:
            raise self._odd(f"GET {INVOICE}: answers about another invoice", raw)
        return answer

    def list_invoices(self, page: int = 1, per: int = PAGE_SIZE) -> InvoicePage:
        """List the account's invoices, in no documented order (GET /invoices)."""
        raw = self._checked(lambda: self._api.get(INVOICES, {"page": page, "per": per}))
        frame = self._read(PageSchema(), raw, f"GET {INVOICES}")
        read: list[InvoiceAnswer] = []
        broken: list[BrokenItem] = []
        schema = InvoiceSchema()
        # Item by item: a stranger's odd one must not hide ours.
        for item in frame["invoices"]:
            try:
                read.append(schema.load(item))
            except ValidationError as err:
                broken.append(_broken(item, _problem(err)))
        return InvoicePage(tuple(read), tuple(broken), **frame["meta"])

    def get_profile(self) -> ProfileAnswer:
        """Read the account's currency and callback (GET /profile)."""
        raw = self._checked(lambda: self._api.get(PROFILE))
        answer: ProfileAnswer = self._read(ProfileSchema(), raw, f"GET {PROFILE}")
        return answer

    def set_callback(self, url: str) -> None:
        """Set the account's one callback address (POST /payments_callback_url).

        Saying the same twice changes nothing, so it may be repeated.
        """
        body = {"callback": url}
        where = f"POST {CALLBACK_URL}"
        raw = self._checked(lambda: self._api.post(CALLBACK_URL, body, idempotent=True))
        answer = self._read(CallbackSchema(), raw, where)
        if answer["status"] != "success" or answer["callback"] != url:
            raise self._odd(f"{where}: the address was not taken over", raw)

    def _checked(self, call: Callable[[], ApiAnswer]) -> Any:
        """Make a call; an answer that says "fail" is one whatever its status is."""
        try:
            data = call().data
        except ProviderUnavailable as err:
            raise explain_outage(err) from None
        if _is_failure(data):
            words = [self._api.redact(text)[:300] for text in read_errors(data)]
            raise ProviderRefused(
                self.provider, f"refused: {'; '.join(words)}", messages=words
            )
        return data

    def _read(self, schema: Schema, data: Any, where: str) -> Any:
        if not isinstance(data, Mapping):
            raise self._odd(f"{where}: the answer is not an object", data)
        try:
            return schema.load(data)
        except ValidationError as err:
            raise self._odd(f"{where}: {_problem(err)}", data) from None

    def _odd(self, problem: str, data: Any) -> ProviderProtocolError:
        try:
            text = dump_json(data).decode()
        except JsonError:
            text = type(data).__name__
        return ProviderProtocolError(
            self.provider, problem, evidence=self._api.redact(text)
        )


def _is_failure(data: Any) -> bool:
    return isinstance(data, Mapping) and data.get("status") == "fail"


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
    number = item.get("id") if isinstance(item, Mapping) else None
    data = item.get("data") if isinstance(item, Mapping) else None
    return BrokenItem(
        problem,
        number if isinstance(number, int) and not isinstance(number, bool) else None,
        data if isinstance(data, str) else None,
    )
