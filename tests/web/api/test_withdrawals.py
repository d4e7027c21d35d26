"""Wallets and withdrawals over the REST API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from checkout_kit import (
    Currency,
    Money,
    ProviderRefused,
    ProviderUnreachable,
    Wallet,
)
from checkout_kit.testing.clock import FakeClock
from tests.domain.test_bank import RIGHT
from tests.fakes.scripted import ADDRESS, kit_of
from tests.fakes.vault import Vault, vault_plugin
from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import Merchant, errors_of

WISH = {
    "sourceAsset": "main",
    "sourceAmount": "0.5",
    "targetNetwork": "BTC",
    "targetAccount": {"address": ADDRESS},
}
#: A withdrawal as the document shows it (POST /withdrawal).
DOCUMENTED = (
    "id type state origin timestamp sourceAssetCode sourceAssetIssuer sourceAmount "
    "targetAssetCode targetAssetIssuer targetAmount withdrawalFee targetBlockchain "
    "targetFiatCurrency transactionId targetAccount"
).split()
STELLAR = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def app(migrated_database_url: str, clock: FakeClock, vault: Vault) -> Iterator[Flask]:
    _, app = kit_of(migrated_database_url, clock, {"vault": vault_plugin(vault)})
    yield app
    app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def merchant(make_merchant: MerchantMaker) -> Merchant:
    """A merchant who may withdraw from this machine."""
    return make_merchant(networks=["127.0.0.1"])


def make(merchant: Merchant, **changes: Any) -> Any:
    answer = merchant.post("/withdrawal", {**WISH, **changes})
    assert answer.status_code == 200, answer.text
    return answer.get_json()["withdrawal"]


def commit(merchant: Merchant, withdrawal_id: str, **headers: str) -> Any:
    return merchant.post(
        "/withdrawal/commit", {"withdrawalId": withdrawal_id}, **headers
    )


def test_wallets_are_listed_as_in_the_document(merchant: Merchant) -> None:
    answer = merchant.get("/wallets").get_json()
    assert answer == {
        "wallets": [
            {
                "assetCode": "BTC",
                "type": "CRYPTO",
                "balance": "2",
                "assets": [
                    {
                        "id": "main",
                        "provider": "vault",
                        "issuerName": "Bitcoin",
                        "issuerDomain": None,
                        "balance": "2",
                        "path": "/api/v1/asset?id=BTC:NATIVE",
                    }
                ],
            }
        ],
        "unavailable": [],
    }
    one = merchant.get("/wallet", assetCode="btc").get_json()
    assert one["wallet"] == answer["wallets"][0]
    assert merchant.get("/wallet", assetCode="ETH").status_code == 404
    assert merchant.get("/wallet").status_code == 400


def test_a_provider_that_is_down_is_named_and_never_counted(
    merchant: Merchant, vault: Vault
) -> None:
    def down() -> None:
        raise ProviderUnreachable("vault", "secret words of the provider")

    vault.on["list_wallets"] = down
    answer = merchant.get("/wallets")
    assert answer.get_json() == {"wallets": [], "unavailable": ["vault"]}
    one = merchant.get("/wallet", assetCode="BTC")
    assert one.status_code == 503
    assert "secret words" not in answer.text + one.text


def test_a_withdrawal_takes_two_steps(merchant: Merchant, vault: Vault) -> None:
    made = make(merchant, sourceAmount=1)
    assert set(made) >= set(DOCUMENTED)
    assert made["state"] == "PENDING_API_COMMIT"
    assert (made["type"], made["origin"]) == ("WITHDRAWAL", "API")
    assert (made["targetAmount"], made["withdrawalFee"]) == ("0.9999", "0.0001")
    assert (made["targetBlockchain"], made["targetFiatCurrency"]) == ("BTC", None)
    assert made["targetAccount"] == WISH["targetAccount"]
    assert vault.transfers == []
    sent = commit(merchant, made["id"]).get_json()["withdrawal"]
    assert (sent["id"], sent["state"]) == (made["id"], "PROCESSING")
    # The very same signed request would be a replay.
    merchant.clock.advance(1)
    assert (
        commit(merchant, made["id"]).get_json()["withdrawal"]["state"] == "PROCESSING"
    )
    assert [transfer.amount for transfer in vault.transfers] == [Money("1", "BTC")]
    found = merchant.get("/withdrawal", id=made["id"]).get_json()["withdrawal"]
    assert found == sent
    page = merchant.get("/withdrawals", limit=1).get_json()
    assert (page["count"], page["withdrawals"]) == (1, [sent])


def test_a_repeated_request_makes_one_and_sends_once(
    merchant: Merchant, vault: Vault
) -> None:
    first = merchant.post("/withdrawal", WISH, Idempotency_Key="w")
    merchant.clock.advance(1)
    again = merchant.post("/withdrawal", WISH, Idempotency_Key="w")
    assert first.get_json() == again.get_json()
    other = {**WISH, "sourceAmount": "0.6"}
    assert merchant.post("/withdrawal", other, Idempotency_Key="w").status_code == 422
    for _ in range(2):
        merchant.clock.advance(1)
        commit(merchant, first.get_json()["withdrawal"]["id"], Idempotency_Key="c")
    assert len(vault.transfers) == 1
    assert merchant.get("/withdrawals").get_json()["count"] == 1


def test_an_untold_balance_is_null(merchant: Merchant, vault: Vault) -> None:
    vault.wallets = [Wallet("cold", None, currency=Currency.parse("BTC"))]
    (wallet,) = merchant.get("/wallets").get_json()["wallets"]
    assert wallet["balance"] == "0"
    assert [asset["balance"] for asset in wallet["assets"]] == [None]


@pytest.mark.parametrize("networks", [[], ["10.0.0.0/8"]])
def test_only_a_listed_address_may_withdraw(
    make_merchant: MerchantMaker, vault: Vault, networks: list[str]
) -> None:
    made = make(make_merchant(networks=["127.0.0.1"]))
    stranger = make_merchant(networks=networks)
    for path, body in (
        ("/withdrawal", WISH),
        ("/withdrawal/commit", {"withdrawalId": made["id"]}),
    ):
        answer = stranger.post(path, body)
        assert answer.status_code == 403
        assert "address" in errors_of(answer)[0]
    assert vault.transfers == []
    assert "withdraw_funds" not in vault.calls


def test_another_stores_withdrawals_are_like_unknown_ones(
    merchant: Merchant, make_merchant: MerchantMaker, vault: Vault
) -> None:
    made = make(merchant)
    other = make_merchant("other", networks=["127.0.0.1"])
    calls: tuple[Callable[[str], Any], ...] = (
        lambda i: other.get("/withdrawal", id=i),
        lambda i: commit(other, i),
    )
    for call in calls:
        foreign, unknown = call(made["id"]), call("0" * 32)
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.get_json() == unknown.get_json()
    assert other.get("/withdrawals").get_json()["withdrawals"] == []
    # The providers' accounts are not theirs either.
    assert other.get("/wallets").get_json()["wallets"] == []
    assert other.post("/withdrawal", WISH).status_code == 422
    assert vault.transfers == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sourceAsset": None}, "sourceAsset"),
        ({"sourceAsset": "nothing"}, "sourceAsset"),
        ({"sourceAmount": None}, "sourceAmount"),
        ({"sourceAmount": "all"}, "sourceAmount"),
        ({"sourceAmount": 0}, "sourceAmount"),
        ({"sourceAmount": "-1"}, "sourceAmount"),
        ({"sourceAmount": "3"}, "sourceAmount"),
        ({"leastReceived": "0.5"}, "leastReceived"),
        ({"targetNetwork": "DOGE"}, "targetNetwork"),
        ({"targetNetwork": 5}, "targetNetwork"),
        ({"targetAccount": None}, "targetAccount"),
        ({"targetAccount": "bc1"}, "targetAccount"),
        ({"targetAccount": {}}, "targetAccount.address"),
        ({"targetAccount": {"address": ADDRESS[:-1] + "5"}}, "targetAccount.address"),
        ({"targetAsset": "USD"}, "targetAsset"),
        ({"targetAsset": "nonsense"}, "targetAsset"),
        (
            {
                "targetNetwork": "XLM",
                "targetAccount": {"account": STELLAR, "memo": "x"},
                "targetAsset": "XLM:NATIVE",
            },
            "targetAccount.memoType",
        ),
        (
            {"targetNetwork": "XLM", "targetAccount": {"account": STELLAR}},
            "targetAsset",
        ),
        (
            {
                "targetNetwork": "EUR",
                "targetAccount": {**RIGHT["EUR"], "iban": "DE89370400440532013001"},
            },
            "targetAccount.iban",
        ),
        (
            {
                "targetNetwork": "USD",
                "targetAccount": {**RIGHT["USD"], "routingNumber": "021000022"},
            },
            "targetAccount.routingNumber",
        ),
        (
            {
                "targetNetwork": "NGN",
                "targetAccount": {**RIGHT["NGN"], "nuban": "3080494548"},
            },
            "targetAccount.nuban",
        ),
        ({"relay": "\n"}, "relay"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    merchant: Merchant, vault: Vault, change: dict[str, Any], named: str
) -> None:
    answer = merchant.post("/withdrawal", {**WISH, **change})
    assert answer.status_code == 400, answer.text
    assert named in errors_of(answer)[0]
    assert merchant.get("/withdrawals").get_json()["count"] == 0
    assert "prepare_withdrawal" not in vault.calls or named == "leastReceived"


def test_a_refusal_tells_nothing_that_the_provider_said(
    merchant: Merchant, vault: Vault
) -> None:
    def refuse() -> None:
        raise ProviderRefused("vault", "secret words of the provider")

    vault.on["prepare_withdrawal"] = refuse
    answer = merchant.post("/withdrawal", WISH)
    assert answer.status_code == 422
    assert "secret words" not in answer.text
    vault.on = {"withdraw_funds": refuse}
    merchant.clock.advance(1)
    failed = commit(merchant, make(merchant)["id"])
    assert failed.get_json()["withdrawal"]["state"] == "FAILED"
    assert failed.get_json()["withdrawal"]["problem"]
    assert "secret words" not in failed.text


def test_what_is_over_can_not_be_committed(merchant: Merchant, vault: Vault) -> None:
    made = make(merchant)
    merchant.clock.advance(15 * 60)
    answer = commit(merchant, made["id"])
    assert answer.status_code == 409
    assert "its time is over" in errors_of(answer)[0]
    assert vault.transfers == []


@pytest.mark.parametrize(
    "account",
    [
        ("EUR", RIGHT["EUR"]),
        ("NGN", RIGHT["NGN"]),
        ("USD", RIGHT["USD"]),
        ("CAD", RIGHT["CAD"]),
        (
            "XRP",
            {"account": "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY", "destinationTag": "0"},
        ),
    ],
)
def test_every_network_of_the_document_is_a_target(
    merchant: Merchant, account: tuple[str, dict[str, str]]
) -> None:
    network, details = account
    made = make(merchant, targetNetwork=network, targetAccount=details)
    assert made["targetAccount"] == details
    is_fiat = network != "XRP"
    assert made["targetFiatCurrency"] == (network if is_fiat else None)
    assert made["targetFiatCurrencyId"] == made["targetFiatCurrency"]
    assert made["targetBlockchainId"] == made["targetBlockchain"]


def test_a_stellar_wallets_own_asset_is_what_arrives(
    merchant: Merchant, vault: Vault
) -> None:
    token = f"USD:{STELLAR}"
    vault.wallets = [Wallet(token, Money("10", f"{token}@stellar"))]
    made = make(
        merchant,
        sourceAsset=token,
        targetNetwork="XLM",
        targetAccount={"account": STELLAR},
    )
    assert made["targetAssetIssuer"] == made["sourceAssetIssuer"] == token
    assert made["targetAccount"] == {
        "account": STELLAR,
        "memo": None,
        "memoType": None,
    }
