"""A day of sales through every provider, in one report, to the cent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checkout_kit import Charge, Checkout, LineItem
from tests.e2e.side_by_side import PROVIDERS, SideBySide, side_by_side, sqlite_url
from tests.plugins.quoine_exchange.exchange_side import USD_ACCOUNT, running_exchange

pytestmark = pytest.mark.slow

#: What each provider's buyers do, and what they owe.
PRICES = {"exact": "38.03", "less": "20.00", "more": "71.99"}


def sell(shop: SideBySide, provider: str, price: str, scenario: str) -> Checkout:
    """Sell something that the provider's buyer pays as told."""
    made = shop.kit.create_checkout(
        Charge("USD", [LineItem("Teapot", price)]), settlement_currency="USD"
    )
    shop.kit.list_quotes(made.id)
    shop.kit.commit_checkout(made.id, f"{provider}:BTC")
    page = f"/checkout/{made.token}/simulate"
    played = shop.app.test_client().post(page, data={"scenario": scenario})
    assert played.status_code == 303
    assert "notice" not in played.location
    shop.kit.check_checkout(made.id)
    return made


def read_report(shop: SideBySide) -> Any:
    day = shop.clock.now().date().isoformat()
    command = ["checkout", "report", "--day", day, "--json"]
    result = shop.app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def cents(text: str) -> int:
    """An amount of dollars as the report writes it."""
    dollars, _, rest = text.partition(".")
    assert len(rest) == 2
    return int(dollars + rest)


def dollars(moneys: list[dict[str, str]]) -> int:
    """The one sum of a list, which is in dollars."""
    (money,) = moneys
    assert money["currency"] == "USD"
    return cents(money["amount"])


def test_a_day_through_all_providers_adds_up_to_the_cent(tmp_path: Path) -> None:
    sold: dict[str, list[Checkout]] = {}
    with side_by_side(sqlite_url(tmp_path)) as shop:
        for provider in PROVIDERS:
            sold[provider] = [
                sell(shop, provider, price, scenario)
                for scenario, price in PRICES.items()
            ]
        for _ in range(12):
            shop.clock.advance(600)
            shop.work()
        report = read_report(shop)
        table = shop.app.test_cli_runner().invoke(args=["checkout", "report"]).output
        books = {
            provider: [
                (shop.kit.get_checkout(made.id), shop.kit.list_settlements(made.id))
                for made in sales
            ]
            for provider, sales in sold.items()
        }
    assert report["problems"] == []
    lines = {line["provider"]: line for line in report["lines"]}
    assert set(lines) == set(PROVIDERS)
    charged = sum(cents(price) for price in PRICES.values())
    for provider, line in lines.items():
        assert line["checkouts"] == len(PRICES)
        assert cents(line["charged"]) == charged
        over, under = cents(line["over"]), cents(line["under"])
        assert charged + over - under == cents(line["paid"])
        # Who sent a tenth too much is over by that, less what rounding leaves.
        assert abs(over - cents(PRICES["more"]) // 10) <= 1
        done = [
            (order.amount, order.result)
            for _, orders in books[provider]
            for order in orders
            if order.result is not None
        ]
        ordered = sum(amount.minor_units for amount, _ in done)
        assert cents(line["paid"]) - ordered == cents(line["unsettled"])
        settled = sum(result.amount.minor_units for _, result in done)
        assert dollars(line["settled"]) == settled > 0
        fees = [result.fee.minor_units for _, result in done if result.fee]
        assert sum(dollars([fee]) for fee in line["fees"]) == sum(fees)
        exact, _ = books[provider][0]
        assert exact.is_paid and exact.status.confirmed_credit == exact.total.fraction
    (total,) = report["totals"]
    for name in ("charged", "paid", "over", "under", "unsettled"):
        assert cents(total[name]) == sum(cents(line[name]) for line in lines.values())
    for name in ("settled", "fees"):
        parts = [dollars([money]) for line in lines.values() for money in line[name]]
        assert dollars(total[name]) == sum(parts)
    assert f"{total['paid']}" in table.splitlines()[-1]


def test_a_day_that_a_fifth_provider_settles_adds_up_to_the_cent(
    tmp_path: Path,
) -> None:
    """Four take the payments, and Quoine Exchange credits the merchant for all."""
    with (
        running_exchange() as exchange,
        side_by_side(
            sqlite_url(tmp_path),
            clock=exchange.clock,
            plugins={"quoine_exchange": exchange.settings()},
            CHECKOUT_KIT_SETTLEMENT="quoine_exchange",
        ) as shop,
    ):
        before = exchange.balance(USD_ACCOUNT)
        for provider in PROVIDERS:
            sell(shop, provider, PRICES["exact"], "exact")
        for _ in range(12):
            shop.clock.advance(600)
            shop.work()
        report = read_report(shop)
        funded = exchange.balance(USD_ACCOUNT) - before
    assert report["problems"] == []
    (total,) = report["totals"]
    expected = len(PROVIDERS) * cents(PRICES["exact"])
    assert cents(total["paid"]) == dollars(total["settled"]) == expected
    assert funded * 100 == expected
    assert cents(total["unsettled"]) == 0
