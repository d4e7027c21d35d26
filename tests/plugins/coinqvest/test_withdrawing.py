"""Money leaves the account once, to where it was meant to go, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.provider import ProviderContext
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.errors import (
    InputError,
    NotSupported,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.payloads import from_asset
from checkout_kit_coinqvest.targets import build_withdrawal
from tests.plugins.coinqvest.fake_api import (
    FakeApi,
    Ticker,
    make_settings,
    read_case,
    read_text,
    running_api,
)
from tests.plugins.coinqvest.shop_side import WEBHOOK_URL

USD = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
STELLAR = "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCQ"
RIPPLE = "rEfqXNqQoyVVgkcF51NQNGWst96KJFZQf2"
BITCOIN = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
ETHEREUM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
IBAN = {"iban": "DE02100100100006820101", "swift": "PBNKDEFF"}
NUBAN = {"nuban": "3080494543", "bankName": "FirstBank"}
WITHDRAWAL_ID = "12d72c3c8145"


def target(code: str, **parts: Any) -> WithdrawalTarget:
    return WithdrawalTarget(Currency.parse(code), **parts)


def request(
    to: WithdrawalTarget, amount: str = "142.31566", **parts: Any
) -> WithdrawalRequest:
    return WithdrawalRequest(USD, Money(amount, from_asset(USD)), to, **parts)


NAIRA = request(target("NGN", bank_account=NUBAN))


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        fake.put("POST /withdrawal", read_text("create_withdrawal"))
        fake.put("POST /withdrawal/commit", read_text("commit_withdrawal"))
        fake.put("GET /withdrawal", state("PROCESSING"))
        yield fake


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


@pytest.fixture
def plugin(api: FakeApi, ticker: Ticker) -> Iterator[CoinqvestPlugin]:
    context = ProviderContext("coinqvest", WEBHOOK_URL, ticker)
    made = CoinqvestPlugin(make_settings(api), context)
    yield made
    made.close()


def state(name: str, **changes: Any) -> dict[str, Any]:
    withdrawal = read_case("get_withdrawal")["withdrawal"]
    return {"withdrawal": withdrawal | {"state": name} | changes}


def commits(api: FakeApi) -> int:
    return len(api.calls("POST /withdrawal/commit"))


# What is sent


def test_the_documents_stellar_payload() -> None:
    to = target("XLM", address=STELLAR, memo="EXODUS", memo_type="text")
    sent = build_withdrawal(request(to, "10"))
    assert sent == read_case("request_withdrawal_xlm")


def test_the_documents_bitcoin_payload_with_its_relay() -> None:
    expected = read_case("request_withdrawal_btc")
    address = expected["targetAccount"]["address"]
    options = {"relay": expected["relay"]}
    sent = build_withdrawal(
        request(target("BTC", address=address), "100", options=options)
    )
    assert sent == expected


def test_the_documents_ripple_payload() -> None:
    to = target("XRP", address=RIPPLE, destination_tag=1234)
    assert build_withdrawal(request(to, "100")) == read_case("request_withdrawal_xrp")


def test_the_documents_naira_payload() -> None:
    to = target("NGN", bank_account=NUBAN)
    assert build_withdrawal(request(to, "100")) == read_case("request_withdrawal_ngn")


def test_other_targets() -> None:
    token = build_withdrawal(request(target(f"{USD}@stellar", address=STELLAR)))
    assert token["targetAsset"] == USD
    assert token["targetAccount"] == {"account": STELLAR}
    euro = build_withdrawal(request(target("EUR", bank_account=IBAN)))
    assert (euro["targetNetwork"], euro["targetAccount"]) == ("EUR", IBAN)
    account = {"accountNumber": "12345678", "routingNumber": "021000021"}
    dollar = build_withdrawal(request(target("USD", bank_account=account)))
    assert dollar["targetAccount"] == account and "targetAsset" not in dollar
    ether = build_withdrawal(request(target("ETH", address=ETHEREUM)))
    assert ether["targetAccount"] == {"address": ETHEREUM}


@pytest.mark.parametrize(
    ("code", "account"),
    [
        ("EUR", {**IBAN, "iban": "DE03100100100006820101"}),
        ("EUR", {**IBAN, "swift": "PBNK"}),
        ("EUR", {"iban": IBAN["iban"]}),
        ("EUR", {**IBAN, "name": "Ada"}),
        ("NGN", {**NUBAN, "nuban": "308049454"}),
        ("NGN", {**NUBAN, "bankName": "Bank of Nowhere"}),
        ("USD", {"accountNumber": "12345678", "routingNumber": "021000022"}),
        ("USD", {"accountNumber": "12345678", "routingNumber": "000000000"}),
        ("USD", {"accountNumber": "1234-5678", "routingNumber": "021000021"}),
        ("CAD", {"accountNumber": "12345678", "routingNumber": "1"}),
    ],
)
def test_bank_accounts_that_cannot_be_are_refused(
    api: FakeApi, plugin: CoinqvestPlugin, code: str, account: dict[str, str]
) -> None:
    with pytest.raises(InputError):
        plugin.withdraw_funds(
            request(target(code, bank_account=account)), MemoryOperation()
        )
    assert api.seen == []


@pytest.mark.parametrize(
    "to",
    [
        target("GBP", bank_account={"sortCode": "000000"}),
        target("USDC:0xabc@ethereum", address=ETHEREUM),
        target("MOBI@stellar", address=STELLAR),
        target(
            "XLM",
            address=(
                "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ"
            ),
        ),
    ],
)
def test_targets_without_a_way_are_refused(
    api: FakeApi, plugin: CoinqvestPlugin, to: WithdrawalTarget
) -> None:
    with pytest.raises(NotSupported):
        plugin.withdraw_funds(request(to), MemoryOperation())
    assert api.seen == []


@pytest.mark.parametrize(
    ("to", "options"),
    [
        (target("BTC", address=BITCOIN), {"relay": "Stellarport"}),
        (target("BTC", address=BITCOIN), {"fast": "yes"}),
        (target("XLM", address=STELLAR), {"relay": USD}),
    ],
)
def test_odd_options_are_refused(to: WithdrawalTarget, options: Any) -> None:
    with pytest.raises(InputError):
        build_withdrawal(request(to, options=options))


@pytest.mark.parametrize("wallet", ["XLM:NATIVE", "USD", "BTC"])
def test_the_amount_is_in_the_wallets_currency(
    api: FakeApi, plugin: CoinqvestPlugin, wallet: str
) -> None:
    odd = WithdrawalRequest(wallet, Money("1", from_asset(USD)), NAIRA.target)
    with pytest.raises(InputError):
        plugin.withdraw_funds(odd, MemoryOperation())
    assert api.seen == []


def test_an_iban_may_be_written_in_groups() -> None:
    grouped = {**IBAN, "iban": "DE02 1001 0010 0006 8201 01"}
    built = build_withdrawal(request(target("EUR", bank_account=grouped)))
    assert built["targetAccount"] == IBAN


# The two steps


def test_what_is_prepared_is_what_is_sent_later(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    prepared = plugin.prepare_withdrawal(NAIRA, operation)
    assert prepared.status is WithdrawalStatus.PENDING
    assert str(prepared.received) == "30727.13 NGN"
    assert commits(api) == 0
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"), state("PROCESSING"))
    promised = replace(NAIRA, least_received=prepared.received)
    done = plugin.withdraw_funds(promised, operation)
    assert (done.reference, done.status) == (
        prepared.reference,
        WithdrawalStatus.PROCESSING,
    )
    assert commits(api) == len(api.calls("POST /withdrawal")) == 1


def test_preparing_twice_makes_one(api: FakeApi, plugin: CoinqvestPlugin) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    prepared = [plugin.prepare_withdrawal(NAIRA, operation) for _ in range(2)]
    assert prepared[0].reference == prepared[1].reference
    assert len(api.calls("POST /withdrawal")) == 1


def test_less_than_was_promised_is_not_sent(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    prepared = plugin.prepare_withdrawal(NAIRA, operation)
    promised = replace(NAIRA, least_received=prepared.received)
    less = state("PENDING_API_COMMIT", targetAmount="30727.1200000")
    api.put("GET /withdrawal", less)
    with pytest.raises(ProviderRefused, match="less would arrive"):
        plugin.withdraw_funds(promised, operation)
    assert commits(api) == 0


def test_preparing_refuses_what_goes_elsewhere(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    other = read_case("create_withdrawal")
    other["withdrawal"]["targetAccount"]["nuban"] = "0000014579"
    api.put("POST /withdrawal", other)
    with pytest.raises(ProviderProtocolError):
        plugin.prepare_withdrawal(NAIRA, MemoryOperation())


def test_a_withdrawal_takes_two_steps_and_only_the_look_up_counts(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    done = plugin.withdraw_funds(NAIRA, operation)
    # The commit's own answer said COMPLETED.
    assert done.status is WithdrawalStatus.PROCESSING
    assert done.reference == WITHDRAWAL_ID
    assert str(done.received) == "30727.13 NGN" and str(done.fee) == "200.00 NGN"
    assert done.amount.amount == Decimal("142.31566")
    assert [(step, data.get("outcome")) for step, data in operation.history] == [
        ("withdrawal", None),
        ("commit", "sent"),
        ("commit", "accepted"),
    ]
    for name in ("PROCESSING", "COMPLETED"):
        api.put("GET /withdrawal", state(name))
        done = plugin.withdraw_funds(NAIRA, operation)
        assert done.status.value == name
    assert commits(api) == len(api.calls("POST /withdrawal")) == 1


def test_a_failed_withdrawal_is_final(api: FakeApi, plugin: CoinqvestPlugin) -> None:
    api.put("GET /withdrawal", state("FAILED"))
    done = plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert done.status is WithdrawalStatus.FAILED and done.status.is_final


def test_a_look_up_that_lags_behind_is_not_believed(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT", transactionId=None))
    for _ in range(3):
        done = plugin.withdraw_funds(NAIRA, operation)
        assert done.status is WithdrawalStatus.PROCESSING and done.problem is None
    assert commits(api) == 1


def test_an_accepted_commit_counts_without_a_look_up(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    api.put("GET /withdrawal", (404, {"errors": ["Not found."]}))
    done = plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert done.status is WithdrawalStatus.PROCESSING


class Crash(Exception):
    """The process ends here."""


class CrashingOperation(MemoryOperation):
    """Crashes at the n-th record, before or after it is committed."""

    def __init__(self, number: int, *, before: bool) -> None:
        super().__init__()
        self.number, self.is_before = number, before

    def record(self, step: str, data: Any) -> None:
        self.number -= 1
        if self.number == 0 and self.is_before:
            raise Crash
        super().record(step, data)
        if self.number == 0:
            raise Crash


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_crash_at_any_step_never_commits_twice(
    api: FakeApi, plugin: CoinqvestPlugin, number: int, before: bool
) -> None:
    is_committed = False

    def commit(seen: Any) -> Any:
        nonlocal is_committed
        assert not is_committed, "committed twice"
        is_committed = True
        return read_case("commit_withdrawal")

    def look_up(seen: Any) -> Any:
        return state("PROCESSING" if is_committed else "PENDING_API_COMMIT")

    api.put("POST /withdrawal/commit", commit)
    api.put("GET /withdrawal", look_up)
    operation = CrashingOperation(number, before=before)
    with pytest.raises(Crash):
        plugin.withdraw_funds(NAIRA, operation)
    results = [plugin.withdraw_funds(NAIRA, operation) for _ in range(3)]
    assert commits(api) <= 1
    if is_committed:
        assert results[-1].status is WithdrawalStatus.PROCESSING
    else:
        # Whether the commit was sent, nobody knows yet.
        assert (number, before) == (2, False)
        assert results[-1].status is WithdrawalStatus.PENDING
        assert results[-1].problem is not None


@pytest.mark.parametrize("answer", [(500, ""), "<html>", "{", {"withdrawal": {}}])
def test_a_lost_commit_is_looked_up_and_not_repeated(
    api: FakeApi, plugin: CoinqvestPlugin, answer: Any
) -> None:
    operation = MemoryOperation()
    api.put("POST /withdrawal/commit", answer)
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(NAIRA, operation)
    done = plugin.withdraw_funds(NAIRA, operation)
    assert done.status is WithdrawalStatus.PROCESSING
    assert commits(api) == 1


def test_a_doubt_is_settled_by_what_the_look_up_says_long_after(
    api: FakeApi, plugin: CoinqvestPlugin, ticker: Ticker
) -> None:
    operation = CrashingOperation(2, before=False)
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    with pytest.raises(Crash):
        plugin.withdraw_funds(NAIRA, operation)
    ticker.advance(minutes=9, seconds=59)
    assert plugin.withdraw_funds(NAIRA, operation).problem is not None
    assert commits(api) == 0
    ticker.advance(seconds=1)

    def commit(seen: Any) -> Any:
        api.put("GET /withdrawal", state("PROCESSING"))
        return read_case("commit_withdrawal")

    api.put("POST /withdrawal/commit", commit)
    done = plugin.withdraw_funds(NAIRA, operation)
    assert (done.status, done.problem) == (WithdrawalStatus.PROCESSING, None)
    assert plugin.withdraw_funds(NAIRA, operation).status is done.status
    assert commits(api) == 1
    assert len(api.calls("POST /withdrawal")) == 1


def test_a_doubt_is_not_settled_if_it_was_committed(
    api: FakeApi, plugin: CoinqvestPlugin, ticker: Ticker
) -> None:
    operation = CrashingOperation(2, before=False)
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    with pytest.raises(Crash):
        plugin.withdraw_funds(NAIRA, operation)
    ticker.advance(hours=1)
    api.put("GET /withdrawal", state("COMPLETED"))
    assert plugin.withdraw_funds(NAIRA, operation).status is WithdrawalStatus.COMPLETED
    assert commits(api) == 0


def test_a_doubt_that_comes_again_and_again_is_an_operators(
    api: FakeApi, plugin: CoinqvestPlugin, ticker: Ticker
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", (500, ""))
    for _ in range(3):
        with pytest.raises(ProviderError):
            plugin.withdraw_funds(NAIRA, operation)
        ticker.advance(minutes=10)
    done = plugin.withdraw_funds(NAIRA, operation)
    assert (done.status, commits(api)) == (WithdrawalStatus.PENDING, 3)
    assert done.problem is not None


def test_a_repeated_commit_that_is_refused_is_a_doubt_and_no_failure(
    api: FakeApi, plugin: CoinqvestPlugin, ticker: Ticker
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", (500, ""))
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(NAIRA, operation)
    ticker.advance(minutes=10)
    api.put("POST /withdrawal/commit", (400, {"errors": ["Committed already."]}))
    done = plugin.withdraw_funds(NAIRA, operation)
    assert (done.status, commits(api)) == (WithdrawalStatus.PENDING, 2)
    api.put("GET /withdrawal", state("COMPLETED"))
    assert plugin.withdraw_funds(NAIRA, operation).status is WithdrawalStatus.COMPLETED


@pytest.mark.parametrize(
    "answer", [(429, {"errors": ["Too many requests."]}), (401, {"errors": ["auth"]})]
)
def test_what_was_surely_not_processed_is_sent_again(
    api: FakeApi, plugin: CoinqvestPlugin, answer: Any
) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", answer)
    with pytest.raises(ProviderError):
        plugin.withdraw_funds(NAIRA, operation)
    api.put("POST /withdrawal/commit", read_text("commit_withdrawal"))
    done = plugin.withdraw_funds(NAIRA, operation)
    assert done.status is WithdrawalStatus.PROCESSING
    assert len(api.calls("POST /withdrawal")) == 1


def test_a_refused_commit_stays_refused(api: FakeApi, plugin: CoinqvestPlugin) -> None:
    operation = MemoryOperation()
    api.put("GET /withdrawal", state("PENDING_API_COMMIT"))
    api.put("POST /withdrawal/commit", (400, {"errors": ["Too little money."]}))
    for _ in range(2):
        with pytest.raises(ProviderRefused, match="Too little money"):
            plugin.withdraw_funds(NAIRA, operation)
    assert commits(api) == 1


def test_a_commit_that_was_refused_as_done_is_looked_up(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    api.put("POST /withdrawal/commit", (400, {"errors": ["Committed already."]}))
    done = plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert done.status is WithdrawalStatus.PROCESSING


def test_a_refused_withdrawal_is_not_recorded(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    api.put("POST /withdrawal", (400, {"errors": ["sourceAmount: too low."]}))
    with pytest.raises(ProviderRefused):
        plugin.withdraw_funds(NAIRA, operation)
    api.put("POST /withdrawal", {"errors": ["Service unavailable."]})
    with pytest.raises(ProviderUnavailable):
        plugin.withdraw_funds(NAIRA, operation)
    assert operation.history == [] and commits(api) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"sourceAmount": "1423.1566"},
        {"sourceAssetIssuer": "XLM:NATIVE"},
        {"targetFiatCurrency": "EUR"},
        {"targetFiatCurrency": None},
        {"targetAccount": {"nuban": "3080494549", "bankName": "FirstBank"}},
        {"targetAccount": {}},
        {"state": "COMPLETED"},
    ],
)
def test_anything_else_than_was_asked_for_is_never_committed(
    api: FakeApi, plugin: CoinqvestPlugin, changes: dict[str, Any]
) -> None:
    case = read_case("create_withdrawal")
    case["withdrawal"] |= changes
    api.put("POST /withdrawal", case)
    with pytest.raises(ProviderProtocolError):
        plugin.withdraw_funds(NAIRA, MemoryOperation())
    assert commits(api) == 0


def test_too_little_that_would_arrive_is_never_committed(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    operation = MemoryOperation()
    wanted = request(NAIRA.target, least_received=Money("30727.14", "NGN"))
    api.put("GET /withdrawal", read_text("create_withdrawal"))
    for _ in range(2):
        with pytest.raises(ProviderRefused):
            plugin.withdraw_funds(wanted, operation)
    assert commits(api) == 0 and len(api.calls("POST /withdrawal")) == 1
    enough = request(NAIRA.target, least_received=Money("30727.13", "NGN"))
    assert isinstance(plugin.withdraw_funds(enough, MemoryOperation()), Withdrawal)


# Wallets


def test_wallets_are_told_apart_by_their_issuer(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    api.put("GET /wallets", read_text("list_wallets"))
    wallets = {wallet.reference: wallet for wallet in plugin.list_wallets()}
    assert str(wallets["XLM:NATIVE"].balance) == "950.0000000 XLM"
    assert wallets[USD].balance == Money("10.835825", from_asset(USD))
    assert str(wallets["BTC"].balance) == "0.00000000 BTC"
    assert wallets[USD].name == "USD by AnchorUSD"


def test_the_noise_of_a_json_number_is_rounded_off(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    text = read_text("list_wallets").replace("10.835825", "10.835825000000001")
    api.put("GET /wallets", text)
    wallets = {wallet.reference: wallet for wallet in plugin.list_wallets()}
    assert wallets[USD].balance == Money("10.835825", from_asset(USD))


@pytest.mark.parametrize(
    "wallet",
    [
        {"assetCode": "USD", "type": "FIAT", "balance": 5, "assets": []},
        {
            "assetCode": "USD",
            "type": "FIAT",
            "balance": 5,
            "assets": [{"id": "USD", "balance": 5}],
        },
        {"assetCode": "USD", "type": "FIAT", "assets": []},
    ],
)
def test_money_that_cannot_be_named_is_an_error(
    api: FakeApi, plugin: CoinqvestPlugin, wallet: Any
) -> None:
    api.put("GET /wallets", {"wallets": [wallet]})
    with pytest.raises(ProviderProtocolError):
        plugin.list_wallets()


def test_an_empty_wallet_of_an_unknown_code_is_left_out(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    odd = {"assetCode": "QQQ", "type": "FIAT", "balance": 0, "assets": []}
    api.put("GET /wallets", {"wallets": [odd]})
    assert plugin.list_wallets() == []
