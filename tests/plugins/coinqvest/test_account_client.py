"""The client's calls of wallets, withdrawals, assets and customers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit.errors import ProviderProtocolError
from checkout_kit_coinqvest.answers import WithdrawalState
from checkout_kit_coinqvest.client import CoinqvestClient
from tests.plugins.coinqvest.fake_api import (
    FakeApi,
    Ticker,
    make_settings,
    read_case,
    read_text,
    running_api,
)

USD = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
EURT = "EURT:GAP5LETOV6YIE62YAM56STDANPRDO7ZFDBGSNHJQIYGGKSMOZAHOOS2S"
ETH = "ETH:GBETHKBL5TCUTQ3JPDIYOZ5RDARTMHMEKIO2QZQ7IOZ4YC5XV3C2IKYU"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        yield fake


@pytest.fixture
def client(api: FakeApi) -> Iterator[CoinqvestClient]:
    made = CoinqvestClient(make_settings(api), Ticker())
    yield made
    made.close()


def test_wallets_are_read_exactly(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /wallets", read_text("list_wallets"))
    wallets = {wallet.asset_code: wallet for wallet in client.list_wallets()}
    assert list(wallets) == ["XLM", "BTC", "ETH", "LTC", "XRP", "EUR", "NGN", "USD"]
    assert wallets["XRP"].balance == Decimal("562.9698492")
    assert wallets["NGN"].assets[0].id.startswith("NGNT:")
    assert wallets["BTC"].assets == ()
    api.put("GET /wallet", read_text("get_wallet"))
    assert client.get_wallet("USD") == wallets["USD"]
    assert api.calls("GET /wallet")[0].query == {"assetCode": "USD"}


def test_a_withdrawal_is_made_committed_and_looked_up(
    api: FakeApi, client: CoinqvestClient
) -> None:
    api.put("POST /withdrawal", read_text("create_withdrawal"))
    api.put("POST /withdrawal/commit", read_text("commit_withdrawal"))
    api.put("GET /withdrawal", read_text("get_withdrawal"))
    request = read_case("request_withdrawal_ngn")
    made = client.create_withdrawal(request)
    assert api.calls("POST /withdrawal")[0].data == request
    assert made.state is WithdrawalState.PENDING_API_COMMIT
    assert (made.source_asset_issuer, made.source_amount) == (USD, Decimal("142.31566"))
    assert made.target_amount == Decimal("30727.13582")
    assert made.withdrawal_fee == 200
    assert made.target_network == "NGN" and made.transaction_id is None
    committed = client.commit_withdrawal(made.id)
    sent = api.calls("POST /withdrawal/commit")[0].data
    assert sent == {"withdrawalId": "12d72c3c8145"}
    assert committed.transaction_id is not None
    assert client.get_withdrawal(made.id) == committed
    assert "3080494543" not in repr(made)


def test_the_lists_own_spellings_are_read(
    api: FakeApi, client: CoinqvestClient
) -> None:
    case = read_case("list_withdrawals")
    case["withdrawals"].append({"id": "b0", "state": "SENT"})
    api.put("GET /withdrawals", case)
    page = client.list_withdrawals(10)
    assert [w.target_network for w in page.withdrawals] == ["XLM", "NGN"]
    assert (page.length, page.count, page.broken[0].id) == (3, 2, "b0")


def test_assets_and_issuers_are_read(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /asset-issuers", read_text("list_asset_issuers"))
    bitcoin, dollar = client.list_asset_issuers()
    assert bitcoin.checkouts.least == Decimal("0.0002")
    assert bitcoin.checkouts.highest is None and bitcoin.checkouts.is_enabled
    assert (bitcoin.blockchain, bitcoin.fiat_currency) == ("BTC", None)
    assert (dollar.blockchain, dollar.fiat_currency) == (None, "USD")
    assert not dollar.checkouts.is_enabled
    assert dollar.withdrawals.fee_percent == Decimal("0.02")
    api.put("GET /asset-issuer", read_text("get_asset_issuer"))
    assert client.get_asset_issuer(EURT).asset_name == "Euro"
    api.put("GET /assets", read_text("list_assets"))
    assert [asset.code for asset in client.list_assets()] == ["XLM", "USD", "XRP"]
    api.put("GET /asset", read_text("get_asset"))
    issuer = client.get_asset(ETH).issuer
    assert issuer is not None and issuer.name == "Firefly"


@pytest.mark.parametrize("is_array", [True, False])
def test_an_object_may_come_as_an_array_of_one(
    api: FakeApi, client: CoinqvestClient, is_array: bool
) -> None:
    for case, name in (
        ("get_fiat_currency", "fiatCurrency"),
        ("get_blockchain", "blockchain"),
    ):
        answer = read_case(case)
        if not is_array:
            answer[name] = answer[name][0]
        api.put(f"GET /{case[4:].replace('_', '-')}", answer)
    assert client.get_fiat_currency("USD").least_charge == Decimal("0.01")
    assert api.seen[0].query == {"assetCode": "USD"}
    chain = client.get_blockchain("BTC")
    assert chain.least_charge == Decimal("0.005")
    assert [issuer.is_default for issuer in chain.issuers] == [False, False, True]


def test_lists_of_currencies_and_blockchains(
    api: FakeApi, client: CoinqvestClient
) -> None:
    api.put("GET /fiat-currencies", read_text("list_fiat_currencies"))
    api.put("GET /blockchains", read_text("list_blockchains"))
    assert [c.code for c in client.list_fiat_currencies()] == ["USD"]
    assert [c.code for c in client.list_blockchains()] == ["XLM", "ETH"]


def test_customers_are_kept(api: FakeApi, client: CoinqvestClient) -> None:
    given = read_case("request_customer")["customer"]
    api.put("POST /customer", read_text("create_customer"))
    api.put("GET /customer", read_text("get_customer"))
    api.put("GET /customers", read_text("list_customers"))
    api.put("PUT /customer", read_text("update_customer"))
    api.put("DELETE /customer", read_text("delete_customer"))
    customer_id = client.create_customer(given)
    assert api.seen[-1].data == {"customer": given}
    found = client.get_customer(customer_id)
    assert found.email == "ada@example.com" and found.is_invoiceable
    assert found.meta == {"reference": 123}
    assert client.list_customers().customers == (found,)
    assert client.update_customer({"id": customer_id, "note": None})
    assert api.seen[-1].data == {"customer": {"id": customer_id, "note": None}}
    assert client.delete_customer(customer_id)
    assert (api.seen[-1].method, api.seen[-1].data) == ("DELETE", {"id": customer_id})
    assert "ada@" not in repr(found) and "Exampletown" not in repr(found)


def test_meta_may_be_text_or_an_empty_array(
    api: FakeApi, client: CoinqvestClient
) -> None:
    case = read_case("get_customer")
    for given, read in (('{"a": 1}', '{"a": 1}'), ([], {}), (None, None)):
        case["customer"]["meta"] = given
        api.put("GET /customer", case)
        assert client.get_customer("fd4f47a50c7f").meta == read


def test_an_odd_customer_leaves_no_evidence(
    api: FakeApi, client: CoinqvestClient
) -> None:
    case = read_case("get_customer")
    case["customer"]["invoiceable"] = "maybe"
    api.put("GET /customer", case)
    with pytest.raises(ProviderProtocolError) as caught:
        client.get_customer("fd4f47a50c7f")
    assert "ada@example.com" not in caught.value.evidence + str(caught.value)
    api.put("GET /customers", {"count": "many", "customers": [case["customer"]]})
    with pytest.raises(ProviderProtocolError) as caught:
        client.list_customers()
    assert "ada@example.com" not in caught.value.evidence + str(caught.value)


def _changed(case: str, name: str, **changes: Any) -> Any:
    answer = read_case(case)
    answer[name] = {**answer[name], **changes}
    return answer


Asking = Callable[[CoinqvestClient], Any]


@pytest.mark.parametrize(
    ("endpoint", "answer", "ask"),
    [
        ("GET /wallets", {"wallets": {}}, CoinqvestClient.list_wallets),
        ("GET /wallets", {"wallets": [{}]}, CoinqvestClient.list_wallets),
        ("GET /wallet", read_case("get_wallet"), lambda c: c.get_wallet("EUR")),
        (
            "GET /wallet",
            _changed("get_wallet", "wallet", balance=-1),
            lambda c: c.get_wallet("USD"),
        ),
        (
            "GET /withdrawal",
            _changed("get_withdrawal", "withdrawal", state="SENT"),
            lambda c: c.get_withdrawal("12d72c3c8145"),
        ),
        (
            "GET /withdrawal",
            _changed("get_withdrawal", "withdrawal", targetAmount=None),
            lambda c: c.get_withdrawal("12d72c3c8145"),
        ),
        (
            "GET /withdrawal",
            _changed("get_withdrawal", "withdrawal", targetAmount="3e4"),
            lambda c: c.get_withdrawal("12d72c3c8145"),
        ),
        (
            "GET /withdrawal",
            _changed("get_withdrawal", "withdrawal", type="REFUND"),
            lambda c: c.get_withdrawal("12d72c3c8145"),
        ),
        (
            "GET /withdrawal",
            read_case("get_withdrawal"),
            lambda c: c.get_withdrawal("another"),
        ),
        (
            "POST /withdrawal/commit",
            read_case("commit_withdrawal"),
            lambda c: c.commit_withdrawal("another"),
        ),
        ("GET /asset", read_case("get_asset"), lambda c: c.get_asset("XLM:NATIVE")),
        (
            "GET /asset-issuer",
            read_case("get_asset_issuer"),
            lambda c: c.get_asset_issuer("XLM:NATIVE"),
        ),
        (
            "GET /blockchain",
            read_case("get_blockchain"),
            lambda c: c.get_blockchain("LTC"),
        ),
        (
            "GET /fiat-currency",
            read_case("get_fiat_currency"),
            lambda c: c.get_fiat_currency("EUR"),
        ),
        ("GET /customer", read_case("get_customer"), lambda c: c.get_customer("other")),
        ("POST /customer", {"success": True}, lambda c: c.create_customer({})),
        ("PUT /customer", {"success": False}, lambda c: c.update_customer({})),
    ],
)
def test_odd_answers_are_refused(
    api: FakeApi, client: CoinqvestClient, endpoint: str, answer: Any, ask: Asking
) -> None:
    api.put(endpoint, answer)
    with pytest.raises(ProviderProtocolError):
        ask(client)
