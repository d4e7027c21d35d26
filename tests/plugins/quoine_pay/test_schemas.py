from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from checkout_kit import ProviderProtocolError
from checkout_kit.http import parse_json
from checkout_kit_quoine_pay.amounts import to_amount_due, to_balance, to_price
from checkout_kit_quoine_pay.answers import InvoiceAnswer, InvoiceStatus, SystemStatus
from checkout_kit_quoine_pay.schemas import InvoiceSchema, PageSchema, ProfileSchema
from tests.plugins.quoine_pay.fake_api import (
    read_case,
    read_text,
)


def load(**changes: Any) -> InvoiceAnswer:
    document = parse_json(read_text("create_invoice").encode())
    answer: InvoiceAnswer = InvoiceSchema().load({**document, **changes})
    return answer


def test_the_created_invoice_of_the_document() -> None:
    answer = load()
    assert answer.system_status is SystemStatus.ACCOUNT_CREATED
    assert answer.invoice_status is InvoiceStatus.AWAITED
    assert (answer.price, answer.btc_price) == (Decimal("500.0"), Decimal("0.5"))
    assert answer.created_at == datetime(
        2014, 8, 8, 10, 40, 12, 855_000, tzinfo=timezone.utc
    )
    assert (answer.expires_at - answer.created_at).total_seconds() == 1800


def test_the_read_invoice_of_the_document() -> None:
    document = parse_json(read_text("get_invoice").encode())
    answer: InvoiceAnswer = InvoiceSchema().load(document)
    assert answer.system_status is SystemStatus.CONFIRMED
    assert answer.invoice_status is InvoiceStatus.CONFIRMED
    assert answer.paid_at is not None


def test_addresses_of_pictures_are_not_read() -> None:
    assert "googleapis" not in repr(load())


@pytest.mark.parametrize("word", [*InvoiceStatus, "unpaid", "paid"])
def test_every_invoice_status_is_known(word: str) -> None:
    value = getattr(word, "value", word)
    assert isinstance(load(invoice_status=value).invoice_status, InvoiceStatus)


@pytest.mark.parametrize("word", list(SystemStatus))
def test_every_system_status_is_known(word: SystemStatus) -> None:
    assert load(system_status=word.value).system_status is word


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("0", "0"),
        ("0.5", "0.5"),
        ('"0.5"', "0.5"),
        ("1.0e-05", "0.000010"),
        ("1E-8", "1E-8"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("20999999.9769", "20999999.9769"),
    ],
)
def test_amounts_are_exact(literal: str, value: str) -> None:
    amount = parse_json(literal.encode())
    assert load(btc_balance=amount).btc_balance == Decimal(value)


@pytest.mark.parametrize(
    "literal",
    [
        "-0.5",
        '"-0.5"',
        "5e1",
        "5E+20",
        '"5e-1"',
        '"0x1"',
        '" 1"',
        '"1,5"',
        "null",
        "true",
        '""',
        "[1]",
        "{}",
        '"٣"',
        "9" * 60,
        '"NaN"',
    ],
)
@pytest.mark.parametrize("name", ["price", "btc_price", "btc_balance"])
def test_what_is_no_plain_amount_is_an_error(name: str, literal: str) -> None:
    with pytest.raises(ValidationError):
        load(**{name: parse_json(literal.encode())})


@pytest.mark.parametrize(
    "changes",
    [
        {"system_status": "melted"},
        {"system_status": None},
        {"invoice_status": "PAID"},
        {"invoice_status": 1},
        {"id": "1"},
        {"id": 0},
        {"id": True},
        {"id": 2**70},
        {"bitcoin_address": "javascript:alert(1)"},
        {"bitcoin_address": None},
        {"currency": "US"},
        {"expired_at": None},
        {"expired_at": "2014-08-08T20:10:12.855"},
        {"expired_at": "2014-02-30T20:10:12+09:00"},
        {"created_at": 1407494412},
        {"paid_at": "yesterday"},
        {"data": 5},
        {"name": "x" * 3000},
    ],
)
def test_odd_fields_are_errors(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        load(**changes)


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "system_status",
        "invoice_status",
        "bitcoin_address",
        "price",
        "btc_price",
        "btc_balance",
        "currency",
        "created_at",
        "expired_at",
    ],
)
def test_a_missing_field_is_an_error(name: str) -> None:
    document = read_case("create_invoice")
    del document[name]
    with pytest.raises(ValidationError, match=name):
        InvoiceSchema().load(document)


def test_the_list_and_the_profile_of_the_document() -> None:
    page = PageSchema().load(read_case("list_invoices"))
    assert page["meta"] == {"next_page": 2, "total_pages": 2, "total_count": 8}
    assert ProfileSchema().load(read_case("get_profile")).currency == "USD"


@pytest.mark.parametrize("settings", [None, {}, {"payments_callback": None}])
def test_a_profile_without_callback(settings: Any) -> None:
    profile = ProfileSchema().load({**read_case("get_profile"), "settings": settings})
    assert profile.callback is None


def test_noise_of_floats_is_no_money() -> None:
    assert to_balance("q", Decimal("0.30000000000000004")).to_text() == "0.3"
    assert to_amount_due("q", Decimal("0.30000000000000004")).to_text() == "0.3"


def test_a_part_of_a_satoshi_is_rounded_up_where_it_is_due() -> None:
    assert to_amount_due("q", Decimal("0.123456781")).to_text() == "0.12345679"


@pytest.mark.parametrize("value", ["0.123456785", "0.000000001"])
def test_a_balance_of_a_part_of_a_satoshi_is_an_error(value: str) -> None:
    with pytest.raises(ProviderProtocolError):
        to_balance("q", Decimal(value))


def test_nothing_is_never_due() -> None:
    with pytest.raises(ProviderProtocolError):
        to_amount_due("q", Decimal(0))


@pytest.mark.parametrize(
    ("value", "code"),
    [("500.005", "USD"), ("500.5", "JPY"), ("5", "BTC"), ("5", "QQQ")],
)
def test_a_price_must_exist_in_its_currency(value: str, code: str) -> None:
    with pytest.raises(ProviderProtocolError):
        to_price("q", Decimal(value), code)


def test_a_price_without_minor_units() -> None:
    assert to_price("q", Decimal("500.0"), "jpy").to_text() == "500"
