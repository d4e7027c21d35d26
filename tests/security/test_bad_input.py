"""Bad input of every kind: a clear error for the right person, nothing changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit import (
    AmountError,
    Charge,
    CheckoutState,
    CurrencyError,
    DiscountItem,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    LineItem,
    Money,
    NotFoundError,
    PaymentObservation,
    PaymentStatus,
    ShippingCostItem,
    TaxItem,
)
from tests.fakes.scripted import Script, ten_dollars
from tests.security.shop import Shop

AMOUNTS: list[Any] = [
    "",
    " 1",
    "1 ",
    "+1",
    "-1",
    "-0.01",
    "1,00",
    "1e3",
    "0x10",
    "١٢",
    "1_000",
    "NaN",
    "sNaN",
    "Infinity",
    "1" * 19,
    "0." + "1" * 31,
    "1\n",
    10**40,
    Decimal("NaN"),
    Decimal("Infinity"),
    Decimal("1E+999999"),
    Decimal("1E-999999"),
    1.5,
    float("nan"),
    True,
    None,
    b"1",
    ["1"],
]


@pytest.mark.parametrize("amount", AMOUNTS, ids=repr)
def test_an_odd_amount_is_refused(amount: Any) -> None:
    makers = (LineItem, DiscountItem, ShippingCostItem, TaxItem)
    for make in makers:
        with pytest.raises(AmountError):
            make("T-Shirt", amount)
    with pytest.raises(AmountError):
        Money(amount if amount not in ("-1", "-0.01") else "x", "USD")


@pytest.mark.parametrize("quantity", [0, -1, 1.0, "1", True, None, 10**7])
def test_an_odd_quantity_is_refused(quantity: Any) -> None:
    with pytest.raises(InputError, match="quantity"):
        LineItem("T-Shirt", "1", quantity)


@pytest.mark.parametrize(
    ("currency", "items", "options"),
    [
        ("USD", [], {}),
        ("USD", [("a", "0")], {}),
        ("USD", [("a", "1.001")], {}),
        ("JPY", [("a", "1.5")], {}),
        ("BTC", [("a", "0.000000001")], {}),
        ("USD", [("a", "999999999999999999", 1_000_000)], {}),
        ("USD", [("a", "1")], {"discount_items": [DiscountItem("d", "1")]}),
        ("USD", [("a", "1")], {"discount_items": [DiscountItem("d", "2")]}),
        ("USD", [("a", "1")] * 501, {}),
        ("USD", [("a", "1")], {"tax_items": [LineItem("not a tax", "1")]}),
    ],
)
def test_a_charge_that_can_not_be_paid_is_refused(
    currency: str, items: Any, options: Any
) -> None:
    lines = [LineItem(*item) for item in items]
    with pytest.raises(InputError, match=r"^charge"):
        Charge(currency, lines, **options)


@pytest.mark.parametrize(
    "currency",
    ["", "usd ", "ABC", "XXX", "BTC@", "USD:X", "€", "U" * 13, None, 1, b"U"],
)
def test_an_unknown_currency_is_refused(currency: Any) -> None:
    with pytest.raises(CurrencyError):
        Charge(currency, [LineItem("a", "1")])


@pytest.mark.parametrize(
    "options",
    [
        {"reference": "x" * 201},
        {"reference": ""},
        {"reference": 42},
        {"idempotency_key": "x" * 256},
        {"idempotency_key": "a\x00b"},
        {"metadata": ["x"]},
        {"metadata": {"x": "y" * 17_000}},
        {"metadata": {"x": float("nan")}},
        {"metadata": {"x": object()}},
        {"customer": {"x": {1, 2}}},
        {"settlement_currency": "ABC"},
        {"settlement_currency": "EUR:X"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_over_long_and_odd_options_are_refused(
    shop: Shop, options: dict[str, Any]
) -> None:
    before = shop.books()
    with pytest.raises(InputError):
        shop.checkout(**options)
    assert shop.books() == before


@pytest.mark.parametrize("depth", [33, 200, 900, 5000])
def test_deep_metadata_is_refused(shop: Shop, depth: int) -> None:
    nested: Any = "x"
    for _ in range(depth):
        nested = [nested]
    with pytest.raises(InputError, match="metadata"):
        shop.checkout(metadata={"a": nested})


def test_over_long_descriptions_are_refused() -> None:
    for make in (LineItem, DiscountItem, ShippingCostItem, TaxItem):
        for text in ("x" * 201, "", "   ", None, 5):
            with pytest.raises(InputError):
                make(text, "1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "id",
    ["", "x", "0" * 32, "0" * 33, "a\x00b", "\ud800", "'; --", "../x", None, 1],
    ids=ascii,
)
def test_an_unknown_id_is_not_found(shop: Shop, id: Any) -> None:
    # Also what a database could not even be asked for.
    for call in (
        shop.kit.get_checkout,
        shop.kit.cancel_checkout,
        shop.kit.resolve_checkout,
        shop.kit.check_checkout,
        shop.kit.list_quotes,
        lambda unknown: shop.kit.commit_checkout(unknown, "scripted:BTC"),
    ):
        with pytest.raises(NotFoundError):
            call(id)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"method": ""},
        {"method": "x" * 121},
        {"method": ["scripted:BTC", "scripted:BTC"]},
        {"methode": "scripted:BTC"},
    ],
)
def test_an_incomplete_form_is_refused(shop: Shop, form: dict[str, Any]) -> None:
    checkout = shop.checkout()
    before = shop.books()
    answer = shop.client.post(shop.page(checkout, "/method"), data=form)
    assert (answer.status_code, shop.books()) == (400, before)
    assert "Traceback" not in answer.text


def test_a_price_from_the_browser_is_ignored(shop: Shop) -> None:
    checkout = shop.checkout()
    lies = {"method": "scripted:BTC", "amount": "0.01", "total": "-1", "rate": "1e9"}
    lies |= {"currency": "JPY", "quantity": "NaN", "tax": "-1", "covers": "0"}
    path = shop.page(checkout, "/method")
    assert shop.client.post(path, data=lies, query_string=lies).status_code == 303
    (invoice,) = shop.kit.get_checkout(checkout.id).invoices
    assert (invoice.covers, invoice.amount) == (
        Money("10", "USD"),
        Money("0.0002", "BTC"),
    )


@pytest.mark.parametrize("method", ["scripted:XRP", "nobody:BTC", "<b>", "a" * 120])
def test_a_method_that_is_not_offered_is_said_so(shop: Shop, method: str) -> None:
    checkout = shop.checkout()
    answer = shop.client.post(
        shop.page(checkout, "/method"), data={"method": method}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "not available just now" in answer.text
    assert shop.kit.get_checkout(checkout.id).invoices == ()


@pytest.mark.parametrize("end", ["expired", "cancelled", "paid"])
def test_nothing_can_be_chosen_any_more(shop: Shop, script: Script, end: str) -> None:
    checkout = shop.checkout()
    if end == "expired":
        shop.clock.advance(24 * 3600 + 1)
    elif end == "cancelled":
        shop.kit.cancel_checkout(checkout.id)
    else:
        invoice = shop.kit.commit_checkout(checkout.id, "scripted:BTC")
        status = PaymentStatus.CONFIRMED
        script.payments[invoice.id] = [PaymentObservation("d", invoice.amount, status)]
        shop.look(invoice)
    before = shop.books()
    with pytest.raises(InvalidTransition):
        shop.kit.commit_checkout(checkout.id, "scripted:BTC")
    form = {"method": "scripted:BTC"}
    answer = shop.client.post(shop.page(checkout, "/method"), data=form)
    assert (answer.status_code, answer.location) == (303, shop.page(checkout))
    assert shop.books() == before


def test_submitting_twice_makes_one_invoice(shop: Shop, script: Script) -> None:
    checkout = shop.checkout()
    path = shop.page(checkout, "/method")

    def click(_: int) -> int:
        client = shop.app.test_client()
        return client.post(path, data={"method": "scripted:BTC"}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(click, range(8))) == {303}
    assert len(shop.kit.get_checkout(checkout.id).invoices) == 1
    assert len(script.made) == 1


def test_cancelling_twice_is_cancelling_once(shop: Shop) -> None:
    checkout = shop.checkout()
    for _ in range(2):
        answer = shop.client.post(shop.page(checkout, "/cancel"))
        assert answer.status_code == 303
    assert shop.kit.get_checkout(checkout.id).state is CheckoutState.CANCELLED
    assert shop.count(checkout.id, "checkout.cancelled") == 1


def test_a_key_used_for_another_request_is_refused(shop: Shop) -> None:
    first = shop.checkout(idempotency_key="k")
    assert shop.checkout(idempotency_key="k").id == first.id
    with pytest.raises(IdempotencyConflict):
        shop.checkout(Charge("USD", [LineItem("b", "1")]), idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        shop.checkout(ten_dollars(), idempotency_key="k", reference="other")
