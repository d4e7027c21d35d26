"""Hostile text in every field that is stored: shown as text, or refused."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from checkout_kit import (
    Charge,
    Checkout,
    DepositInstructions,
    DiscountItem,
    InputError,
    LineItem,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderInvoice,
    ShippingCostItem,
    TaxItem,
)
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.payment_uri import build_payment_uri
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import ADDRESS, BTC, Script
from tests.security.shop import Shop, make_shop

SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></style></textarea><script>alert(1)</script>",
    "{{ 7*7 }}{% include 'x' %}${7*7}#{7*7}",
    "%(amount)s %s {0} {shop}",
    "javascript:alert(1)//",
    "]]><!--<script>",
]
BIDI = ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u061c", "\x00", "\x1b[31m"]


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def _charge(text: str) -> Charge:
    return Charge(
        "USD",
        [LineItem(text, "10.00", 2, text[:20])],
        [DiscountItem(text, "1.00")],
        [ShippingCostItem(text, "2.00", True)],
        [TaxItem(text, "0.1")],
    )


def _checkout(shop: Shop, text: str) -> Checkout:
    return shop.checkout(
        _charge(text),
        reference=text,
        metadata={text: text},
        customer={"name": text},
        return_url="https://shop.example/?a=%22%3E%3Cscript%3E&b='x",
    )


def _shapes(shop: Shop, checkout: Checkout) -> list[_Tags]:
    rests = ("", "/methods", "/cancel", f"?notice={SCRIPTS[0]}&refresh={SCRIPTS[1]}")
    return [_Tags(shop.client.get(shop.page(checkout, r)).text) for r in rests]


@pytest.mark.parametrize("text", SCRIPTS)
def test_text_of_the_shop_stays_text(shop: Shop, text: str) -> None:
    plain = _shapes(shop, _checkout(shop, "x" * 30))
    hostile = _shapes(shop, _checkout(shop, text))
    assert [page.tags for page in hostile] == [page.tags for page in plain]
    assert [page.attributes for page in hostile] == [p.attributes for p in plain]
    assert text in hostile[0].text


@pytest.mark.parametrize("text", SCRIPTS)
def test_text_of_the_provider_stays_text(shop: Shop, script: Script, text: str) -> None:
    def page(memo: str) -> _Tags:
        amount = Money("0.0002", BTC)
        script.on["create_invoice"] = lambda: ProviderInvoice(
            f"r-{memo}",
            amount,
            DepositInstructions(ADDRESS, amount, memo, memo=memo, memo_type=memo),
        )
        invoice = shop.invoice("scripted:BTC")
        waiting = _Tags(shop.client.get(shop.page(shop.read(invoice))).text)
        tenth = Money("0.00001", BTC)
        script.payments[invoice.id] = [
            PaymentObservation(
                f"d-{memo}", tenth, PaymentStatus.DETECTED, transaction_id=memo
            )
        ]
        seen = _Tags(shop.client.get(shop.page(shop.look(invoice))).text)
        waiting.tags += seen.tags
        waiting.attributes |= seen.attributes
        waiting.text += seen.text
        return waiting

    plain, hostile = page("x" * 30), page(text)
    assert (hostile.tags, hostile.attributes) == (plain.tags, plain.attributes)
    assert text in hostile.text


@pytest.mark.parametrize("mark", BIDI)
@pytest.mark.parametrize("kind", [LineItem, DiscountItem, ShippingCostItem, TaxItem])
def test_marks_that_turn_text_round_are_refused(kind: type, mark: str) -> None:
    with pytest.raises(InputError, match="control character"):
        kind(f"10{mark}00", "1")


@pytest.mark.parametrize("mark", BIDI)
def test_marks_in_references_and_memos_are_refused(shop: Shop, mark: str) -> None:
    with pytest.raises(InputError):
        shop.checkout(reference=f"a{mark}b")
    with pytest.raises(InputError):
        DepositInstructions(ADDRESS, Money("1", BTC), "bitcoin", memo=f"a{mark}b")
    with pytest.raises(InputError):
        DepositInstructions(f"{ADDRESS}{mark}", Money("1", BTC), "bitcoin")


@pytest.mark.parametrize("mark", BIDI)
def test_marks_of_a_provider_are_not_shown(
    shop: Shop, script: Script, mark: str
) -> None:
    invoice = shop.invoice("scripted:BTC")
    script.payments[invoice.id] = [
        PaymentObservation(
            "d1",
            invoice.amount,
            PaymentStatus.CONFIRMED,
            transaction_id=f"ab{mark}cd",
        )
    ]
    page = shop.client.get(shop.page(shop.look(invoice))).text
    assert mark not in page
    assert "ab" in page


@pytest.mark.parametrize("text", SCRIPTS)
def test_the_brand_stays_text(sqlite_url: str, clock: FakeClock, text: str) -> None:
    shop = make_shop(
        sqlite_url,
        clock,
        Script(),
        CHECKOUT_KIT_BRAND={"name": text[:60], "support_url": "https://x.example/'\"<"},
    )
    page = _Tags(shop.client.get(shop.page(shop.checkout())).text)
    assert "onerror" not in page.attributes
    assert text[:60] in page.text
    shop.close()


@pytest.mark.parametrize("scheme", ["javascript:", "data:text/html,", "vbscript:"])
def test_no_link_of_a_provider_runs_in_the_browser(
    shop: Shop, script: Script, scheme: str
) -> None:
    amount = Money("0.0002", BTC)
    script.on["create_invoice"] = lambda: ProviderInvoice(
        "r1",
        amount,
        DepositInstructions(
            ADDRESS,
            amount,
            "bitcoin",
            payment_uri=f"{scheme}alert(1)",
            expires_at=shop.clock.now() + timedelta(hours=1),
        ),
    )
    invoice = shop.invoice("scripted:BTC")
    page = shop.client.get(shop.page(shop.read(invoice))).text
    assert not re.search(rf"href=.{scheme}", page, re.IGNORECASE)


@pytest.mark.parametrize("code", ["BTC", "LTC", "XLM"])
def test_a_label_adds_nothing_to_a_payment_uri(code: str) -> None:
    address = {
        "BTC": ADDRESS,
        "LTC": "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9",
        "XLM": "GA47QWN4NHUA6A2ZMQGZUVPPBOVBJKYHZFO4XU7TR2V7BO5KNW4LJE6N",
    }[code]
    currency = Currency.parse(code)
    uri = build_payment_uri(
        currency,
        address,
        Money("1.5", currency),
        label="x&amount=0.0001#?",
        message="y&amount=9&req-z=1",
    )
    assert uri is not None
    pairs = parse_qsl(urlsplit(uri).query)
    assert [value for key, value in pairs if key == "amount"] == ["1.5"]
    assert len({key for key, _ in pairs}) == len(pairs)
    assert "#" not in uri
