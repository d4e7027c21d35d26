"""The kit's side of the plugin, and the provider's answers that its tests need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from checkout_kit import (
    Charge,
    Checkout,
    Currency,
    Invoice,
    InvoiceSnapshot,
    InvoiceStatus,
    LineItem,
    Money,
    Payment,
    PaymentStatus,
    ProviderContext,
    ProviderInvoice,
    Quote,
)
from checkout_kit.domain.states import CheckoutFacts, derive_status
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import (
    BANK_ID,
    PLATFORM_ID,
    USER_ID,
    WALLET,
    FakeApi,
    FakeClock,
    data_of,
    read_case,
    settings_for,
)

EUR = Currency.parse("EUR")
ETH = Currency.parse("ETH")
FORTY = Money("40.00", EUR)
HOOKS_URL = "https://shop.example.com/checkout/hooks/cryptocoin_pro"
PAGE_URL = "https://shop.example.com/checkout/0123456789abcdef0123456789abcdef"
BUYER_ID = "c73d7aec-de24-4e19-8476-0326bfc0e42d"
KEY = "invoice:0123456789abcdef0123456789abcdef"
USER = f"/user/{USER_ID}"
PLATFORM = f"/platform/{PLATFORM_ID}"
ORDER = "0d000000-0000-4000-8000-000000000001"


class Notes:
    """An operation that lives as long as its test."""

    key = KEY

    def __init__(self) -> None:
        self.steps: dict[str, Mapping[str, Any]] = {}

    def recall(self, step: str) -> Mapping[str, Any] | None:
        """Give back what was recorded."""
        return self.steps.get(step)

    def record(self, step: str, data: Mapping[str, Any]) -> None:
        """Keep it."""
        self.steps[step] = dict(data)

    def reserve(self, subject: str) -> str | None:
        """Nobody else is there."""
        return None

    def release(self, subject: str) -> None:
        """Nothing is kept."""


def make_plugin(api: FakeApi, clock: FakeClock, **changes: Any) -> CryptocoinProPlugin:
    """A plugin before a fake API whose account may do everything."""
    profile = data_of("get_user")
    profile["banks"][0]["id"] = BANK_ID
    api.put(f"GET {USER}", {"data": profile})
    coins = data_of("get_user_currencies_one")["coins"]
    bitcoin = coins[0] | {"symbol": "XBT", "name": "Bitcoin"}
    api.put(f"GET {USER}/currencies", {"data": {"coins": [coins[0], bitcoin]}})
    platform = data_of("get_platform")
    platform["paymentMethods"]["bank"][0]["status"] = True
    api.put(f"GET {PLATFORM}", {"data": platform})
    context = ProviderContext("cryptocoin_pro", HOOKS_URL, clock)
    return CryptocoinProPlugin(settings_for(api.url, **changes), context)


def change(api: FakeApi, endpoint: str, path: str, value: Any) -> None:
    """Change one value of an answer that was put, such as ``kyc.level``."""
    status, answer = api.answers[endpoint][0]
    *names, last = path.split(".")
    target: Any = answer["data"]
    for name in names:
        target = target[int(name) if name.isdigit() else name]
    target[last] = value
    api.answers[endpoint] = [(status, answer)]


def price(
    source: str, target: str, amount: str, other: str, rate: str, operation: str
) -> dict[str, Any]:
    """An answer of the price endpoints."""
    data = data_of("get_user_price_sell_one_one") | {
        "rate": rate,
        "amounts": {"from": amount, "to": other},
        "assets": {"from": source, "to": target},
        "operation": operation,
    }
    return {"data": data}


def put_prices(api: FakeApi) -> None:
    """An ether is sold for 160 euros and bought for 200."""
    api.put(
        f"GET {USER}/price/sell/ETH/EUR",
        lambda seen: price(
            "ETH",
            "EUR",
            str(Decimal(seen.query["to_amount"]) / 160),
            seen.query["to_amount"],
            "160",
            "sell_to_fiat",
        ),
    )
    api.put(
        f"GET {USER}/price/sell/XBT/EUR", (405, {"message": "Operation not available!"})
    )

    def buy(seen: Any) -> Any:
        if "from_amount" in seen.query:
            paid = Decimal(seen.query["from_amount"])
            coins = paid / 200
        else:
            coins = Decimal(seen.query["to_amount"])
            paid = coins * 200
        return price("EUR", "ETH", str(paid), str(coins), "200", "buy_with_fiat")

    api.put(f"GET {USER}/price/buy/EUR/ETH", buy)


def checkout_of(total: str = "40.00", **changes: Any) -> Checkout:
    """A checkout as create_invoice gets it."""
    charge = Charge("EUR", [LineItem("Lamp", total)])
    now = FakeClock().now()
    facts = CheckoutFacts(
        total=charge.total,
        tolerance=Decimal(0),
        expires_at=now + timedelta(days=1),
        invoices=(),
    )
    base: dict[str, Any] = {
        "id": "c" * 32,
        "token": PAGE_URL[-32:],
        "store_id": "default",
        "charge": charge,
        "settlement_currency": EUR,
        "created_at": now,
        "expires_at": facts.expires_at,
        "tolerance": facts.tolerance,
        "status": derive_status(facts, now),
        "url": PAGE_URL,
    }
    return Checkout(**(base | changes))


def quote_of(plugin: CryptocoinProPlugin, variant: str = "") -> Quote:
    """A quote over 40 euros, paid in ether."""
    methods = plugin.list_payment_methods(EUR)
    quotes = plugin.quote_price(methods, Money("40.00", EUR), EUR)
    return next(
        q for q in quotes if q.method.currency == ETH and q.method.variant == variant
    )


def to_invoice(quote: Quote, made: ProviderInvoice, **changes: Any) -> Invoice:
    """The invoice that the kit makes of an answer."""
    now = FakeClock().now()
    base: dict[str, Any] = {
        "id": "invoice-1",
        "checkout_id": "c" * 32,
        "method": quote.method,
        "operation_key": KEY,
        "covers": quote.covers,
        "amount": made.amount,
        "status": InvoiceStatus.OPEN,
        "created_at": now,
        "expires_at": now + timedelta(hours=1),
        "reference": made.reference,
        "instructions": made.instructions,
        "redirect_url": made.redirect_url,
        "provider_data": made.provider_data,
    }
    return Invoice(**(base | changes))


def deposit_invoice(plugin: CryptocoinProPlugin, api: FakeApi) -> Invoice:
    """An invoice that is paid on an address."""
    address = {**data_of("post_user_deposit_address"), "destination": "checkout"}
    api.put(f"POST {USER}/deposit/address", {"data": address})
    quote = quote_of(plugin)
    return to_invoice(quote, plugin.create_invoice(checkout_of(), quote, Notes()))


def page_invoice(plugin: CryptocoinProPlugin) -> Invoice:
    """An invoice that is paid on the provider's page."""
    quote = quote_of(plugin, "bank")
    return to_invoice(quote, plugin.create_invoice(checkout_of(), quote, Notes()))


