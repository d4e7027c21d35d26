"""Answers are read exactly, and odd ones are refused."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from checkout_kit.http import parse_json
from checkout_kit_coinqvest.config import CoinqvestSettings, CoinqvestSettingsSchema
from checkout_kit_coinqvest.schemas import (
    CheckoutAnswerSchema,
    CheckoutSchema,
    CommitAnswerSchema,
    HostedAnswerSchema,
    PaymentSchema,
)
from tests.plugins.coinqvest.fake_api import read_case


def payment(**changes: Any) -> dict[str, Any]:
    case: dict[str, Any] = read_case("get_payment")["payment"]
    return {k: v for k, v in (case | changes).items() if v is not ...}


def test_a_payment_is_read_whole() -> None:
    read = PaymentSchema().load(payment())
    assert read.source_amount == Decimal("4.429255")
    assert read.timestamp == datetime(2020, 3, 1, 11, 33, 51, tzinfo=timezone.utc)
    assert read.checkout_id == "2b2813372e89"
    assert read.source_tx_id.startswith("49A5EB13")


@pytest.mark.parametrize(
    ("literal", "amount"),
    [
        ('"1.0000000"', "1"),
        ("1", "1"),
        ("0", "0"),
        ("0.1", "0.1"),
        ("0.0000001", "0.0000001"),
        ('"0.000000000000000001"', "0.000000000000000001"),
        ("562.9698492", "562.9698492"),
        ('"999999999999999999"', "999999999999999999"),
    ],
)
def test_amounts_are_exact_as_text_and_as_number(literal: str, amount: str) -> None:
    value = parse_json(literal.encode())
    read = PaymentSchema().load(payment(sourceAmount=value))
    assert read.source_amount == Decimal(amount)
    assert isinstance(read.source_amount, Decimal)


@pytest.mark.parametrize(
    "value",
    [
        "-1",
        "+1",
        "1e3",
        "1E-7",
        "",
        " 1",
        "1 ",
        "1\n",
        "01",
        ".5",
        "1.",
        "1,5",
        "NaN",
        "Infinity",
        "\u0661",
        "9" * 19,
        "1" * 10_000,
        -1,
        10**30,
        10**6000,
        True,
        None,
        ...,
        [],
        {},
        1.5,
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+5"),
        Decimal("-0.1"),
        Decimal("1E-40"),
    ],
    ids=lambda v: (
        str(type(v).__name__) + repr(v)[:8] if not isinstance(v, int) else "n"
    ),
)
@pytest.mark.parametrize("field", ["sourceAmount", "creditAmount"])
def test_an_odd_or_missing_amount_is_an_error(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        PaymentSchema().load(payment(**{field: value}))
    assert list(caught.value.messages_dict) == [field]


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-02T21:37:10+02:00",
        "2020-03-02T19:37:10+00:00",
        "2020-03-02T19:37:10Z",
        "2020-03-02T15:07:10-04:30",
        "2020-03-02T21:37:10+0200",
        "2020-03-02 19:37:10.000+00:00",
        "2020-03-02T19:37:10.000000000Z",
    ],
)
def test_times_of_any_offset_become_utc(text: str) -> None:
    read = PaymentSchema().load(payment(timestamp=text))
    assert read.timestamp == datetime(2020, 3, 2, 19, 37, 10, tzinfo=timezone.utc)
    assert read.timestamp.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    "value",
    [
        "2020-03-02T19:37:10",
        "2020-03-02",
        "2020-13-02T19:37:10Z",
        "2020-02-30T19:37:10Z",
        "0001-01-01T00:00:00+02:00",
        "2020-03-02T19:37:10+99:00",
        "now",
        1583177830,
        None,
        ...,
        "\uff12020-03-02T19:37:10Z",
    ],
)
def test_odd_times_are_errors(value: Any) -> None:
    with pytest.raises(ValidationError):
        PaymentSchema().load(payment(timestamp=value))


@pytest.mark.parametrize("value", [..., None])
def test_a_missing_state_is_not_resolved(value: Any) -> None:
    read = PaymentSchema().load(payment(state=value))
    assert read.state is None and not read.is_credited


@pytest.mark.parametrize("value", ["", "resolved", "PAID", 1, [], {}])
def test_an_unknown_payment_state_is_an_error(value: Any) -> None:
    with pytest.raises(ValidationError, match="not in the document"):
        PaymentSchema().load(payment(state=value))


def test_another_type_than_payment_is_an_error() -> None:
    with pytest.raises(ValidationError, match="not in the document"):
        PaymentSchema().load(payment(type="REFUND"))


def test_unknown_fields_are_ignored() -> None:
    assert PaymentSchema().load(payment(colour="blue"))


@pytest.mark.parametrize("value", ["PAID", "completed", None, ..., 1])
def test_an_unknown_checkout_state_is_an_error(value: Any) -> None:
    case = read_case("get_checkout")["checkout"] | {"state": value}
    with pytest.raises(ValidationError):
        CheckoutSchema().load({k: v for k, v in case.items() if v is not ...})


def test_payments_of_another_checkout_are_refused() -> None:
    case = read_case("get_checkout")["checkout"]
    case["payments"][0]["checkoutId"] = "another"
    with pytest.raises(ValidationError, match="another checkout"):
        CheckoutSchema().load(case)


def test_missing_payments_are_an_error() -> None:
    case = read_case("get_checkout")["checkout"]
    del case["payments"]
    with pytest.raises(ValidationError):
        CheckoutSchema().load(case)


def test_both_names_of_an_id_are_read() -> None:
    case = read_case("create_checkout")
    case["checkoutId"] = case.pop("id")
    assert CheckoutAnswerSchema().load(case).id == "6d55626309d6"
    hosted = {"checkoutId": "a1", "url": "https://www.example.com/"}
    assert HostedAnswerSchema().load(hosted).id == "a1"
    commit = read_case("commit_xlm")
    commit["id"] = commit.pop("checkoutId")
    assert CommitAnswerSchema().load(commit).checkout_id == "d95114c52bca"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", None, "ftp://x", "//x"])
def test_a_hosted_url_is_a_web_address(url: Any) -> None:
    with pytest.raises(ValidationError):
        HostedAnswerSchema().load({"id": "a", "url": url})


@pytest.mark.parametrize("value", ["a b", "", "a/b", "x" * 65, 5, None, "ä", "a\n"])
def test_odd_ids_are_errors(value: Any) -> None:
    with pytest.raises(ValidationError):
        CheckoutAnswerSchema().load({"id": value, "paymentMethods": []})


def test_tag_zero_is_a_tag() -> None:
    case = read_case("commit_xrp")
    case["depositInstructions"]["destinationTag"] = "0"
    assert CommitAnswerSchema().load(case).destination_tag == 0


@pytest.mark.parametrize("tag", ["", "-1", "1.0", "abc", "٣", True, [], 1.0])
def test_odd_tags_are_errors(tag: Any) -> None:
    case = read_case("commit_xrp")
    case["depositInstructions"]["destinationTag"] = tag
    with pytest.raises(ValidationError):
        CommitAnswerSchema().load(case)


# Settings


def load(**changes: Any) -> CoinqvestSettings:
    options = {"api_key": "KEY", "api_secret": "SECRET"} | changes
    settings = CoinqvestSettingsSchema().load(
        {k: v for k, v in options.items() if v is not ...}
    )
    assert isinstance(settings, CoinqvestSettings)
    return settings


def test_settings_have_defaults() -> None:
    settings = load()
    assert settings.base_url == "https://www.coinqvest.com/api/v1"
    assert (settings.auth, settings.hosted, settings.test_mode) == (
        "digest",
        False,
        False,
    )
    assert "SECRET" not in repr(settings)


def test_settings_are_taken_over() -> None:
    relays = {"ETH": "ETH:GBDEVU63Y6NTHJQQZIKVTC23NWLQVP3WJ2RI2OTSJTNYOIGICST6DUXR"}
    settings = load(
        base_url="https://www.whalestack.com/api/v1",
        auth="basic",
        hosted=True,
        blockchain_relays=relays,
        customer_id="716dad4c5e5f",
        total_timeout=5,
        fresh_minutes=10,
        test_mode=True,
        control_url="http://127.0.0.1:5001/control",
    )
    assert settings.blockchain_relays == relays
    assert settings.limits.total == 5.0
    assert settings.fresh.total_seconds() == 600


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("api_key", ...),
        ("api_key", ""),
        ("api_key", "canary\r\nX-Evil: 1"),
        ("api_key", None),
        ("api_secret", ...),
        ("api_secret", ""),
        ("api_secret", "canäry"),
        ("api_secret", 5),
        ("base_url", "canary"),
        ("base_url", "http://canary.example.com"),
        ("base_url", "https://canary:pass@example.com"),
        ("base_url", "https://example.com?canary=1"),
        ("base_url", "https://example.com:canary"),
        ("base_url", 5),
        ("auth", "canary"),
        ("hosted", "canary"),
        ("blockchain_relays", "canary"),
        ("blockchain_relays", {"ETH": "canary canary"}),
        ("credit_issuers", ["canary"]),
        ("customer_id", "canary canary"),
        ("total_timeout", "canary"),
        ("total_timeout", 0),
        ("total_timeout", float("nan")),
        ("fresh_minutes", "canary"),
        ("fresh_minutes", 0),
        ("fresh_minutes", 1.5),
        ("test_mode", "canary"),
        ("control_url", "http://127.0.0.1/canary"),
        ("canary_key", "canary"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(key: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        load(**{key: value})
    messages = caught.value.messages_dict
    assert list(messages) == [key]
    assert "canary" not in str(messages[key])
