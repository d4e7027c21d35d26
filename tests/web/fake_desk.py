"""A desk made by hand, and builders for a checkout in every state."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from checkout_kit.domain.charge import (
    Charge,
    DiscountItem,
    LineItem,
    ShippingCostItem,
    TaxItem,
)
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import DepositInstructions, Invoice, InvoiceStatus
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.proof import Proof
from checkout_kit.domain.quote import PaymentMethod, Quote
from checkout_kit.domain.states import (
    CheckoutFacts,
    ResolveMark,
    derive_status,
)
from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import NotFoundError

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=timezone.utc)
TOKEN = "0123456789abcdef0123456789abcdef"
CHECKOUT_ID = "fedcba9876543210fedcba9876543210"
XLM_ADDRESS = "GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H"
XRP_ADDRESS = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh"
BTC_ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"

#: No two checkouts are taken for the same.
_VERSIONS = itertools.count(1)

CHARGE = Charge(
    currency="EUR",
    line_items=[
        LineItem("Ethiopia Yirgacheffe, whole bean, 250 g", "14.50", 2),
        LineItem("Pour-over kettle, matte black", "64.00"),
    ],
    discount_items=[DiscountItem("Welcome back, 10 %", "9.30")],
    shipping_cost_items=[ShippingCostItem("Shipping", "4.90", taxable=True)],
    tax_items=[TaxItem("VAT", "0.19")],
)


def method(
    code: str, *, name: str = "", network: str = "", **options: Any
) -> PaymentMethod:
    """A payment method of a provider called acme."""
    names = {
        "BTC": ("Bitcoin", "Bitcoin"),
        "ETH": ("Ether", "Ethereum"),
        "LTC": ("Litecoin", "Litecoin"),
        "XLM": ("Stellar Lumens", "Stellar"),
        "XRP": ("XRP", "XRP Ledger"),
    }
    currency = options.pop("currency", None) or Currency.parse(code)
    default = names.get(code, (code, ""))
    return PaymentMethod(
        "acme", currency, name or default[0], network or default[1], **options
    )


def usdc() -> PaymentMethod:
    """An issued dollar token, where a provider has it on two networks."""
    issuer = "GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN"
    return method(
        "USDC",
        name="USD Coin",
        network="Stellar",
        is_qualified=True,
        currency=Currency("USDC", "stellar", issuer, 7),
    )


def quote(chosen: PaymentMethod, amount: str, **options: Any) -> Quote:
    """A quote for the whole charge."""
    return Quote(
        method=chosen,
        covers=CHARGE.total,
        amount=Money(amount, chosen.currency),
        **options,
    )


def all_quotes(**options: Any) -> list[Quote]:
    """Quotes as several providers would give them."""
    return [
        quote(method("XLM", **options), "412.8830154", is_firm=True),
        quote(method("BTC", **options), "0.00119045"),
        quote(method("XRP", **options), "48.213501"),
        quote(
            method("ETH", **options),
            "0.034512345678901234",
            fee=Money("0.0004", "ETH"),
        ),
        quote(usdc(), "121.8421000"),
        quote(
            method("LTC", name="Litecoin by Coinhouse", network="", redirects=True),
            "1.20450000",
        ),
    ]


def instructions(chosen: PaymentMethod, amount: str) -> DepositInstructions:
    """Deposit instructions as each network has them."""
    money = Money(amount, chosen.currency)
    code = chosen.currency.code
    if code == "XRP":
        return DepositInstructions(
            XRP_ADDRESS,
            money,
            "xrpl",
            destination_tag=3041177,
            payment_uri=f"xrpl:{XRP_ADDRESS}?dt=3041177&amount={amount}",
        )
    if code == "BTC":
        return DepositInstructions(
            BTC_ADDRESS,
            money,
            "bitcoin",
            payment_uri=f"bitcoin:{BTC_ADDRESS}?amount={amount}",
        )
    return DepositInstructions(
        XLM_ADDRESS,
        money,
        "stellar",
        memo="7Q4K9ZT2",
        memo_type="text",
        payment_uri=(
            f"web+stellar:pay?destination={XLM_ADDRESS}&amount={amount}"
            "&memo=7Q4K9ZT2&memo_type=MEMO_TEXT"
        ),
    )


def invoice(
    code: str = "XLM",
    amount: str = "412.8830154",
    *,
    covers: Money | None = None,
    number: int = 1,
    status: InvoiceStatus = InvoiceStatus.OPEN,
    minutes: int = 42,
    is_test: bool = False,
    payments: Sequence[Payment] = (),
    **changes: Any,
) -> Invoice:
    """An invoice that expires in so many minutes."""
    chosen = changes.pop("method", None) or method(code, is_test=is_test)
    deposit = instructions(chosen, amount) if status is InvoiceStatus.OPEN else None
    if "redirect_url" in changes:
        deposit = None
    base: dict[str, Any] = {
        "id": f"{number:032x}",
        "checkout_id": CHECKOUT_ID,
        "method": chosen,
        "operation_key": f"invoice:{number}",
        "covers": covers or CHARGE.total,
        "amount": Money(amount, chosen.currency),
        "status": status,
        "created_at": NOW - timedelta(minutes=60 - number),
        "expires_at": NOW + timedelta(minutes=minutes, seconds=17),
        "instructions": deposit,
        "payments": tuple(payments),
    }
    return Invoice(**{**base, **changes})


def payment(
    amount: str = "412.8830154",
    *,
    code: str = "XLM",
    status: PaymentStatus = PaymentStatus.CONFIRMED,
    number: int = 1,
    minutes_ago: int = 3,
    peak: str | None = None,
) -> Payment:
    """A payment of an invoice."""
    currency = Currency.parse(code)
    return Payment(
        provider="acme",
        external_id=f"deposit-{number}",
        invoice_id=f"{1:032x}",
        amount=Money(amount, currency),
        status=status,
        received_at=NOW - timedelta(minutes=minutes_ago),
        ticket=1,
        peak_confirmed=Money(peak, currency) if peak else None,
        transaction_id=f"{number}b3f6c1d2a9e84750{number}b3f6c1d2a9e84750"
        f"{number}b3f6c1d2a9e84750{number}b3f6c1d2a9e8475",
    )


def checkout(
    *invoices: Invoice,
    now: datetime = NOW,
    charge: Charge = CHARGE,
    expires_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    resolve: str | None = None,
    **changes: Any,
) -> Checkout:
    """A checkout with these invoices, its state derived as the kit does."""
    facts = CheckoutFacts(
        total=charge.total,
        tolerance=Decimal(0),
        expires_at=expires_at or NOW + timedelta(hours=20),
        invoices=invoices,
        cancelled_at=cancelled_at,
    )
    status = derive_status(facts, now)
    if resolve is not None:
        mark = ResolveMark(
            "merchant",
            NOW,
            resolve == "accepted",
            status.confirmed_credit,
            status.detected_credit,
        )
        facts = replace(facts, resolve_mark=mark)
        status = derive_status(facts, now)
    base: dict[str, Any] = {
        "id": CHECKOUT_ID,
        "token": TOKEN,
        "store_id": "default",
        "charge": charge,
        "settlement_currency": charge.currency,
        "created_at": NOW - timedelta(hours=4),
        "expires_at": facts.expires_at,
        "tolerance": facts.tolerance,
        "status": status,
        "reference": "NW-20418",
        "return_url": "https://shop.example/thanks?order=20418",
        "cancel_url": "https://shop.example/cart",
        "cancelled_at": cancelled_at,
        "resolve_mark": facts.resolve_mark,
        "invoices": invoices,
        "version": next(_VERSIONS),
    }
    return Checkout(**{**base, **changes})


HALF, MORE = "206.4415077", "430.0000000"
DETECTED, REVERSED = PaymentStatus.DETECTED, PaymentStatus.REVERSED


def _late(amount: str) -> Checkout:
    return checkout(invoice(minutes=-10, payments=[payment(amount)]))


def _remainder() -> Checkout:
    first = invoice(minutes=-5, payments=[payment(HALF, minutes_ago=20)])
    rest = Money.round_up(CHARGE.total.fraction / 2, CHARGE.currency)
    return checkout(first, invoice("BTC", "0.00059523", covers=rest, number=2))


#: Every panel and state, by a name: what the gallery shows and the tests go through.
CASES: dict[str, Callable[[], Checkout]] = {
    "choose": lambda: checkout(),
    "choose_none": lambda: checkout(reference=None),
    "choose_test": lambda: checkout(),
    "preparing": lambda: checkout(invoice(status=InvoiceStatus.INTENDED)),
    "pay_memo": lambda: checkout(invoice()),
    "pay_tag": lambda: checkout(invoice("XRP", "48.213501")),
    "pay_plain": lambda: checkout(invoice("BTC", "0.00119045", minutes=3)),
    "pay_test": lambda: checkout(invoice(is_test=True)),
    "cancel": lambda: checkout(invoice()),
    "error": lambda: checkout(),
    "redirect": lambda: checkout(
        invoice(
            "LTC",
            "1.20450000",
            redirect_url="https://pay.provider.example/i/8841",
            method=method("LTC", name="Coinhouse", network="Litecoin", redirects=True),
        )
    ),
    "proof": lambda: checkout(
        invoice(
            "ETH",
            "0.034512",
            redirect_url="https://pay.provider.example/i/8842",
            method=method("ETH", name="Bank transfer", network="", redirects=True),
            wants_proof=True,
        )
    ),
    "seen": lambda: checkout(
        invoice(payments=[payment(status=DETECTED, minutes_ago=1)])
    ),
    "seen_part": lambda: checkout(
        invoice(payments=[payment(HALF, status=DETECTED, minutes_ago=1)])
    ),
    "seen_without_amount": lambda: checkout(invoice(seen=True)),
    "paid": lambda: checkout(invoice(payments=[payment()])),
    "paid_late": lambda: _late("412.8830154"),
    "underpaid": lambda: checkout(invoice(payments=[payment(HALF)])),
    "underpaid_late": lambda: _late(HALF),
    "underpaid_closed": lambda: checkout(
        invoice(minutes=-90, payments=[payment(HALF, minutes_ago=100)]),
        expires_at=NOW - timedelta(minutes=1),
    ),
    "remainder": _remainder,
    "overpaid": lambda: checkout(invoice(payments=[payment(MORE)])),
    "overpaid_late": lambda: _late(MORE),
    "reversed": lambda: checkout(
        invoice(payments=[payment(status=REVERSED, peak="412.8830154")])
    ),
    "expired": lambda: checkout(invoice(minutes=-3)),
    "closed": lambda: checkout(
        invoice(minutes=-90), expires_at=NOW - timedelta(minutes=1)
    ),
    "cancelled": lambda: checkout(cancelled_at=NOW - timedelta(minutes=2)),
    "resolved_accepted": lambda: checkout(
        invoice(payments=[payment(HALF)]), resolve="accepted"
    ),
    "resolved": lambda: checkout(invoice(payments=[payment(HALF)]), resolve="closed"),
}


@dataclass
class FakeDesk:
    """Keeps checkouts by token, and what was asked of it."""

    checkouts: dict[str, Checkout] = field(default_factory=dict)
    quotes: list[Quote] = field(default_factory=all_quotes)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)

    def is_fresh(self, token: str, version: int, *, for_page: bool) -> bool:
        """Whether the checkout is the one of that version still."""
        self._note("is_fresh", token, version)
        return token in self.checkouts and self.checkouts[token].version == version

    def open_page(self, token: str) -> Checkout:
        """Read a checkout."""
        self._note("open_page", token)
        return self._find(token)

    def read_status(self, token: str) -> Checkout:
        """Read a checkout for the poll."""
        self._note("read_status", token)
        return self._find(token)

    def list_quotes(self, checkout: Checkout) -> Sequence[Quote]:
        """The quotes that were set."""
        self._note("list_quotes", checkout.id)
        return self.quotes

    def choose_method(self, token: str, method_id: str) -> Checkout:
        """Note the choice."""
        self._note("choose_method", token, method_id)
        return self._find(token)

    def cancel(self, token: str) -> Checkout:
        """Note the wish."""
        self._note("cancel", token)
        return self._find(token)

    def simulate(self, token: str, scenario: str) -> None:
        """Note the scenario."""
        self._note("simulate", token, scenario)

    def submit_proof(self, token: str, proof: Proof) -> None:
        """Note the proof."""
        self._note("submit_proof", token, proof)

    def receive_webhook(self, provider: str, request: WebhookRequest) -> None:
        """Note the webhook; only acme is known."""
        self._note("receive_webhook", provider, request)
        if provider != "acme":
            raise NotFoundError("provider", provider)

    def _note(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, *arguments))
        if name in self.errors:
            raise self.errors[name]

    def _find(self, token: str) -> Checkout:
        try:
            return self.checkouts[token]
        except KeyError:
            raise NotFoundError("checkout", "?") from None


def desk_for(case: str) -> FakeDesk:
    """A desk that holds one checkout in the named case."""
    desk = FakeDesk({TOKEN: CASES[case]()})
    if case == "choose_none":
        desk.quotes = []
    if case == "choose_test":
        desk.quotes = all_quotes(is_test=True)
    return desk
