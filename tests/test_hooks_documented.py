"""docs/hooks.md says what the hook specifications say, and its examples work."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

import pluggy
import pytest
from flask import Flask

from checkout_kit import (
    Charge,
    Checkout,
    Currency,
    Event,
    Invoice,
    InvoiceStatus,
    LineItem,
    Money,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Proof,
    ProviderContext,
    Quote,
    WebhookRequest,
    WithdrawalRequest,
    WithdrawalTarget,
    hookspecs,
)
from checkout_kit.domain.states import CheckoutFacts, derive_status
from checkout_kit.plugins.answers import check_answer
from checkout_kit.testing import MemoryOperation
from checkout_kit.testing.clock import START, FakeClock
from tests.support.documents import Document, Section
from tests.support.source import ROOT

HOOKS: dict[str, Callable[..., Any]] = {
    name: function
    for name, function in vars(hookspecs).items()
    if hasattr(function, f"{hookspecs.PROJECT_NAME}_spec")
}
LABELS = ("**Called**", "**Arguments**", "**Returns**", "**Raises**", "**Money**")
#: The account of SEP-23's test vectors.
ACCOUNT = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
DOCUMENT = Document(ROOT / "docs" / "hooks.md")


def _heading(hook: str) -> str:
    return f"{hook}({', '.join(inspect.signature(HOOKS[hook]).parameters)})"


def _section(hook: str) -> Section:
    return DOCUMENT.section(_heading(hook))


def test_only_hooks_have_sections() -> None:
    titles = [section.title for section in DOCUMENT.sections if section.level == 3]
    assert titles == [_heading(hook) for hook in HOOKS]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_described_under_each_label(hook: str) -> None:
    missing = [label for label in LABELS if label not in _section(hook).text]
    assert missing == []


@pytest.mark.parametrize("hook", HOOKS)
def test_arguments_are_listed_with_their_types(hook: str) -> None:
    listed = re.findall(r"^- `(\w+)` \(`(.+?)`\):", _section(hook).text, re.M)
    parameters = inspect.signature(HOOKS[hook]).parameters.values()
    assert listed == [(each.name, each.annotation) for each in parameters]


@pytest.mark.parametrize("hook", HOOKS)
def test_the_return_type_is_exact(hook: str) -> None:
    returned = inspect.signature(HOOKS[hook]).return_annotation
    assert f"**Returns** `{returned}`" in _section(hook).text


@pytest.mark.parametrize("hook", HOOKS)
def test_every_error_is_named(hook: str) -> None:
    raised = re.findall(r":raises (\w+):", HOOKS[hook].__doc__ or "")
    missing = [error for error in raised if f"`{error}`" not in _section(hook).text]
    assert missing == []


@pytest.mark.parametrize("hook", HOOKS)
def test_hookspecs_say_whether_money_moves(hook: str) -> None:
    if "event" in inspect.signature(HOOKS[hook]).parameters or hook == "kit_ready":
        return
    docstring = " ".join((HOOKS[hook].__doc__ or "").split())
    assert re.search(r"[Mm]oves no|Read-only|move money", docstring)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test_of_its_own(hook: str) -> None:
    assert f"test_hook_{hook}" in _names_of_tests()


@cache
def _names_of_tests() -> frozenset[str]:
    return frozenset(
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *def (test_\w+)\(", path.read_text("utf-8"), re.M)
    )


@pytest.mark.parametrize("hook", HOOKS)
def test_examples_work(hook: str) -> None:
    (block,) = [block for block in _section(hook).blocks if block.language == "python"]
    plugin = _plugin(block.text)
    manager = pluggy.PluginManager(hookspecs.PROJECT_NAME)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    implemented = [caller.name for caller in manager.get_hookcallers(plugin) or []]
    assert implemented == [hook]
    if hook == "kit_ready":
        manager.hook.kit_ready.call_historic(kwargs={"app": Flask("shop")})
        return
    arguments = _arguments(hook)
    answer = getattr(manager.hook, hook)(**arguments)
    if "event" in arguments:
        assert answer == []
    else:
        assert answer
        check_answer("acme", hook, answer, arguments)


def _plugin(example: str) -> object:
    namespace: dict[str, Any] = {"__name__": "acme"}
    preamble = next(block for block in DOCUMENT.blocks if block.language == "python")
    exec(preamble.text, namespace)  # noqa: S102
    exec(example, namespace)  # noqa: S102
    schema = namespace["AcmePlugin"].settings_schema()
    context = ProviderContext("acme", "https://shop.example/acme", FakeClock())
    plugin: object = namespace["AcmePlugin"](schema.load({}), context)
    return plugin


def _arguments(hook: str) -> dict[str, Any]:
    due = Money("10.00", "USD")
    method = PaymentMethod("acme", Currency.parse("XLM"), "Lumen", is_test=True)
    quote = Quote(method, due, Money("100", method.currency))
    invoice = _invoice(quote)
    checkout = _checkout(invoice)
    body = b'{"invoice": "inv-1"}'
    signature = hmac.new(b"from the settings", body, hashlib.sha256).hexdigest()
    available: dict[str, Any] = {
        "amount": due,
        "amount_due": due,
        "charge": checkout.charge,
        "checkout": checkout,
        "currency": due.currency,
        "earlier": [],
        "event": Event(
            "e1", 1, "default", "c1", "checkout.paid", START, {"is_late": False}
        ),
        "invoice": invoice,
        "invoices": [invoice],
        "operation": MemoryOperation(),
        "payment_methods": [method],
        "proof": Proof.read(b"%PDF-1.7", "receipt.pdf"),
        "quote": quote,
        "request": WebhookRequest("POST", "", {"x-acme-signature": signature}, body),
        "scenario": "exact",
        "settlement_currency": due.currency,
        "withdrawal": WithdrawalRequest(
            "XLM", Money("5", "XLM"), WithdrawalTarget(Currency.parse("XLM"), ACCOUNT)
        ),
    }
    return {name: available[name] for name in inspect.signature(HOOKS[hook]).parameters}


def _invoice(quote: Quote) -> Invoice:
    payment = Payment(
        "acme", "dep-1", "i1", quote.amount, PaymentStatus.CONFIRMED, START, ticket=1
    )
    return Invoice(
        id="i1",
        checkout_id="c1",
        method=quote.method,
        operation_key="key-1",
        covers=quote.covers,
        amount=quote.amount,
        status=InvoiceStatus.OPEN,
        created_at=START,
        expires_at=START + timedelta(hours=1),
        reference="inv-1",
        payments=(payment,),
    )


def _checkout(invoice: Invoice) -> Checkout:
    charge = Charge(currency="USD", line_items=[LineItem("T-Shirt", "10.00")])
    expires_at = START + timedelta(days=1)
    facts = CheckoutFacts(
        total=charge.total,
        tolerance=Decimal(0),
        expires_at=expires_at,
        invoices=(invoice,),
    )
    return Checkout(
        id="c1",
        token="t1",
        store_id="default",
        charge=charge,
        settlement_currency=charge.total.currency,
        created_at=START,
        expires_at=expires_at,
        tolerance=Decimal(0),
        status=derive_status(facts, datetime(2026, 1, 5, 12, 1, tzinfo=timezone.utc)),
        invoices=(invoice,),
    )
