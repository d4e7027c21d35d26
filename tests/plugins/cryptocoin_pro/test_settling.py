"""Settling and withdrawing: money moves once, whatever gets lost or expires."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from checkout_kit import (
    Currency,
    Invoice,
    Money,
    NotSupported,
    Operation,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    Settlement,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.fakes.crash import Crash
from tests.plugins.cryptocoin_pro.fake_api import (
    BANK_ID,
    WALLET,
    FakeApi,
    FakeClock,
    Seen,
    data_of,
    read_case,
)
from tests.plugins.cryptocoin_pro.shop_side import (
    ETH,
    EUR,
    FORTY,
    USER,
    Notes,
    deposit_invoice,
    order,
    page_invoice,
    paid,
    seconds,
)

QUOTES = f"POST {USER}/quote"
SALE = "e4c9dc01-5b65-4186-a149-cd31aaae3603"
GONE = (503, {"message": "Server Error"})


class Desk:
    """The provider's side of quotes: which exist, and what became of them."""

    def __init__(self, api: FakeApi, operation: str = "sell_to_fiat") -> None:
        self.api = api
        self.operation = operation
        self.quotes: dict[str, dict[str, Any]] = {}
        self.confirmed: list[str] = []
        self.order = self._order()
        self.life = 3600
        self.changes: dict[str, Any] = {}
        #: What a confirmation answers in place of the order, once it is carried out.
        self.instead: list[Any] = []
        api.put(QUOTES, self._create)
        api.put(f"GET {USER}/order/{SALE}", lambda seen: {"data": self.order})

    def _order(self) -> dict[str, Any]:
        if self.operation == "withdraw":
            return order("PAYMENT_WAITING", "withdraw") | {
                "id": SALE,
                "fromSymbol": "ETH",
                "fromAmount": "0.25",
                "toAmount": "0.245",
                "wallet": WALLET,
            }
        return data_of("post_user_quote_one") | {
            "fromAmount": "0.2500000000000000000000000",
            "rate": "160.0000000000000000000000000",
            "toAmount": "39.9975000000000000000000000",
        }

    def _create(self, seen: Seen) -> Any:
        quote = data_of("post_user_quote") | {
            "id": f"00000000-0000-4000-8000-{len(self.quotes):012d}",
            "typeOperationName": self.operation,
            "amount": seen.data["orderAmount"],
            "rate": "159.99",
            "total": str(Decimal(seen.data["orderAmount"]) * Decimal("159.99")),
            "lifeUntilAt": seconds() + self.life,
        }
        if self.operation == "withdraw":
            quote |= {"to": "ETH", "rate": "1", "total": "0.245", "wallet": WALLET}
        quote |= self.changes
        self.quotes[quote["id"]] = quote
        path = f"{USER}/quote/{quote['id']}"
        self.api.put(f"GET {path}", lambda seen: {"data": self.quotes[quote["id"]]})
        self.api.put(f"POST {path}", lambda seen: self._confirm(quote["id"]))
        return (201, {"data": quote})

    def _confirm(self, quote_id: str) -> Any:
        quote = self.quotes[quote_id]
        if quote["status"] == "expired":
            return (403, {"message": "This quote has expired."})
        if quote["status"] == "completed":
            return (403, {"message": "This quote is already processed."})
        if self.instead and self.instead[0] == "refuse":
            self.instead.pop(0)
            return (403, {"message": "Unable to process your request."})
        self.confirmed.append(quote_id)
        quote["status"] = "completed"
        quote["order"] = {"id": SALE, "publicId": "5WpkSfyn"}
        if self.instead:
            return self.instead.pop(0)
        return (201, {"data": self.order})


@pytest.fixture
def desk(api: FakeApi, plugin: CryptocoinProPlugin) -> Desk:
    """A provider that confirms what it is asked to."""
    return Desk(api)


@pytest.fixture
def invoice(api: FakeApi, plugin: CryptocoinProPlugin) -> Invoice:
    """An invoice of 40 euros, paid with 0.25 ether."""
    return paid(deposit_invoice(plugin, api))


def settle(
    plugin: CryptocoinProPlugin, invoice: Invoice, notes: Operation
) -> Settlement | None:
    return plugin.settle_invoice(invoice, notes, FORTY, ())


