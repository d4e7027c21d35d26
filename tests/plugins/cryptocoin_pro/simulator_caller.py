"""Calls of the simulator, as raw as the document's examples."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_BANK_ID,
    SIMULATOR_EMAIL,
    SIMULATOR_PASSWORD,
    SIMULATOR_PLATFORM_ID,
    SIMULATOR_PLATFORM_PRIVATE_KEY,
    SIMULATOR_USER_ID,
    SIMULATOR_WALLETS,
    create_simulator,
    simulator_of,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PDF = b"%PDF-1.4\n" + bytes(100)
NOW = 1_795_000_000


class Ticker:
    """The real time of a test."""

    unix = float(NOW)

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self.unix, timezone.utc)


class Caller:
    """One user of the simulator, who is logged in with the first call."""

    def __init__(
        self,
        http: FlaskClient,
        ticker: Ticker,
        email: str = SIMULATOR_EMAIL,
        user_id: str = SIMULATOR_USER_ID,
    ) -> None:
        self.http = http
        self.ticker = ticker
        self.email = email
        self.user_id = user_id
        self._token: str | None = None

    @property
    def token(self) -> str:
        """The access token."""
        if self._token is None:
            body = {"email": self.email, "password": SIMULATOR_PASSWORD}
            answer = self.http.post("/api/v1/authenticate", json=body)
            self._token = answer.get_json()["data"]["id"]
        return self._token

    def call(self, method: str, path: str, **parts: Any) -> TestResponse:
        """Send a request of the user's: `path` is what follows his id."""
        return self.http.open(
            f"/api/v1/user/{self.user_id}{path}",
            method=method,
            headers={"Authorization": f"Bearer {self.token}"},
            **parts,
        )

    def get(self, path: str, **parts: Any) -> Any:
        """Return the JSON of a GET that has to succeed."""
        return self._json(self.call("GET", path, **parts), 200)

    def post(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Return the JSON of a POST that has to end with a status."""
        return self._json(self.call("POST", path, json=body or {}), status)

    def upload(self, path: str, fields: dict[str, Any], *, status: int = 200) -> Any:
        """Return the JSON of a multipart POST; bytes are files."""
        data = {
            name: (io.BytesIO(value), "file.png") if isinstance(value, bytes) else value
            for name, value in fields.items()
        }
        answer = self.call("POST", path, data=data)
        # Where it is large, the client has written it into a file.
        answer.request.environ["wsgi.input"].close()
        return self._json(answer, status)

    def control(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Return the JSON of a POST to the control API."""
        answer = self.http.post(f"/control{path}", json=body or {})
        return self._json(answer, status)

    def platform(self, path: str = "", **parts: Any) -> TestResponse:
        """Send a GET of the platform's."""
        return self.http.get(
            f"/api/v1/platform/{SIMULATOR_PLATFORM_ID}{path}",
            headers={"token": self.sign({"platform": SIMULATOR_PLATFORM_ID})},
            **parts,
        )

    def sign(self, payload: dict[str, Any], *, seconds: int = 60) -> str:
        """Return a token of the platform's."""
        expire = {"expire": int(self.ticker.unix) + seconds}
        return jwt.encode({**expire, **payload}, _key(), algorithm="RS512")

    def link(
        self,
        *,
        seconds: int = 3600,
        wallet: str = SIMULATOR_WALLETS["ETH"],
        ping_url: str = "https://shop.example.com/ping",
        email: str = "buyer@example.com",
        **payment: Any,
    ) -> dict[str, str]:
        """Return the query of a link to the checkout page."""
        payload = {
            "user": {
                "id": "29",
                "username": "buyer",
                "email": email,
                "wallet": wallet,
                "first_name": "Test",
                "last_name": "Buyer",
                "country": "RO",
            },
            "payment": {
                "operation": "buy",
                "type": "coin",
                "symbol": "ETH",
                "amount": "0.5",
                "rate": "172.2125",
                "fiat": "EUR",
                "request_id": "invoice:1",
                "method": "card",
                "attempts": 2,
                "second_order_type": "withdraw",
                **payment,
            },
            "redirect_url": "https://shop.example.com/back",
            "ping_url": ping_url,
            "ip": "",
        }
        token = self.sign(payload, seconds=seconds)
        return {"lang": "en", "platform_id": SIMULATOR_PLATFORM_ID, "token": token}

    def visit(self, **parts: Any) -> str:
        """Open the checkout page by a link and return its path."""
        answer = self.http.get("/checkout", query_string=self.link(**parts))
        assert answer.status_code == 303, answer.text
        return answer.location

    def deposit_address(self, asset: str = "ETH") -> str:
        """Return a new deposit address."""
        body = {"asset": asset, "destination": "checkout"}
        address: str = self.post("/deposit/address", body)["data"]["address"]
        return address

    def quote(self, **changes: Any) -> dict[str, Any]:
        """Ask for the sale of the document's example."""
        body = {
            "type": "coin",
            "orderType": "sell_to_fiat",
            "orderAmount": "0.2",
            "orderSymbol": "ETH",
            "orderPaymentSymbol": "EUR",
            "orderPaymentMethod": SIMULATOR_BANK_ID,
            "orderPaymentType": "bank",
            **changes,
        }
        wanted = {name: value for name, value in body.items() if value is not None}
        made: dict[str, Any] = self.post("/quote", wanted, status=201)["data"]
        return made

    @staticmethod
    def _json(answer: TestResponse, status: int) -> Any:
        assert answer.status_code == status, answer.text
        return answer.get_json()


@lru_cache
def _key() -> RSAPrivateKey:
    """Load the platform's key once: that takes a moment."""
    key = load_pem_private_key(SIMULATOR_PLATFORM_PRIVATE_KEY.encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


@lru_cache
def _start() -> tuple[Flask, Ticker]:
    """Start one simulator for the whole run: its many routes take a moment."""
    ticker = Ticker()
    return create_simulator(clock=ticker.now), ticker


def make_caller() -> Caller:
    """Return the merchant of a simulator that knows of nothing yet."""
    app, ticker = _start()
    ticker.unix = float(NOW)
    simulator_of(app).start_over()
    return Caller(app.test_client(), ticker)


def keys_of(document: Any) -> Any:
    """Return the fields of a document and of all that is in it, without the values."""
    if isinstance(document, dict):
        return {name: keys_of(value) for name, value in document.items()}
    if isinstance(document, list):
        return [keys_of(document[0])] if document else []
    return None


def fields(text: str) -> dict[str, None]:
    """Return the shape of an object that has nothing inside its fields."""
    return dict.fromkeys(text.split())


def checkouts(merchant: Caller) -> Any:
    """The checkouts that the platform sees."""
    return merchant.platform("/checkout").get_json()["data"]


def orders_of(merchant: Caller) -> dict[str, Any]:
    """The platform's orders by operation."""
    orders = merchant.platform("/order").get_json()["data"]
    return {order["typeOperationName"]: order for order in orders}


def pay(merchant: Caller, page: str, outcome: str, method: str = "card") -> None:
    """Pay on the checkout page, with the outcome that is asked for."""
    answer = merchant.http.post(
        f"{page}/pay", data={"method": method, "outcome": outcome}
    )
    assert (answer.status_code, answer.location) == (303, page), answer.text


def pings(merchant: Caller) -> list[dict[str, Any]]:
    """What was told of checkouts."""
    found: list[dict[str, Any]] = merchant.http.get("/control/pings").get_json()[
        "pings"
    ]
    return found


def available(caller: Caller, symbol: str = "ETH") -> Decimal:
    """What a user can spend."""
    found = caller.get(f"/balances/{symbol}")["data"]
    (asset,) = found["coins"] + found["tokens"]
    return Decimal(asset["amounts"]["crypto"]["available"])


def confirm(caller: Caller, quote: dict[str, Any], **body: str) -> Any:
    """Confirm a quote and return its order."""
    return caller.post(f"/quote/{quote['id']}", body, status=201)["data"]
