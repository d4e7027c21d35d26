"""The COINQVEST plugin's client and schemas read our API: neither knows the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checkout_kit import Money, PaymentObservation, PaymentStatus, ProviderRefused
from checkout_kit.wiring import SystemClock
from checkout_kit_coinqvest.answers import CheckoutVerdict, PaymentState
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings
from tests.fakes.scripted import ADDRESS, BTC, Script, scripted_kit
from tests.plugins.coinqvest.fake_api import quiet_server
from tests.web.api.merchant import PREFIX

pytestmark = pytest.mark.slow

_ORDER = {
    "charge": {
        "currency": "USD",
        "lineItems": [{"description": "T-Shirt", "netAmount": "10.00"}],
    }
}


@pytest.fixture
def served(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[CoinqvestClient, Script, Any]]:
    """The plugin's client at a running server of ours."""
    template: Path = request.getfixturevalue("_sqlite_template")
    shutil.copy(template, tmp_path / "kit.db")
    script, clock = Script(), SystemClock()
    _, app = scripted_kit(f"sqlite:///{tmp_path / 'kit.db'}", clock, script)
    services = app.extensions["checkout_kit"]
    made = services.api_keys.create(clock.now(), store_id="default")
    with quiet_server(app) as root:
        settings = CoinqvestSettings(
            api_key=made.key.id,
            api_secret=made.secret,
            base_url=root + PREFIX,
            test_mode=True,
        )
        yield CoinqvestClient(settings, clock), script, services
    services.database.dispose()


def test_the_client_takes_a_checkout_from_charge_to_payment(
    served: tuple[CoinqvestClient, Script, Any],
) -> None:
    client, script, services = served
    assert client.ping() and client.auth_test()
    made = client.create_checkout(_ORDER)
    assert [m.asset_code for m in made.payment_methods] == ["BTC"]
    committed = client.commit_checkout(made.id, "BTC")
    assert (committed.address, committed.amount) == (ADDRESS, Decimal("0.0002"))
    checkout = services.checkouts.get(made.id, SystemClock().now())
    script.payments[checkout.invoice.id] = [
        PaymentObservation("tx", Money("0.0002", BTC), PaymentStatus.CONFIRMED)
    ]
    services.detection.check_checkout(made.id)
    shown = client.get_checkout(made.id)
    assert shown.state is CheckoutVerdict.COMPLETED
    (payment,) = shown.payments
    assert payment.state is PaymentState.RESOLVED
    assert payment.credit_amount == Decimal("10")
    assert client.get_payment(payment.id) == payment
    hosted = client.create_hosted_checkout(_ORDER)
    assert client.get_checkout(hosted.id).hosted_checkout_url == hosted.url


def test_the_client_reads_every_list(
    served: tuple[CoinqvestClient, Script, Any],
) -> None:
    client, _, _ = served
    for asset in client.list_assets():
        assert client.get_asset(asset.id) == asset
    for issuer in client.list_asset_issuers():
        assert client.get_asset_issuer(issuer.id) == issuer
    for currency in client.list_fiat_currencies():
        assert client.get_fiat_currency(currency.code) == currency
    for blockchain in client.list_blockchains():
        assert client.get_blockchain(blockchain.code) == blockchain
    assert client.list_checkouts().count == client.list_payments().count == 0


def test_the_client_is_refused_in_words_that_it_reads(
    served: tuple[CoinqvestClient, Script, Any],
) -> None:
    client, _, _ = served
    with pytest.raises(ProviderRefused) as caught:
        client.get_checkout("b5bcf27e5482")
    assert caught.value.status == 404
    assert "no checkout" in caught.value.messages[0]