def paid(invoice: Invoice, amount: str | None = None, **changes: Any) -> Invoice:
    """The invoice with a confirmed payment."""
    money = Money(amount, ETH) if amount else invoice.amount
    payment = Payment(
        provider="cryptocoin_pro",
        external_id="order-1",
        invoice_id=invoice.id,
        amount=money,
        status=PaymentStatus.CONFIRMED,
        received_at=invoice.created_at,
        ticket=1,
        peak_confirmed=money,
    )
    return replace(invoice, payments=(replace(payment, **changes),))


def seconds() -> int:
    """The present, as the API writes it."""
    return int(FakeClock().now().timestamp())


def order(status: str, operation: str = "deposit", **changes: Any) -> dict[str, Any]:
    """An order of 0.25 ether."""
    base: dict[str, Any] = read_case("get_user_order")["data"][0] | {
        "id": ORDER,
        "status": status,
        "type": "coin",
        "typeOperationName": operation,
        "fromSymbol": None,
        "fromAmount": "0",
        "toSymbol": "ETH",
        "toAmount": "0.2500000000000000000000000",
        "wallet": WALLET.upper().replace("0X", "0x"),
        "txId": "0xabc",
        "parentOrder": {"id": None, "publicId": None},
        "createdAt": seconds() + 60,
    }
    return base | changes


def snapshot(plugin: CryptocoinProPlugin, invoice: Invoice) -> InvoiceSnapshot:
    """What the plugin sees of one invoice."""
    return plugin.detect_payments([invoice]).snapshots[invoice.id]
