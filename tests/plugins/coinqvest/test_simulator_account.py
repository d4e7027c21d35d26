"""The simulator's wallets, withdrawals, customers and lists, over its own HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from checkout_kit_coinqvest.simulator import create_simulator
from tests.plugins.coinqvest.fake_api import read_case
from tests.plugins.coinqvest.simulator_caller import BASIC

USD = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
STELLAR = "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCQ"
BITCOIN = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
ETHEREUM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


class Moving:
    """The source of time."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def client(clock: Moving) -> FlaskClient:
    return create_simulator(clock=clock).test_client()


def call(client: FlaskClient, method: str, path: str, body: Any = None) -> TestResponse:
    return client.open("/api/v1" + path, method=method, json=body, headers=BASIC)


def get(client: FlaskClient, path: str) -> Any:
    answer = call(client, "GET", path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def fund(client: FlaskClient, amount: str = "1000", asset: str = USD) -> None:
    body = {"assetId": asset, "amount": amount}
    assert client.post("/control/wallets", json=body).status_code == 200


def payload(network: str = "XLM", **changes: Any) -> dict[str, Any]:
    body = {
        "sourceAsset": USD,
        "sourceAmount": 10,
        "targetNetwork": network,
        "targetAccount": {"account": STELLAR, "memo": "EXODUS", "memoType": "text"},
    }
    if network == "XLM":
        body["targetAsset"] = "XLM:NATIVE"
    return body | changes


def withdraw(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    answer = call(client, "POST", "/withdrawal", payload(**changes))
    assert answer.status_code == 200, answer.text
    withdrawal: dict[str, Any] = answer.get_json()["withdrawal"]
    return withdrawal


def commit(client: FlaskClient, withdrawal_id: str) -> TestResponse:
    body = {"withdrawalId": withdrawal_id}
    return call(client, "POST", "/withdrawal/commit", body)


def held(client: FlaskClient, code: str = "USD") -> Any:
    return get(client, f"/wallet?assetCode={code}")["wallet"]["balance"]


def state_of(client: FlaskClient, withdrawal_id: str) -> str:
    found = get(client, f"/withdrawal?id={withdrawal_id}")["withdrawal"]
    return str(found["state"])


# Wallets


def test_wallets_have_the_documents_order_and_shape(client: FlaskClient) -> None:
    wallets = get(client, "/wallets")["wallets"]
    example = read_case("list_wallets")["wallets"]
    assert [w["assetCode"] for w in wallets] == [w["assetCode"] for w in example]
    assert all(w["balance"] == 0 and w["assets"] == [] for w in wallets)
    fund(client, "10.835825")
    wallet = get(client, "/wallet?assetCode=USD")["wallet"]
    assert wallet == read_case("get_wallet")["wallet"]


def test_a_credited_payment_makes_a_wallet_grow(client: FlaskClient) -> None:
    line = {"description": "T-Shirt", "netAmount": 10}
    body = {
        "charge": {"currency": "USD", "lineItems": [line]},
        "settlementCurrency": "NGN",
    }
    made = call(client, "POST", "/checkout", body).get_json()["id"]
    chosen = {"checkoutId": made, "assetCode": "XLM"}
    call(client, "POST", "/checkout/commit", chosen)
    for scenario, grown in (("less", False), ("more", False)):
        client.post(f"/control/checkouts/{made}/pay", json={"scenario": scenario})
        assert (held(client, "NGN") > 0) is grown
    client.post(f"/control/checkouts/{made}/resolve")
    wallet = get(client, "/wallet?assetCode=NGN")["wallet"]
    assert wallet["balance"] > 3600
    assert wallet["assets"][0]["id"].startswith("NGNT:")


def test_an_unknown_wallet_is_not_found(client: FlaskClient) -> None:
    assert call(client, "GET", "/wallet?assetCode=QQQ").status_code == 404
    assert call(client, "GET", "/wallet").status_code == 400
    answer = client.post("/control/wallets", json={"assetId": "USD", "amount": "1"})
    assert answer.status_code == 400


# Withdrawals


def test_a_withdrawal_waits_is_on_its_way_and_arrives(
    client: FlaskClient, clock: Moving
) -> None:
    fund(client)
    made = withdraw(client)
    example = read_case("create_withdrawal")["withdrawal"]
    assert list(made) == list(example)
    assert (made["state"], made["transactionId"]) == ("PENDING_API_COMMIT", None)
    assert made["targetAmount"] == "165.7007861"
    assert held(client) == 1000 and state_of(client, made["id"]) == made["state"]
    answer = commit(client, made["id"]).get_json()["withdrawal"]
    assert answer["state"] == "COMPLETED" and answer["transactionId"]
    assert held(client) == 990 and state_of(client, made["id"]) == "PROCESSING"
    clock.moment += timedelta(minutes=10)
    assert state_of(client, made["id"]) == "COMPLETED"


def test_a_second_commit_is_refused_and_counted(client: FlaskClient) -> None:
    fund(client)
    made = withdraw(client)
    assert commit(client, made["id"]).status_code == 200
    assert commit(client, made["id"]).status_code == 400
    assert held(client) == 990
    (shown,) = client.get("/control/withdrawals").get_json()["withdrawals"]
    assert shown["commits"] == 2


@pytest.mark.parametrize(
    ("verb", "state", "balance"),
    [("complete", "COMPLETED", 990), ("fail", "FAILED", 1000)],
)
def test_the_end_is_decided_by_the_control_api(
    client: FlaskClient, verb: str, state: str, balance: int
) -> None:
    fund(client)
    made = withdraw(client)
    path = f"/control/withdrawals/{made['id']}/{verb}"
    assert client.post(path).status_code == 409
    commit(client, made["id"])
    assert client.post(path).get_json() == {"withdrawal": made["id"], "state": state}
    assert (state_of(client, made["id"]), held(client)) == (state, balance)
    assert client.post(path).status_code == 409


def test_the_list_is_newest_first_in_its_own_spelling(client: FlaskClient) -> None:
    fund(client)
    first, second = withdraw(client), withdraw(client)
    page = get(client, "/withdrawals?limit=1")
    assert (page["count"], page["limit"], page["offset"]) == (2, "1", 0)
    (listed,) = page["withdrawals"]
    assert listed["id"] == second["id"]
    assert list(listed) == list(read_case("list_withdrawals")["withdrawals"][0])
    older = get(client, "/withdrawals?limit=1&offset=1")["withdrawals"]
    assert older[0]["id"] == first["id"]


def test_a_stale_answer_has_not_seen_the_commit(client: FlaskClient) -> None:
    fund(client)
    made = withdraw(client)
    commit(client, made["id"])
    client.post("/control/faults", json={"mode": "stale", "path": "/withdrawal"})
    assert state_of(client, made["id"]) == "PENDING_API_COMMIT"
    assert state_of(client, made["id"]) == "PROCESSING"


@pytest.mark.parametrize(
    ("network", "account"),
    [
        ("XLM", {"account": STELLAR}),
        ("BTC", {"address": BITCOIN}),
        ("BTC", {"address": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"}),
        ("LTC", {"address": "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"}),
        ("ETH", {"address": ETHEREUM}),
        ("XRP", {"account": "rEfqXNqQoyVVgkcF51NQNGWst96KJFZQf2"}),
        (
            "XRP",
            {
                "account": "rEfqXNqQoyVVgkcF51NQNGWst96KJFZQf2",
                "destinationTag": "1234",
            },
        ),
        ("EUR", {"iban": "DE02100100100006820101", "swift": "PBNKDEFF"}),
        ("NGN", {"nuban": "3080494543", "bankName": "FirstBank"}),
        ("USD", {"accountNumber": "12345678", "routingNumber": "021000021"}),
        ("CAD", {"accountNumber": "12345678", "routingNumber": "000112345"}),
    ],
)
def test_each_network_has_its_own_account(
    client: FlaskClient, network: str, account: dict[str, Any]
) -> None:
    fund(client)
    made = withdraw(
        client, network=network, targetAccount=account, sourceAmount="500.5"
    )
    assert {k: v for k, v in made["targetAccount"].items() if v is not None} == account
    is_chain = network in ("XLM", "BTC", "LTC", "ETH", "XRP")
    assert made["targetBlockchain"] == (network if is_chain else None)
    assert made["targetFiatCurrency"] == (None if is_chain else network)


@pytest.mark.parametrize(
    "changes",
    [
        {"sourceAsset": "USD"},
        {"sourceAsset": "QQQ:NATIVE"},
        {"sourceAmount": 0},
        {"sourceAmount": -1},
        {"sourceAmount": "1e2"},
        {"sourceAmount": "0.00000001"},
        {"sourceAmount": 1000.01},
        {"sourceAmount": True},
        {"targetNetwork": "QQQ"},
        {"targetNetwork": None},
        {"targetAsset": "XLM"},
        {"targetAsset": "QQQ:NATIVE"},
        {"targetAccount": None},
        {"targetAccount": {}},
        {"targetAccount": {"account": STELLAR[:-1] + "A"}},
        {"targetAccount": {"account": STELLAR, "memo": "EXODUS"}},
        {"targetAccount": {"account": STELLAR, "memo": "x", "memoType": "odd"}},
        {"targetAccount": {"account": STELLAR, "tag": 1}},
        {"network": "BTC", "targetAccount": {"address": BITCOIN[:-1] + "5"}},
        {"network": "BTC", "targetAccount": {"address": ETHEREUM}},
        {"network": "ETH", "targetAccount": {"address": ETHEREUM.swapcase()}},
        {"network": "LTC", "targetAccount": {"address": BITCOIN}},
        {"network": "XRP", "targetAccount": {"account": STELLAR}},
        {"network": "EUR", "targetAccount": {"iban": "DE03", "swift": "PBNKDEFF"}},
        {
            "network": "BTC",
            "targetAccount": {"address": BITCOIN},
            "relay": "XLM:NATIVE",
            "sourceAmount": 500,
        },
        # Below the issuer's minimum, and too little for its fee.
        {"network": "BTC", "targetAccount": {"address": BITCOIN}},
    ],
)
def test_impossible_withdrawals_are_refused(
    client: FlaskClient, changes: dict[str, Any]
) -> None:
    fund(client)
    answer = call(client, "POST", "/withdrawal", payload(**changes))
    assert answer.status_code == 400 and answer.get_json()["errors"]
    assert get(client, "/withdrawals")["count"] == 0


def test_money_can_be_withdrawn_once(client: FlaskClient) -> None:
    fund(client, "15")
    first, second = withdraw(client), withdraw(client)
    assert commit(client, first["id"]).status_code == 200
    assert commit(client, second["id"]).status_code == 400
    assert held(client) == 5


def test_unknown_withdrawals_are_not_found(client: FlaskClient) -> None:
    assert commit(client, "nobody").status_code == 404
    assert call(client, "POST", "/withdrawal/commit", {}).status_code == 400
    assert call(client, "GET", "/withdrawal?id=nobody").status_code == 404


# Lists


@pytest.mark.parametrize(
    ("many", "one", "key", "argument", "wanted"),
    [
        ("asset-issuers", "asset-issuer", "assetIssuer", "id", USD),
        ("assets", "asset", "asset", "id", "XLM:NATIVE"),
        ("fiat-currencies", "fiat-currency", "fiatCurrency", "assetCode", "USD"),
        ("fiat-currencies", "fiat-currency", "fiatCurrency", "id", "EUR"),
        ("blockchains", "blockchain", "blockchain", "assetCode", "BTC"),
    ],
)
def test_single_objects_are_those_of_the_lists(
    client: FlaskClient, many: str, one: str, key: str, argument: str, wanted: str
) -> None:
    (listed,) = get(client, f"/{many}").values()
    found = get(client, f"/{one}?{argument}={wanted}")[key]
    if one in ("fiat-currency", "blockchain"):
        (found,) = found
    assert found in listed
    case = read_case(f"get_{one.replace('-', '_')}")[key]
    example = case[0] if isinstance(case, list) else case
    assert list(found) == list(example)
    assert call(client, "GET", f"/{one}?{argument}=nobody").status_code == 404
    assert call(client, "GET", f"/{one}").status_code == 400


# Customers


def test_customers_are_made_changed_and_deleted(client: FlaskClient) -> None:
    given = read_case("request_customer")
    made = call(client, "POST", "/customer", given).get_json()["customerId"]
    found = get(client, f"/customer?id={made}")["customer"]
    example = read_case("get_customer")["customer"]
    own = {"id", "inserttime", "updatetime"}
    assert list(found) == list(example)
    assert {k: found[k] for k in found if k not in own} == {
        k: example[k] for k in example if k not in own
    }
    change = {"customer": {"id": made, "company": None, "lastname": None}}
    assert call(client, "PUT", "/customer", change).get_json() == {"success": True}
    found = get(client, f"/customer?id={made}")["customer"]
    assert (found["name"], found["invoiceable"]) == ("Ada", False)
    assert call(client, "DELETE", "/customer", {"id": made}).status_code == 200
    assert call(client, "GET", f"/customer?id={made}").status_code == 404
    assert call(client, "DELETE", "/customer", {"id": made}).status_code == 404


def test_the_same_email_is_the_same_customer(client: FlaskClient) -> None:
    ids = [
        call(client, "POST", "/customer", {"customer": customer}).get_json()[
            "customerId"
        ]
        for customer in (
            {"email": "ada@example.com", "note": "first"},
            {"email": "bob@example.com"},
            {"email": "Ada@example.com", "firstname": "Ada"},
        )
    ]
    assert ids[0] == ids[2] != ids[1]
    page = get(client, "/customers?limit=250")
    assert (page["count"], page["limit"]) == (2, "250")
    assert [c["id"] for c in page["customers"]] == [ids[1], ids[0]]
    assert page["customers"][1]["note"] == "first"


@pytest.mark.parametrize(
    "customer",
    [
        None,
        [],
        {},
        {"email": None},
        {"email": "nobody"},
        {"email": "ada@example.com", "zip": "12345"},
        {"email": "ada@example.com", "countrycode": "Germany"},
        {"email": "ada@example.com", "note": 5},
        {"email": "ada@example.com", "meta": 5},
        {"email": "ada@example.com", "meta": {"a": "x" * 10_001}},
    ],
)
def test_odd_customers_are_refused(client: FlaskClient, customer: Any) -> None:
    answer = call(client, "POST", "/customer", {"customer": customer})
    assert answer.status_code == 400
    assert get(client, "/customers")["count"] == 0


def test_an_email_cannot_be_emptied(client: FlaskClient) -> None:
    given = {"customer": {"email": "ada@example.com"}}
    made = call(client, "POST", "/customer", given).get_json()["customerId"]
    change = {"customer": {"id": made, "email": None}}
    assert call(client, "PUT", "/customer", change).status_code == 400
    unknown = {"customer": {"id": "nobody", "note": "x"}}
    assert call(client, "PUT", "/customer", unknown).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/wallets"),
        ("POST", "/withdrawal"),
        ("POST", "/withdrawal/commit"),
        ("GET", "/blockchains"),
        ("GET", "/asset-issuers"),
        ("GET", "/customers"),
        ("DELETE", "/customer"),
    ],
)
def test_all_of_it_is_protected(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open("/api/v1" + path, method=method, json={})
    assert answer.status_code == 401
