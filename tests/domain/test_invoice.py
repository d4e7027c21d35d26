from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import DepositInstructions, ProviderInvoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import PaymentMethod, Quote
from checkout_kit.errors import AmountError, CurrencyError, InputError
from tests.domain.builders import BTC, XLM, XRP, at, bill, pay, usd, xrp

NAIVE = datetime(2026, 11, 21)


def instruct(**changes: Any) -> DepositInstructions:
    values: dict[str, Any] = {
        "address": "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY",
        "amount": xrp("40"),
        "network": "xrpl",
    }
    return DepositInstructions(**(values | changes))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a" * 201,
        "a b",
        "a\n",
        "a\x7f",
        "a\u200bb",
        "a\u202eb",
        "\u0430ddress",
        "a\u00a0b",
    ],
)
def test_address_that_can_not_be_copied_exactly_is_refused(address: str) -> None:
    with pytest.raises(InputError) as caught:
        instruct(address=address)
    assert caught.value.field == "instructions.address"


@pytest.mark.parametrize("tag", [-1, 2**32, True, "7", 1.0])
def test_destination_tag_out_of_bounds_is_refused(tag: object) -> None:
    with pytest.raises(InputError) as caught:
        instruct(destination_tag=tag)
    assert caught.value.field == "instructions.destinationTag"


@pytest.mark.parametrize("tag", [0, 1, 2**32 - 1])
def test_destination_tag_zero_is_a_tag(tag: int) -> None:
    assert instruct(destination_tag=tag).needs_memo


def test_instructions_without_memo_and_tag_need_none() -> None:
    assert not instruct().needs_memo


def test_instructions_with_a_memo_need_it() -> None:
    stellar = {"amount": Money("1", XLM), "network": "stellar"}
    assert instruct(memo="snowy-hills", memo_type="text", **stellar).needs_memo


def test_memo_too_long_for_stellar_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        instruct(
            memo="x" * 29,
            memo_type="text",
            amount=Money("1", XLM),
            network="stellar",
        )
    assert caught.value.field == "instructions.memo"


def test_memo_of_another_network_keeps_its_own_rules() -> None:
    assert instruct(memo="x" * 29, memo_type="text").memo == "x" * 29


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_instructions_ask_for_more_than_zero(amount: str) -> None:
    with pytest.raises(AmountError):
        instruct(amount=xrp(amount))


def test_instructions_expire_at_an_aware_time() -> None:
    with pytest.raises(InputError):
        instruct(expires_at=NAIVE)


@pytest.mark.parametrize(
    "changes",
    [
        {"instructions": None},
        {"redirect_url": "https://pay.example.com/1"},
        {"reference": ""},
        {"reference": "x" * 201},
        {"amount": xrp("0")},
        {"amount": xrp("41")},
        {"expires_at": NAIVE},
    ],
)
def test_provider_invoice_that_breaks_the_contract_is_refused(
    changes: dict[str, Any],
) -> None:
    values: dict[str, Any] = {
        "reference": "ref-1",
        "amount": xrp("40"),
        "instructions": instruct(),
    }
    ProviderInvoice(**values)
    with pytest.raises(InputError):
        ProviderInvoice(**(values | changes))


def test_provider_invoice_may_redirect_instead() -> None:
    url = "https://pay.example.com/1"
    assert ProviderInvoice("ref-1", xrp("40"), redirect_url=url).instructions is None


def test_payment_older_than_the_newest_snapshot_is_missing() -> None:
    invoice = bill(snapshot_no=3)
    assert invoice.is_missing(pay(ticket=2))
    assert not invoice.is_missing(pay(ticket=3))
    assert not invoice.is_missing(pay(ticket=4))


def test_invoice_names_its_provider() -> None:
    assert bill().provider == "acme"


def quote(**changes: Any) -> Quote:
    values: dict[str, Any] = {
        "method": PaymentMethod("acme", XRP, "XRP"),
        "covers": usd("10"),
        "amount": xrp("30"),
    }
    return Quote(**(values | changes))


def test_rate_of_a_quote_is_exact() -> None:
    assert quote().rate == Fraction(1, 3)


def test_rate_times_amount_is_exactly_what_is_covered() -> None:
    asked = quote(covers=usd("0.07"), amount=xrp("0.123457"))
    assert asked.rate * asked.amount.fraction == asked.covers.fraction


@pytest.mark.parametrize(
    "changes", [{"amount": xrp("0")}, {"covers": usd("0")}, {"covers": usd("-1")}]
)
def test_quote_of_nothing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(AmountError):
        quote(**changes)


def test_quote_in_another_asset_than_its_method_is_refused() -> None:
    with pytest.raises(CurrencyError):
        quote(amount=Money("1", BTC))


def test_quote_expires_at_an_aware_time() -> None:
    assert quote(expires_at=at(5)).expires_at == at(5)
    with pytest.raises(InputError):
        quote(expires_at=NAIVE)


def test_method_id_names_provider_and_code() -> None:
    assert PaymentMethod("coinqvest", XLM, "Lumens").id == "coinqvest:XLM"


def test_qualified_method_id_names_the_network() -> None:
    currency = Currency("USDT", "tron", None, 6)
    method = PaymentMethod("acme", currency, "Tether", is_qualified=True)
    assert method.id == "acme:USDT@tron"
