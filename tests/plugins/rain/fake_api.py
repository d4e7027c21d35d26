"""A stand-in for the API on loopback that answers with files and records requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.invoice import Invoice, InvoiceStatus, ProviderInvoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.provider import ProviderContext
from checkout_kit.domain.quote import Quote
from checkout_kit.testing import LoopbackServer
from checkout_kit_rain import RainPlugin
from checkout_kit_rain.config import RainSettings
from checkout_kit_rain.fees import BTC, USD

RESPONSES = Path(__file__).parent / "responses"
EMAIL, PASSWORD = "merchant@example.com", "Secret-of-the-example2$"
ACCOUNT_ID = "7e7bd0d4-d361-4966-87a0-05485534414b"
FIAT_ID = "66aba5d7-30c0-4f5c-a5aa-b04aa75e1fe2"
SELL_ID = "8140db2e-60b7-4ea5-81b5-1e459b0e8bc6"
ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


def read_case(case: str) -> Any:
    return json.loads((RESPONSES / f"{case}.json").read_text())


class Ticker:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.moment = datetime(2017, 7, 11, 21, 40, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


@dataclass
class Seen:
    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}"


class FakeApi:
    """Answers ``METHOD /path`` with what was put there; the last answer stays."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.url = ""
        self.logins = 0

    def put(self, endpoint: str, *answers: Any) -> None:
        """Answer with JSON values, texts, ``(status, value)`` or callables."""
        self.answers[endpoint] = [
            answer if isinstance(answer, tuple) else (200, answer) for answer in answers
        ]

    def calls(self, endpoint: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.endpoint == endpoint]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        seen = Seen(
            request.method,
            request.path.removeprefix("/api/1"),
            request.get_data(),
            dict(request.headers),
        )
        self.seen.append(seen)
        waiting = self.answers.get(seen.endpoint)
        status, value = 404, read_case("error_account_not_found")
        if waiting:
            status, value = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        elif seen.endpoint == "POST /login":
            self.logins += 1
            status, value = 200, read_case("post_login") | {"token": self.token}
        if callable(value):
            value = value(seen)
            if isinstance(value, tuple):
                status, value = value
        text = value if isinstance(value, (str, bytes)) else json.dumps(value)
        response = Response(text, status=status, content_type="application/json")
        return response(environ, start_response)

    @property
    def token(self) -> str:
        return f"token-number-{self.logins}-of-the-example="


@contextmanager
def running_api() -> Iterator[FakeApi]:
    api = FakeApi()
    with LoopbackServer(api) as server:
        api.url = f"{server.url}/api/1"
        yield api


def make_settings(url: str, **changes: Any) -> RainSettings:
    options: dict[str, Any] = {
        "email": EMAIL,
        "password": PASSWORD,
        "base_url": url,
        "test_mode": True,
        "read_timeout": 1.0,
        "total_timeout": 1.0,
        "fiat_account_id": FIAT_ID,
    }
    return RainSettings(**(options | changes))


def make_plugin(api: FakeApi, clock: Ticker, **changes: Any) -> RainPlugin:
    context = ProviderContext("rain", "https://shop.example.com/hooks/rain", clock)
    return RainPlugin(make_settings(api.url, **changes), context)


def charge(total: str = "50.00", currency: str = "USD") -> Charge:
    return Charge(currency, [LineItem("T-Shirt", total)])


def quote_of(plugin: RainPlugin, due: str = "50.00") -> Quote:
    (quote,) = plugin.quote_price(
        plugin.list_payment_methods(USD), Money(due, USD), USD
    )
    return quote


def to_invoice(clock: Ticker, quote: Quote, made: ProviderInvoice) -> Invoice:
    now = clock.now()
    return Invoice(
        id="invoice-1",
        checkout_id="c" * 32,
        method=quote.method,
        operation_key="invoice:1",
        covers=quote.covers,
        amount=made.amount,
        status=InvoiceStatus.OPEN,
        created_at=now,
        expires_at=now + timedelta(hours=1),
        reference=made.reference,
        instructions=made.instructions,
        provider_data=made.provider_data,
    )


def payment_of(
    invoice: Invoice, amount: str, status: PaymentStatus = PaymentStatus.CONFIRMED
) -> Payment:
    money = Money(amount, BTC)
    return Payment(
        provider="rain",
        external_id=str(invoice.reference),
        invoice_id=invoice.id,
        amount=money,
        status=status,
        received_at=invoice.created_at,
        ticket=1,
        peak_confirmed=money if status is PaymentStatus.CONFIRMED else None,
    )


def account(
    balance: str = "0", unconfirmed: str = "0", **changes: Any
) -> dict[str, Any]:
    case: dict[str, Any] = read_case("post_accounts")
    case |= {
        "name": "invoice:1",
        "address": ADDRESS,
        "balance": {"amount": balance, "currency": "btc"},
        "unconfirmed_balance": {"amount": unconfirmed, "currency": "btc"},
    }
    return case | changes


def sale(coins: str = "0.50000000", **changes: Any) -> dict[str, Any]:
    case: dict[str, Any] = read_case("post_sells")
    case |= {
        "amount": {"amount": coins, "currency": "btc"},
        "subtotal": {"amount": "50.00", "currency": "usd"},
        "fee": {"amount": "0.50", "currency": "usd"},
        "total": {"amount": "49.50", "currency": "usd"},
        "withdraw_account_id": ACCOUNT_ID,
    }
    return case | changes
