"""Reading answers: money, currencies and times in every form, and nothing else."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from checkout_kit.domain.money import Money
from checkout_kit_rain.answers import TransactionStatus
from checkout_kit_rain.fees import BTC, USD
from checkout_kit_rain.reading import MoneyField, Timestamp
from checkout_kit_rain.schemas import (
    AccountSchema,
    PriceSchema,
    SessionSchema,
    TransactionSchema,
)
from tests.plugins.rain.fake_api import account, read_case, sale


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"amount": "0", "currency": "btc"}, Money(0, BTC)),
        ({"amount": "0.00", "currency": "btc"}, Money(0, BTC)),
        ({"amount": "0.01000000", "currency": "BTC"}, Money("0.01", BTC)),
        ({"amount": 500, "currency": "usd"}, Money(500, USD)),
        ({"amount": Decimal("500.00"), "currency": "Usd"}, Money(500, USD)),
    ],
)
def test_money_is_read_in_all_its_forms(value: Any, expected: Money) -> None:
    assert MoneyField().deserialize(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "500",
        None,
        {"amount": "1"},
        {"currency": "btc"},
        {"amount": None, "currency": "btc"},
        {"amount": True, "currency": "btc"},
        {"amount": "1e-3", "currency": "btc"},
        {"amount": Decimal("1E+3"), "currency": "btc"},
        {"amount": Decimal("1E-8"), "currency": "btc"},
        {"amount": "-1", "currency": "btc"},
        {"amount": "+1", "currency": "btc"},
        {"amount": " 1", "currency": "btc"},
        {"amount": "1,5", "currency": "btc"},
        {"amount": "NaN", "currency": "btc"},
        {"amount": "0.001", "currency": "usd"},
        {"amount": "0.000000001", "currency": "btc"},
        {"amount": "1" * 40, "currency": "btc"},
        {"amount": "1", "currency": "doge"},
        {"amount": "1", "currency": "zzz"},
        {"amount": "1", "currency": 7},
    ],
)
def test_what_is_no_plain_money_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        MoneyField().deserialize(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-06-14T22:02:19.023112+01:00", "2017-06-14T21:02:19.023112+00:00"),
        ("2017-06-15T22:33:19.02271+01:00", "2017-06-15T21:33:19.022710+00:00"),
        ("2018-03-02T00:21:04.741891Z", "2018-03-02T00:21:04.741891+00:00"),
        ("2017-06-14T22:02:19.023112", "2017-06-14T22:02:19.023112+00:00"),
        ("2017-06-14T22:02:19", "2017-06-14T22:02:19+00:00"),
    ],
)
def test_times_come_with_an_offset_z_or_neither(text: str, expected: str) -> None:
    moment = Timestamp().deserialize(text)
    assert isinstance(moment, datetime)
    assert moment.tzinfo is timezone.utc
    assert moment == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["", 7, "now", "2017-06-14", "2017-13-01T00:00:00Z"])
def test_what_is_no_time_is_refused(text: Any) -> None:
    with pytest.raises(ValidationError):
        Timestamp().deserialize(text)


def test_an_accounts_currency_is_that_of_its_balance() -> None:
    documented = read_case("get_accounts")[1]
    assert documented["currency"] == "btc"
    assert AccountSchema().load(documented).balance == Money(0, USD)


def test_balances_in_two_currencies_are_refused() -> None:
    odd = account() | {"unconfirmed_balance": {"amount": "0", "currency": "usd"}}
    with pytest.raises(ValidationError):
        AccountSchema().load(odd)


def test_an_overdrawn_balance_is_read_exactly() -> None:
    assert AccountSchema().load(account("-0.5")).balance == Money("-0.5", BTC)


@pytest.mark.parametrize("name", ["amount", "subtotal", "fee", "total"])
def test_a_sale_without_one_of_its_amounts_is_refused(name: str) -> None:
    for odd in (sale() | {name: None}, {k: v for k, v in sale().items() if k != name}):
        with pytest.raises(ValidationError) as caught:
            TransactionSchema().load(odd)
        assert name in str(caught.value)


def test_an_unknown_status_is_never_taken_for_a_known_one() -> None:
    found = TransactionSchema().load(sale(status="on_hold"))
    assert found.status is None
    assert found.raw["status"] == "on_hold"
    known = TransactionSchema().load(sale(status="processing"))
    assert known.status is TransactionStatus.PROCESSING


@pytest.mark.parametrize(
    "change",
    [
        {"buy_price": {"amount": "0", "currency": "usd"}},
        {"sell_price": {"amount": "100", "currency": "eur"}},
        {"spot_price": None},
    ],
)
def test_a_price_that_can_not_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PriceSchema().load(read_case("get_prices_one") | change)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", None])
def test_a_token_must_fit_into_a_header(token: Any) -> None:
    with pytest.raises(ValidationError):
        SessionSchema().load(read_case("post_login") | {"token": token})
