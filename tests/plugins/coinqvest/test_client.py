"""The client against answers taken from the API document."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from decimal import Decimal

import pytest

from checkout_kit.domain.charge import (
    Charge,
    DiscountItem,
    LineItem,
    ShippingCostItem,
    TaxItem,
)
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.errors import (
    ProviderAuthError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.http import dump_json
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings
from checkout_kit_coinqvest.payloads import (
    build_charge,
    build_checkout,
    build_remainder,
    to_asset,
)
from checkout_kit_coinqvest.signing import RequestSigner, hash_basic, sign_digest
from tests.plugins.coinqvest.fake_api import (
    KEY,
    SECRET,
    FakeApi,
    Ticker,
    make_settings,
    read_case,
    read_text,
    running_api,
)

NOW = 1600000000


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        yield fake


@pytest.fixture
def client(api: FakeApi) -> Iterator[CoinqvestClient]:
    made = CoinqvestClient(make_settings(api), Ticker())
    yield made
    made.close()


# Signing: the vectors of field/coinqvest_today.md.


@pytest.mark.parametrize(
    ("method", "path", "body", "signature"),
    [
        (
            "GET",
            "/wallet",
            b"",
            "b70c79dc637663fb78587d14dcb6809d057d9092996d3b66738d8afee3d62b20",
        ),
        (
            "POST",
            "/checkout/hosted",
            b'{"a":1}',
            "dc0e54c94ceacc1ccaf28bbda0693633d037cf4e2746550cc6dcf24e3a2e05c0",
        ),
        (
            "POST",
            "/checkout/hosted",
            b'{"webhook":"https:\\/\\/s.example\\/w"}',
            "15568103df2d7b1364d5cdfea5c7c6f2218b780ba9b5843bf4aeb18cba35fd37",
        ),
    ],
)
def test_digest_signatures(method: str, path: str, body: bytes, signature: str) -> None:
    assert sign_digest("SECRET", path, NOW, method, body) == signature
    settings = CoinqvestSettings(api_key="KEY", api_secret="SECRET")
    headers = RequestSigner(settings, Ticker())(method, f"/api/v1{path}?limit=1", body)
    assert headers == {
        "X-Digest-Key": "KEY",
        "X-Digest-Timestamp": str(NOW),
        "X-Digest-Signature": signature,
    }


def test_basic_hash() -> None:
    expected = "4f0e0f66f249e3f136c6e4aa44300c644488c27b4a3594be2d008e7863fe9311"
    assert hash_basic("KEY", "SECRET") == expected
    settings = CoinqvestSettings(api_key="KEY", api_secret="SECRET", auth="basic")
    headers = RequestSigner(settings, Ticker())("GET", "/api/v1/auth-test", b"")
    assert headers == {"X-Basic": expected}


def test_a_base_path_of_another_host_is_left_out_of_the_signature() -> None:
    settings = CoinqvestSettings("KEY", "SECRET", base_url="https://api.example.com")
    headers = RequestSigner(settings, Ticker())("GET", "/wallet", b"")
    assert headers["X-Digest-Signature"].startswith("b70c79dc")


# Calls


def test_public_endpoints_are_not_signed(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /ping", read_text("ping"))
    api.put("GET /time", read_text("time"))
    assert client.ping() is True
    assert client.get_time() == 1525898643
    assert not any("X-Digest" in str(seen.headers) for seen in api.seen)


def test_auth_test_is_signed(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /auth-test", read_text("auth_test"))
    assert client.auth_test() is True
    headers = api.seen[0].headers
    assert headers["X-Digest-Key"] == KEY
    assert headers["X-Digest-Signature"] == sign_digest(
        SECRET, "/auth-test", NOW, "GET", b""
    )


def test_create_checkout(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("POST /checkout", read_text("create_checkout"))
    answer = client.create_checkout({"charge": {}})
    assert answer.id == "6d55626309d6"
    assert [(m.asset_code, m.payment_amount) for m in answer.payment_methods] == [
        ("XLM", Decimal("165.7007861")),
        ("BTC", Decimal("0.0011102")),
        ("ETH", Decimal("0.0440141")),
        ("LTC", Decimal("0.1537514")),
        ("XRP", Decimal("42.282669")),
    ]
    seen = api.seen[0]
    assert seen.headers["X-Digest-Signature"] == sign_digest(
        SECRET, "/checkout", NOW, "POST", seen.body
    )


@pytest.mark.parametrize("asset", ["eth", "xlm", "xrp"])
def test_commit_checkout(api: FakeApi, client: CoinqvestClient, asset: str) -> None:
    case = read_case(f"commit_{asset}")
    api.put("POST /checkout/commit", case)
    answer = client.commit_checkout(case["checkoutId"], asset.upper())
    assert answer.address == case["depositInstructions"]["address"]
    assert answer.amount == Decimal(case["depositInstructions"]["amount"])
    assert answer.memo == ("snowy-hills" if asset == "xlm" else None)
    assert answer.memo_type == ("text" if asset == "xlm" else None)
    assert answer.destination_tag == (15918 if asset == "xrp" else None)
    assert answer.expiration_time.utcoffset() is not None
    assert api.seen[0].data == {
        "checkoutId": case["checkoutId"],
        "assetCode": asset.upper(),
    }


@pytest.mark.parametrize(
    ("checkout_id", "asset"), [("other", "XLM"), ("d95114c52bca", "XRP")]
)
def test_a_commit_answer_about_something_else_is_refused(
    api: FakeApi, client: CoinqvestClient, checkout_id: str, asset: str
) -> None:
    api.put("POST /checkout/commit", read_text("commit_xlm"))
    with pytest.raises(ProviderProtocolError, match="another checkout or asset"):
        client.commit_checkout(checkout_id, asset)


def test_create_hosted_checkout(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("POST /checkout/hosted", read_text("create_hosted_checkout"))
    answer = client.create_hosted_checkout({})
    assert answer.id == "b5bcf27e5482"
    assert answer.url == "https://www.coinqvest.com/en/checkout?id=b5bcf27e5482"


def test_get_checkout(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /checkout", read_text("get_checkout"))
    answer = client.get_checkout("82098fd51fcc")
    assert answer.state == "COMPLETED"
    assert answer.payments[0].source_amount == Decimal("170.1372000")
    assert answer.payments[0].timestamp.isoformat() == "2020-03-02T19:37:10+00:00"
    assert api.seen[0].query == {"id": "82098fd51fcc"}
    with pytest.raises(ProviderProtocolError, match="another checkout"):
        client.get_checkout("000000000000")


def test_list_checkouts(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /checkouts", read_text("list_checkouts"))
    page = client.list_checkouts(limit=2)
    assert (page.count, page.length, page.broken) == (67, 2, ())
    assert [c.state for c in page.checkouts] == ["COMPLETED", "EXPIRED"]
    assert api.seen[0].query == {"limit": "2", "offset": "0"}


def test_get_payment(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /payment", read_text("get_payment"))
    answer = client.get_payment("0bb9f9aa929f")
    assert answer.is_credited and answer.source_amount == Decimal("4.4292550")
    with pytest.raises(ProviderProtocolError, match="another payment"):
        client.get_payment("000000000000")


def test_list_payments_without_a_state(api: FakeApi, client: CoinqvestClient) -> None:
    api.put("GET /payments", read_text("list_payments"))
    page = client.list_payments()
    assert [p.is_credited for p in page.payments] == [True, False]
    assert page.payments[1].state is None


def test_one_odd_item_does_not_hide_the_others(
    api: FakeApi, client: CoinqvestClient
) -> None:
    page = read_case("list_payments")
    del page["payments"][0]["sourceAmount"]
    page["payments"].append("nonsense")
    api.put("GET /payments", page)
    answer = client.list_payments()
    assert [p.id for p in answer.payments] == ["9de6b7b383a3"]
    assert answer.length == 3
    assert answer.broken[0].checkout_id == "2b2813372e89"
    assert "sourceAmount" in answer.broken[0].problem
    assert answer.broken[1].id is None


# Errors


@pytest.mark.parametrize("status", [200, 400, 404, 422])
def test_refusals_carry_the_providers_words(
    api: FakeApi, client: CoinqvestClient, status: int
) -> None:
    api.put("POST /checkout", (status, {"errors": ["Amount too low."]}))
    with pytest.raises(ProviderRefused) as caught:
        client.create_checkout({})
    assert caught.value.messages == ("Amount too low.",)
    assert len(api.seen) == 1


@pytest.mark.parametrize("status", [200, 400, 500, 503])
def test_the_documents_own_error_is_an_outage(
    api: FakeApi, client: CoinqvestClient, status: int
) -> None:
    api.put("POST /checkout", (status, read_text("error")))
    with pytest.raises(ProviderUnavailable):
        client.create_checkout({})
    assert len(api.calls("POST /checkout")) == 1


@pytest.mark.parametrize("status", [401, 403, 400])
def test_a_wrong_clock_is_corrected_once(
    api: FakeApi, client: CoinqvestClient, status: int
) -> None:
    refusal = (status, {"errors": ["Invalid timestamp."]})
    api.put("POST /checkout", refusal, read_text("create_checkout"))
    api.put("GET /time", {"time": NOW + 3600})
    assert client.create_checkout({}).id == "6d55626309d6"
    stamps = [s.headers["X-Digest-Timestamp"] for s in api.calls("POST /checkout")]
    assert stamps == [str(NOW), str(NOW + 3600)]
    # The offset is kept for later calls.
    client.create_checkout({})
    assert len(api.calls("GET /time")) == 1


@pytest.mark.parametrize("time", [{"time": NOW}, {"time": "soon"}, (500, {}), "<html>"])
def test_wrong_credentials_stay_refused(
    api: FakeApi, client: CoinqvestClient, time: object
) -> None:
    api.put("GET /auth-test", (401, {"errors": ["Unknown key."]}))
    api.put("GET /time", time)
    with pytest.raises(ProviderAuthError) as caught:
        client.auth_test()
    assert caught.value.messages == ("Unknown key.",)
    assert len(api.calls("GET /auth-test")) == 1


def test_a_thread_profits_from_anothers_adjustment() -> None:
    signer = RequestSigner(CoinqvestSettings("KEY", "SECRET"), Ticker())
    assert signer.adjust(NOW + 60, used=0)
    # Another thread had signed with the old offset, and asks for the time as well.
    assert signer.adjust(NOW + 60, used=0)
    assert not signer.adjust(NOW + 61, used=signer.offset)
    assert signer.timestamp() == NOW + 60


def test_a_clock_that_stays_wrong_is_not_asked_for_ever(
    api: FakeApi, client: CoinqvestClient
) -> None:
    api.put("GET /auth-test", (401, {"errors": ["Invalid timestamp."]}))
    api.put("GET /time", {"time": NOW + 3600})
    with pytest.raises(ProviderAuthError):
        client.auth_test()
    assert len(api.calls("GET /auth-test")) == 2


@pytest.mark.parametrize("answer", [[], "null", "5", {"success": 1}, {}])
def test_a_success_is_true_and_nothing_else(
    api: FakeApi, client: CoinqvestClient, answer: object
) -> None:
    api.put("GET /ping", answer)
    with pytest.raises(ProviderProtocolError):
        client.ping()


def test_no_secret_leaves_the_client(
    api: FakeApi, client: CoinqvestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    basic = hashlib.sha256(f"{KEY}:{SECRET}".encode()).hexdigest()
    said = f"Bad secret {SECRET} or {basic}."
    api.put("GET /auth-test", (401, {"errors": [said]}), (200, {"errors": [said]}))
    api.put("GET /checkout", {"checkout": {"id": SECRET, "state": said}})
    problems = []
    for call in (client.auth_test, client.auth_test, lambda: client.get_checkout("a")):
        with pytest.raises(Exception) as caught:
            call()
        problems.append(f"{caught.value!r} {vars(caught.value)}")
    everything = "".join(problems) + caplog.text + repr(client)
    everything += repr(make_settings(api))
    assert SECRET not in everything and basic not in everything


# Payloads


def full_charge() -> Charge:
    return Charge(
        "USD",
        [LineItem("T-Shirt", "10", 1, "P1234")],
        [DiscountItem("Loyalty Discount", "0.5")],
        [ShippingCostItem("Shipping and Handling", "3.99", False)],
        [TaxItem("CA Sales Tax", "0.0825")],
    )


def test_the_full_payload_is_the_documents() -> None:
    expected = read_case("request_checkout_full")
    built = build_checkout(
        build_charge(full_charge(), expected["charge"]["customerId"]),
        "USD",
        webhook=expected["webhook"],
        relays=expected["blockchainRelays"],
        links=expected["links"],
    )
    import json

    assert json.loads(dump_json(built)) == expected
    assert b'"netAmount":3.99' in dump_json(built)


def test_the_minimal_payload_has_no_empty_parts() -> None:
    charge = build_charge(Charge("USD", [LineItem("T-Shirt", "10.00")]))
    assert set(charge) == {"currency", "lineItems"}
    assert set(build_checkout(charge, "USD")) == {"charge", "settlementCurrency"}


def test_a_remainder_is_one_line() -> None:
    built = build_remainder(Money("4.20", "USD"), "Remaining amount")
    assert built == {
        "currency": "USD",
        "lineItems": [
            {
                "description": "Remaining amount",
                "netAmount": Decimal("4.20"),
                "quantity": 1,
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "asset"),
    [
        ("USD", "USD"),
        ("XLM", "XLM"),
        ("XBT", "BTC"),
        ("USDC:GABC@stellar", "USDC:GABC"),
        ("USDC:0xabc@ethereum", None),
        ("USDT@tron", None),
    ],
)
def test_currencies_are_written_as_the_api_has_them(
    text: str, asset: str | None
) -> None:
    assert to_asset(Currency.parse(text)) == asset
