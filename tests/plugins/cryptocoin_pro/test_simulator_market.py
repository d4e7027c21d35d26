"""The simulator's countries, currencies and rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.plugins.cryptocoin_pro.simulator_caller import NOW, Caller, fields, keys_of

LIMITS = {"crypto": fields("min max"), "fiat": fields("min max")}
PLAIN: dict[str, Any] = {"status": None, "limits": LIMITS, "secondOperations": []}
BUYING = {**PLAIN, "secondOperations": [{"withdraw": {"mandatory": None}}]}
RAW = fields("now day week month quarter semester year")


def test_countries_need_no_token(merchant: Caller) -> None:
    countries = merchant.http.get("/api/v1/countries").get_json()["data"]
    assert {"code": "RO", "name": "Romania", "phoneCode": 40} in countries
    assert all(keys_of(c) == fields("code name phoneCode") for c in countries)


def test_one_currency_stands_alone(merchant: Caller) -> None:
    found = merchant.get("/currencies/ETH")["data"]
    assert list(found) == ["coins"]
    (ether,) = found["coins"]
    assert keys_of(ether) == {
        **fields("name symbol type"),
        "chain": fields("name symbol"),
        "rates": {"raw": {**RAW, "history": {"day": [fields("rate createdAt")]}}},
        "operations": {
            "General": [{"deposit": PLAIN}],
            "Particular": {
                fiat: [{"buy_with_fiat": BUYING}]
                for fiat in ("USD", "EUR", "RON", "CHF")
            },
        },
    }
    general = ether["operations"]["General"]
    assert [name for operation in general for name in operation] == [
        *("deposit", "buy_with_fiat", "sell_to_fiat"),
        *("withdraw", "buy_with_crypto", "sell_to_crypto"),
    ]
    assert (ether["symbol"], ether["rates"]["raw"]["now"]) == ("ETH", "149.75000")


def test_all_currencies(merchant: Caller) -> None:
    found = merchant.get("/currencies")["data"]
    assert [coin["symbol"] for coin in found["coins"]] == ["XBT", "ETH", "LTC"]
    assert found["coins"][0]["name"] == "Bitcoin"
    assert [token["symbol"] for token in found["tokens"]] == ["IPSX"]
    assert found["tokens"][0]["rates"]["raw"]["now"] == "6.304E-5"
    assert [fiat["symbol"] for fiat in found["fiats"]] == ["USD", "EUR", "RON", "CHF"]
    assert merchant.call("GET", "/currencies/DOGE").get_json() == {
        "message": "Unable to process your request."
    }


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("day", 1),
        ("week", 7),
        ("month", 30),
        ("quarter", 91),
        ("semester", 182),
        ("year", 365),
    ],
)
def test_histories_reach_back(merchant: Caller, period: str, days: int) -> None:
    history = merchant.get(f"/currencies/ETH/history/{period}")["data"]
    assert keys_of(history) == [fields("rate createdAt")]
    times = [point["createdAt"] for point in history]
    assert times == sorted(times)
    assert times[0] == NOW - days * 86_400
    for point in history:
        assert abs(Decimal(point["rate"]) / Decimal("149.75") - 1) <= Decimal("0.02")
    assert merchant.call("GET", "/currencies/ETH/history/hour").status_code == 403


def _price(merchant: Caller, path: str, **query: str) -> Any:
    return merchant.get(f"/price/{path}", query_string=query)["data"]


def test_a_purchase_as_in_the_documents_example(merchant: Caller) -> None:
    merchant.control("/commissions", {"operation": "buy_with_fiat", "percent": "0.1"})
    assert _price(merchant, "buy/EUR/XBT", from_amount="100") == {
        "rate": "6383.37700000000000000000000000000000000000000000000000",
        "rateRaw": "6377",
        "commission": {
            "from": "0.09990009990009990009990009990009990009990009990009",
            "to": "0.00001566568917988080603730595889918455388111966440",
            "percent": 0.1,
            "discount": 0,
        },
        "amounts": {
            "from": "100",
            "to": "0.01566568917988080603730595889918455388111966440334",
        },
        "assets": {"from": "EUR", "to": "XBT"},
        "payment": {"processor": None, "fee": None, "feeOnTop": None},
        "operation": "buy_with_fiat",
    }


def test_a_sale_as_in_the_documents_example(merchant: Caller) -> None:
    merchant.control("/commissions", {"operation": "sell_to_fiat", "percent": "0"})
    price = {"symbol": "ETH", "fiat": "EUR", "price": "160.16"}
    merchant.control("/prices", price)
    sale = _price(merchant, "sell/ETH/EUR", from_amount="100")
    assert (sale["rateRaw"], sale["operation"]) == ("160.16", "sell_to_fiat")
    assert Decimal(sale["rate"]) == Decimal("160.16")
    assert sale["commission"] == {"from": "0", "to": "0", "percent": 0, "discount": 0}
    assert sale["amounts"] == {"from": "100", "to": "16016." + "0" * 50}


def test_the_commission_is_in_the_rate(merchant: Caller) -> None:
    sale = _price(merchant, "sell/ETH/EUR", to_amount="28.4525")
    assert Decimal(sale["rate"]) == Decimal("142.2625")
    assert Decimal(sale["rateRaw"]) == Decimal("149.75")
    assert Decimal(sale["amounts"]["from"]) == Decimal("0.2")
    assert sale["amounts"]["to"] == "28.4525"
    assert Decimal(sale["commission"]["from"]) == Decimal("0.01")
    assert Decimal(sale["commission"]["to"]) == Decimal("1.4975")
    assert sale["commission"]["percent"] == 5


def test_what_is_asked_for_is_what_comes_out(merchant: Caller) -> None:
    for wanted in ("0.01", "10", "99.99", "123456.78"):
        sale = _price(merchant, "sell/XBT/EUR", to_amount=wanted)
        amount, rate = Decimal(sale["amounts"]["from"]), Decimal(sale["rate"])
        assert abs(amount * rate - Decimal(wanted)) < Decimal("1e-20")


def test_withdrawals_keep_the_coin(merchant: Caller) -> None:
    price = _price(merchant, "withdraw/ETH/ETH", from_amount="100")
    assert Decimal(price["amounts"]["to"]) == 98
    assert Decimal(price["commission"]["from"]) == 2
    assert price["assets"] == {"from": "ETH", "to": "ETH"}
    token = _price(merchant, "withdraw-ico/IPSX/IPSX", to_amount="90")
    assert (token["rate"], token["rateRaw"]) == ("6.304E-5", "6.304E-5")
    assert Decimal(token["amounts"]["from"]) == 100
    assert token["operation"] == "withdrawIco"


def test_coins_for_coins(merchant: Caller) -> None:
    bought = _price(merchant, "buy/XBT/ETH", to_amount="1")
    sold = _price(merchant, "sell/ETH/XBT", from_amount="1")
    assert (bought["operation"], sold["operation"]) == (
        "buy_with_crypto",
        "sell_to_crypto",
    )
    assert Decimal(bought["amounts"]["from"]) > Decimal(sold["amounts"]["to"])


def test_without_an_amount_there_is_only_the_rate(merchant: Caller) -> None:
    price = _price(merchant, "sell/BTC/EUR")
    assert price["amounts"] == {"from": None, "to": None}
    assert price["assets"] == {"from": "XBT", "to": "EUR"}


def test_both_amounts_are_refused(merchant: Caller) -> None:
    query = {"from_amount": "1", "to_amount": "1"}
    answer = merchant.call("GET", "/price/sell/ETH/EUR", query_string=query)
    text = "ERROR: from_amount and to_amount cannot be both filled"
    assert (answer.status_code, answer.get_json()) == (
        403,
        {"message": text, "errors": {}},
    )


@pytest.mark.parametrize(
    "path",
    [
        "sell/ETH/GBP",
        "sell/EUR/ETH",
        "sell/ETH/ETH",
        "buy/ETH/EUR",
        "buy/EUR/DOGE",
        "withdraw/ETH/XBT",
        "withdraw/IPSX/IPSX",
        "withdraw-ico/ETH/ETH",
        "buy/1/1",
    ],
)
def test_what_is_not_traded_is_refused(merchant: Caller, path: str) -> None:
    answer = merchant.call("GET", f"/price/{path}")
    assert (answer.status_code, answer.get_json()) == (
        405,
        {"message": "Operation not available!", "errors": {}},
    )


@pytest.mark.parametrize(
    "amount", ["0", "-1", "x", "NaN", "Infinity", "1e400", "1e-40", "1" * 70]
)
def test_amounts_that_are_none_are_refused(merchant: Caller, amount: str) -> None:
    query = {"to_amount": amount}
    answer = merchant.call("GET", "/price/sell/ETH/EUR", query_string=query)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["to_amount"]


def test_a_closed_operation_has_no_price(merchant: Caller) -> None:
    rule = {"symbol": "ETH", "operation": "sell_to_fiat", "status": False}
    merchant.control("/limits", rule)
    assert merchant.call("GET", "/price/sell/ETH/EUR").status_code == 405
    (ether,) = merchant.get("/currencies/ETH")["data"]["coins"]
    sale = ether["operations"]["Particular"]["EUR"][1]["sell_to_fiat"]
    assert sale["status"] is False


def test_limits_are_shown_and_kept(merchant: Caller) -> None:
    rule = {"symbol": "ETH", "operation": "sell_to_fiat"}
    merchant.control("/limits", {**rule, "crypto_min": "0.1", "fiat_max": "100"})
    (ether,) = merchant.get("/currencies/ETH")["data"]["coins"]
    sale = ether["operations"]["Particular"]["EUR"][1]["sell_to_fiat"]
    assert sale["limits"] == {
        "crypto": {"min": "0.1", "max": None},
        "fiat": {"min": None, "max": "100"},
    }
    merchant.control("/settings", {"no_limit": "empty"})
    (ether,) = merchant.get("/currencies/ETH")["data"]["coins"]
    sale = ether["operations"]["Particular"]["EUR"][1]["sell_to_fiat"]
    assert sale["limits"]["crypto"] == {"min": "0.1", "max": ""}
    merchant.quote(orderAmount="0.5")
    for amount in ("0.09", "0.8"):
        body = {
            "type": "coin",
            "orderType": "sell_to_fiat",
            "orderAmount": amount,
            "orderSymbol": "ETH",
            "orderPaymentSymbol": "EUR",
            "orderPaymentType": "bank",
        }
        refused = merchant.post("/quote", body, status=422)
        assert list(refused["errors"]) == ["orderAmount"]


def test_small_numbers_may_have_an_exponent(merchant: Caller) -> None:
    merchant.control("/settings", {"small_numbers": "exponent"})
    price = _price(merchant, "sell/XBT/EUR", to_amount="0.01")
    assert price["amounts"]["from"].startswith("1.65066")
    assert price["amounts"]["from"].endswith("E-6")
    exact = Decimal(price["amounts"]["from"]) * Decimal(price["rate"])
    assert abs(exact - Decimal("0.01")) < Decimal("1e-20")