def test_coins_are_sold_and_reported_once_they_are(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    notes = Notes()
    assert settle(plugin, invoice, notes) is None
    desk.order["status"] = "PROCESSING_PAYMENT"
    assert settle(plugin, invoice, notes) is None
    desk.order["status"] = "APPROVED"
    done = settle(plugin, invoice, notes)
    assert done is not None
    # The bank pays no fraction of a cent.
    assert (done.reference, done.amount) == (SALE, Money("39.99", EUR))
    assert done.fee == Money("1.50", EUR)
    assert done.details["brought"] == "39.9975000000000000000000000"
    (asked,) = desk.api.calls(QUOTES)
    assert asked.data == {
        "type": "coin",
        "orderType": "sell_to_fiat",
        "orderAmount": "0.250000000000000000",
        "orderSymbol": "ETH",
        "orderPaymentSymbol": "EUR",
        "orderPaymentMethod": BANK_ID,
    }
    (quote_id,) = desk.confirmed
    (sent,) = desk.api.calls(f"POST {USER}/quote/{quote_id}")
    assert sent.data == {"orderPaymentMethod": BANK_ID}


def test_a_confirmation_whose_answer_is_lost_is_not_repeated(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    notes = Notes()
    desk.instead = [GONE]
    with pytest.raises(ProviderError):
        settle(plugin, invoice, notes)
    desk.order["status"] = "APPROVED"
    assert settle(plugin, invoice, notes) is not None
    assert len(desk.confirmed) == len(desk.quotes) == 1


def test_a_crash_before_the_confirmation_confirms_the_same_quote(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    class Dying(Notes):
        def record(self, step: str, data: Any) -> None:
            super().record(step, data)
            if data.get("tried"):
                raise Crash

    notes = Dying()
    with pytest.raises(Crash):
        settle(plugin, invoice, notes)
    assert desk.confirmed == []
    survivor = Notes()
    survivor.steps = notes.steps
    settle(plugin, invoice, survivor)
    assert len(desk.confirmed) == len(desk.quotes) == 1


def test_a_quote_that_expired_is_asked_for_anew(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice, clock: FakeClock
) -> None:
    notes = Notes()
    desk.instead = ["refuse"]
    with pytest.raises(ProviderError, match="does not confirm"):
        settle(plugin, invoice, notes)
    (first,) = desk.quotes.values()
    first["status"] = "expired"
    settle(plugin, invoice, notes)
    assert len(desk.quotes) == 2
    assert desk.confirmed == [list(desk.quotes)[1]]


def test_quotes_that_expire_at_once_are_not_asked_for_without_end(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    def expire(seen: Seen) -> Any:
        status, answer = desk._create(seen)
        desk.quotes[answer["data"]["id"]]["status"] = "expired"
        return status, answer

    desk.api.put(QUOTES, expire)
    with pytest.raises(ProviderError, match="expire too soon"):
        settle(plugin, invoice, Notes())
    assert len(desk.quotes) == 3
    assert desk.confirmed == []


@pytest.mark.parametrize(
    "changes",
    [
        {"typeOperationName": "buy_with_fiat"},
        {"from": "XBT"},
        {"to": "RON"},
        {"amount": "0.24"},
        {"total": "1"},
        {"total": "-39"},
        {"total": None},
        {"rate": "1"},
        {"lifeUntilAt": 1573029327},
    ],
)
def test_an_odd_quote_is_never_confirmed(
    changes: dict[str, Any], desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    desk.changes = changes
    with pytest.raises(ProviderProtocolError):
        settle(plugin, invoice, Notes())
    assert desk.confirmed == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "DONE"},
        {"toAmount": None},
        {"toSymbol": "RON"},
        {"fromAmount": "0.2"},
        {"typeOperationName": "deposit"},
    ],
)
def test_an_odd_order_settles_nothing(
    changes: dict[str, Any], desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    desk.order |= {"status": "APPROVED"} | changes
    notes = Notes()
    for _ in range(2):
        with pytest.raises(ProviderProtocolError):
            settle(plugin, invoice, notes)
    assert len(desk.confirmed) == 1


def test_a_quote_that_hides_its_order_is_an_operators_case(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    notes = Notes()
    desk.instead = [GONE]
    with pytest.raises(ProviderError):
        settle(plugin, invoice, notes)
    (quote,) = desk.quotes.values()
    quote["order"] = {"id": None}
    with pytest.raises(ProviderProtocolError, match="hides"):
        settle(plugin, invoice, notes)
    assert len(desk.confirmed) == 1


def test_a_rejected_sale_is_told_loudly(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    desk.order["status"] = "REJECTED"
    with pytest.raises(ProviderRefused, match="rejected the sale 5WpkSfyn"):
        settle(plugin, invoice, Notes())


def test_a_refusal_does_not_end_a_settlement(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    inactive = {"message": "Validation", "errors": {"orderAmount": ["is too much"]}}
    desk.api.put(QUOTES, (422, inactive))
    with pytest.raises(ProviderError) as caught:
        settle(plugin, invoice, Notes())
    assert not isinstance(caught.value, ProviderRefused)


def test_what_came_later_is_sold_alone(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    more = paid(invoice, "0.3")
    desk.order["fromAmount"] = "0.05"
    first = Settlement(SALE, FORTY, details={"sold": "0.25", "settles": "40.00"})
    plugin.settle_invoice(more, Notes(), Money("8.00", EUR), [first])
    assert desk.api.calls(QUOTES)[0].data["orderAmount"] == "0.050000000000000000"


def test_nothing_is_sold_before_it_came(
    desk: Desk, plugin: CryptocoinProPlugin, invoice: Invoice
) -> None:
    assert settle(plugin, paid(invoice, "0.2"), Notes()) is None
    assert desk.api.calls(QUOTES) == []


def test_coins_on_the_merchants_wallet_are_only_reported(
    desk: Desk, plugin: CryptocoinProPlugin
) -> None:
    invoice = paid(page_invoice(plugin), details={"arrived": "0.24"})
    done = settle(plugin, invoice, Notes())
    assert done is not None
    assert (done.amount, done.fee) == (Money("0.24", ETH), Money("0.01", ETH))
    assert desk.api.calls(QUOTES) == []
    again = plugin.settle_invoice(invoice, Notes(), FORTY, [done])
    assert again is not None and (again.amount, again.fee) == (
        Money("0", ETH),
        Money("0", ETH),
    )


# Wallets and withdrawals


def test_wallets_are_the_balances_of_known_coins(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    api.put(f"GET {USER}/balances", read_case("get_user_balances_one"))
    (wallet,) = plugin.list_wallets()
    assert (wallet.reference, wallet.name) == ("XBT", "Bitcoin")
    assert wallet.balance == Money("0.01164636", Currency.parse("BTC"))


def test_a_balance_that_can_not_be_read_is_no_zero(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    odd = read_case("get_user_balances_one")
    odd["data"]["coins"][0]["amounts"]["crypto"]["available"] = "-1"
    api.put(f"GET {USER}/balances", odd)
    with pytest.raises(ProviderProtocolError):
        plugin.list_wallets()


@pytest.fixture
def way_out(api: FakeApi, plugin: CryptocoinProPlugin) -> Desk:
    """A provider that sends what it is asked to."""
    return Desk(api, "withdraw")


def request(least: str | None = None, **changes: Any) -> WithdrawalRequest:
    base: dict[str, Any] = {
        "wallet": "ETH",
        "amount": Money("0.25", ETH),
        "target": WithdrawalTarget(ETH, WALLET),
        "least_received": Money(least, ETH) if least else None,
    }
    return WithdrawalRequest(**(base | changes))


def withdraw(plugin: CryptocoinProPlugin, notes: Notes, **changes: Any) -> Withdrawal:
    return plugin.withdraw_funds(request(**changes), notes)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("PAYMENT_WAITING", WithdrawalStatus.PENDING),
        ("PROCESSING_PAYMENT", WithdrawalStatus.PROCESSING),
        ("APPROVED", WithdrawalStatus.COMPLETED),
        ("REJECTED", WithdrawalStatus.FAILED),
    ],
)
def test_a_withdrawal_is_as_far_as_its_order(
    status: str, expected: WithdrawalStatus, way_out: Desk, plugin: CryptocoinProPlugin
) -> None:
    notes = Notes()
    withdraw(plugin, notes)
    way_out.order["status"] = status
    done = withdraw(plugin, notes)
    assert (done.status, done.reference) == (expected, SALE)
    assert done.received == Money("0.245", ETH)
    assert done.fee == Money("0.005", ETH)
    assert len(way_out.confirmed) == 1
    assert way_out.api.calls(QUOTES)[0].data["wallet"] != ""


def test_a_withdrawal_whose_answer_is_lost_is_sent_once(
    way_out: Desk, plugin: CryptocoinProPlugin
) -> None:
    notes = Notes()
    way_out.instead = [GONE]
    with pytest.raises(ProviderError):
        withdraw(plugin, notes)
    assert withdraw(plugin, notes).reference == SALE
    assert len(way_out.confirmed) == 1


def test_less_than_the_least_is_not_sent(
    way_out: Desk, plugin: CryptocoinProPlugin
) -> None:
    with pytest.raises(ProviderRefused, match="less than the least"):
        withdraw(plugin, Notes(), least="0.25")
    assert way_out.confirmed == []


@pytest.mark.parametrize(
    "changes",
    [{"wallet": "0x" + "1" * 40}, {"amount": "25"}, {"typeOperationName": "deposit"}],
)
def test_a_quote_that_sends_something_else_is_not_confirmed(
    changes: dict[str, Any], way_out: Desk, plugin: CryptocoinProPlugin
) -> None:
    way_out.changes = changes
    with pytest.raises(ProviderProtocolError):
        withdraw(plugin, Notes())
    assert way_out.confirmed == []


def test_there_is_no_way_for_fiat(way_out: Desk, plugin: CryptocoinProPlugin) -> None:
    target = WithdrawalTarget(EUR, bank_account={"iban": "DE02120300000000202051"})
    with pytest.raises(NotSupported, match="bank_id"):
        withdraw(plugin, Notes(), amount=FORTY, target=target)
    with pytest.raises(NotSupported, match="wallet"):
        withdraw(plugin, Notes(), wallet="XBT")
