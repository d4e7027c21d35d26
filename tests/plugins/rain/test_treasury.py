"""Wallets and withdrawals: money leaves an account once, whatever gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.errors import (
    InputError,
    NotSupported,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderTimeout,
)
from checkout_kit.testing import LoopbackServer, MemoryOperation
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.fees import BTC, USD
from checkout_kit_rain.simulator import (
    SIMULATOR_EMAIL,
    SIMULATOR_PASSWORD,
    Simulator,
    create_simulator,
    simulator_of,
)
from checkout_kit_rain.treasury import Treasury
from tests.fakes.crash import Crash, crash_at
from tests.plugins.rain.fake_api import (
    ADDRESS,
    FakeApi,
    Ticker,
    account,
    make_plugin,
    make_settings,
    read_case,
    running_api,
)

TO_ADDRESS = WithdrawalTarget(BTC, address=ADDRESS)
ON_FILE = {"account": "on file"}
TO_BANK = WithdrawalTarget(USD, bank_account=ON_FILE)


class Exchange:
    """The simulator over real HTTP, with a coin and a thousand dollars in it."""

    def __init__(self, simulator: Simulator, url: str, clock: Ticker) -> None:
        self.simulator = simulator
        self.clock = clock
        settings = make_settings(
            url, email=SIMULATOR_EMAIL, password=SIMULATOR_PASSWORD
        )
        self.client = RainClient(settings, clock)
        self.treasury = Treasury(self.client)
        self.coins, self.dollars = (
            self._fill("BTC Account", "1"),
            self._fill("USD Account", "1000.00"),
        )

    def _fill(self, name: str, amount: str) -> str:
        found = next(
            a for a in self.simulator.books.accounts.values() if a.name == name
        )
        found.balance = Decimal(amount)
        return found.id

    def balance(self, account_id: str) -> Decimal:
        return self.simulator.books.accounts[account_id].balance

    def begun(self) -> list[str]:
        """The types of what was confirmed."""
        made = self.simulator.books.transactions.values()
        return [t.type for t in made if t.status != "starting"]

    def send(self, amount: str = "0.25") -> WithdrawalRequest:
        return WithdrawalRequest(self.coins, Money(amount, BTC), TO_ADDRESS)

    def pay_out(self, amount: str = "250.00") -> WithdrawalRequest:
        return WithdrawalRequest(self.dollars, Money(amount, USD), TO_BANK)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    clock = Ticker()
    app = create_simulator(clock=clock.now)
    with LoopbackServer(app) as server:
        made = Exchange(simulator_of(app), f"{server.url}/api/1", clock)
        yield made
        made.client.close()


def test_accounts_are_wallets_and_empty_accounts_of_invoices_are_not(
    exchange: Exchange,
) -> None:
    books, user = exchange.simulator.books, exchange.simulator.merchant
    books.add_account(user, "invoice:empty")
    seen = books.add_account(user, "invoice:seen")
    exchange.simulator.desk.receive(seen.address, Decimal("0.5"), is_confirmed=False)
    found = {wallet.name: wallet for wallet in exchange.treasury.list_wallets()}
    assert set(found) == {"BTC Account", "USD Account", "invoice:seen"}
    assert found["BTC Account"].balance == Money(1, BTC)
    assert found["USD Account"].balance == Money(1000, USD)
    assert found["USD Account"].reference == exchange.dollars
    assert found["invoice:seen"].balance == Money(0, BTC)
    assert found["invoice:seen"].details["unconfirmed"] == "0.5"


def test_an_overdrawn_account_has_nothing_to_withdraw(exchange: Exchange) -> None:
    exchange.simulator.books.accounts[exchange.coins].balance = Decimal("-0.5")
    wallet = exchange.treasury.list_wallets()[0]
    assert wallet.balance == Money(0, BTC)
    assert wallet.details["overdrawn"] == "0.50000000"


def test_an_account_that_cant_be_read_is_an_error_and_not_a_zero() -> None:
    with running_api() as api:
        odd = account("1e3")
        api.put("GET /accounts", [account("1"), odd])
        plugin = make_plugin(api, Ticker())
        with pytest.raises(ProviderProtocolError, match="balance"):
            plugin.list_wallets()
        plugin.close()


def test_bitcoin_are_sent_and_followed_until_they_have_gone(exchange: Exchange) -> None:
    operation, request = MemoryOperation("withdraw:1"), exchange.send()
    sent = exchange.treasury.withdraw(request, operation)
    assert sent.status is WithdrawalStatus.PROCESSING
    assert (sent.received, sent.fee, sent.problem) == (None, None, None)
    assert exchange.balance(exchange.coins) == Decimal("0.75")
    exchange.clock.advance(minutes=1)
    done = exchange.treasury.withdraw(request, operation)
    assert (done.status, done.reference) == (WithdrawalStatus.COMPLETED, sent.reference)
    assert done.transaction_id
    assert exchange.balance(exchange.coins) == Decimal("0.75")


def test_dollars_are_under_way_until_an_administrator_has_seen_to_it(
    exchange: Exchange,
) -> None:
    operation, request = MemoryOperation("withdraw:1"), exchange.pay_out()
    out = exchange.treasury.withdraw(request, operation)
    assert (out.status, out.provider_state) == (
        WithdrawalStatus.PROCESSING,
        "confirmed",
    )
    exchange.client.withdrawals.complete(out.reference)
    done = exchange.treasury.withdraw(request, operation)
    assert done.status is WithdrawalStatus.COMPLETED
    assert exchange.balance(exchange.dollars) == Decimal(750)


@pytest.mark.parametrize("kind", ["send", "withdrawal"])
@pytest.mark.parametrize("cut_at", range(6))
def test_wherever_an_answer_is_lost_it_goes_out_once(
    exchange: Exchange, kind: str, cut_at: int
) -> None:
    request = exchange.send() if kind == "send" else exchange.pay_out()
    operation = MemoryOperation("withdraw:1")
    call, calls = exchange.client.transport.call, 0

    def lossy(method: str, path: str, payload: Any = None) -> Any:
        nonlocal calls
        answer = call(method, path, payload)
        calls += 1
        if calls == cut_at + 1:
            raise ProviderTimeout("rain", "lost")
        return answer

    exchange.client.transport.call = lossy  # type: ignore[method-assign]
    answers: list[Withdrawal] = []
    for _ in range(5):
        try:
            answers.append(exchange.treasury.withdraw(request, operation))
        except ProviderTimeout:
            pass
    assert calls > cut_at
    assert len(answers) == 4
    assert len({answer.reference for answer in answers}) == 1
    assert exchange.begun() == [kind]


@pytest.mark.parametrize("records", range(3))
def test_dying_at_any_step_sends_once(exchange: Exchange, records: int) -> None:
    operation = MemoryOperation("withdraw:1")
    operation.before = crash_at(records + 1)
    died = False
    try:
        exchange.treasury.withdraw(exchange.send(), operation)
    except Crash:
        died = True
    assert died == (records < 2)
    operation.before = None
    exchange.treasury.withdraw(exchange.send(), operation)
    assert exchange.begun() == ["send"]
    assert exchange.balance(exchange.coins) == Decimal("0.75")


def test_a_refused_confirmation_has_sent_nothing_and_stays_refused(
    exchange: Exchange,
) -> None:
    operation, request = MemoryOperation("withdraw:1"), exchange.send("2")
    for _ in range(3):
        with pytest.raises(ProviderRefused, match="balance is too low"):
            exchange.treasury.withdraw(request, operation)
    assert len(exchange.simulator.books.transactions) == 1
    assert exchange.begun() == []


def test_a_refusal_after_a_lost_answer_stays_in_doubt(exchange: Exchange) -> None:
    operation, request = MemoryOperation("withdraw:1"), exchange.send()
    call = exchange.client.transport.call

    def deaf(method: str, path: str, payload: Any = None) -> Any:
        if path.endswith("/confirm"):
            raise ProviderTimeout("rain", "lost")
        return call(method, path, payload)

    exchange.client.transport.call = deaf  # type: ignore[method-assign]
    with pytest.raises(ProviderTimeout):
        exchange.treasury.withdraw(request, operation)
    exchange.client.transport.call = call  # type: ignore[method-assign]
    exchange.simulator.books.settings.refuses_confirm = True
    with pytest.raises(ProviderError, match="in doubt") as caught:
        exchange.treasury.withdraw(request, operation)
    assert not isinstance(caught.value, ProviderRefused)
    exchange.simulator.books.settings.refuses_confirm = False
    exchange.treasury.withdraw(request, operation)
    assert exchange.begun() == ["send"]


def test_a_send_that_is_not_found_any_more_is_no_refusal(exchange: Exchange) -> None:
    """It may have gone: the kit must not call it failed."""
    operation, request = MemoryOperation("withdraw:1"), exchange.send()
    sent = exchange.treasury.withdraw(request, operation)
    del exchange.simulator.books.transactions[sent.reference]
    with pytest.raises(ProviderError) as caught:
        exchange.treasury.withdraw(request, operation)
    assert not isinstance(caught.value, (ProviderRefused, ProviderAuthError))


def test_an_invoices_account_is_left_to_its_sale(exchange: Exchange) -> None:
    books = exchange.simulator.books
    made = books.add_account(exchange.simulator.merchant, "invoice:1")
    made.balance = Decimal(1)
    request = replace(exchange.send(), wallet=made.id)
    with pytest.raises(NotSupported, match="sale alone"):
        exchange.treasury.withdraw(request, MemoryOperation())
    assert not books.transactions


def test_what_the_api_has_no_way_to_do_is_refused_before_anything_is_made(
    exchange: Exchange,
) -> None:
    send, out = exchange.send(), exchange.pay_out()
    details = {"accountNumber": "12345678", "routingNumber": "021000021"}
    euros = Currency.parse("EUR")
    odd: list[tuple[WithdrawalRequest, type[Exception]]] = [
        (replace(send, options={"speed": "fast"}), InputError),
        (replace(send, least_received=Money("0.2", BTC)), NotSupported),
        (replace(send, target=TO_BANK), NotSupported),
        (replace(send, wallet="my wallet"), InputError),
        (replace(send, wallet=exchange.dollars), InputError),
        (replace(out, wallet=exchange.coins), InputError),
        (replace(out, target=WithdrawalTarget(USD, bank_account=details)), InputError),
        (
            WithdrawalRequest(
                exchange.dollars,
                Money(1, euros),
                WithdrawalTarget(euros, bank_account=ON_FILE),
            ),
            NotSupported,
        ),
    ]
    for request, error in odd:
        with pytest.raises(error):
            exchange.treasury.withdraw(request, MemoryOperation())
    assert not exchange.simulator.books.transactions


def _send_case(**changes: Any) -> dict[str, Any]:
    case: dict[str, Any] = read_case("post_sends")
    return case | {"address": ADDRESS.upper()} | changes


SENDER = "a893583f-9bf1-4264-aeea-ee13fc262869"
SEND = WithdrawalRequest(SENDER, Money("0.05", BTC), TO_ADDRESS)


def _put(api: FakeApi, made: Any) -> str:
    case = _send_case()
    api.put(f"GET /accounts/{SENDER}", account("1", id=SENDER, name="BTC Account"))
    api.put("POST /sends", made)
    confirm = f"POST /sends/{case['id']}/confirm"
    api.put(confirm, _send_case(status="processing"))
    return confirm


@pytest.mark.parametrize(
    "odd",
    [
        _send_case(status="on_hold"),
        _send_case(status="processing"),
        _send_case(amount={"amount": "0.06", "currency": "btc"}),
        _send_case(sender_account_id="66aba5d7-30c0-4f5c-a5aa-b04aa75e1fe2"),
        _send_case(sender_account_id=None),
        _send_case(address="3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        _send_case(address=None),
        _send_case(id="not-a-uuid"),
    ],
)
def test_a_send_that_is_not_what_was_asked_for_is_never_confirmed(odd: Any) -> None:
    with running_api() as api:
        confirm = _put(api, odd)
        plugin = make_plugin(api, Ticker())
        with pytest.raises(ProviderProtocolError):
            plugin.withdraw_funds(SEND, MemoryOperation("withdraw:1"))
        assert api.calls(confirm) == []
        plugin.close()


def test_a_confirmed_send_that_shows_another_address_is_told_to_a_person() -> None:
    """As in the document's own example: it has gone, and nobody knows where."""
    with running_api() as api:
        confirm = _put(api, _send_case())
        api.put(confirm, read_case("post_sends_confirm"))
        plugin = make_plugin(api, Ticker())
        sent = plugin.withdraw_funds(SEND, MemoryOperation("withdraw:1"))
        assert sent.status is WithdrawalStatus.PROCESSING
        assert sent.problem == "Rain shows that it goes to another address"
        (asked,) = api.calls("POST /sends")
        assert asked.data["to"] == ADDRESS
        assert asked.data["amount"] == "0.05000000"
        plugin.close()
