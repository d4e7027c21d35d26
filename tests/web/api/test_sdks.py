"""COINQVEST's published SDKs walk through the API of a running server."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from checkout_kit import Money, PaymentObservation, PaymentStatus
from checkout_kit.web.api.endpoint import Endpoint
from checkout_kit.web.api.endpoints import ENDPOINTS
from checkout_kit.wiring import SystemClock
from tests.fakes.scripted import ADDRESS, BTC, Script, kit_of, scripted_plugin
from tests.fakes.vault import Vault, vault_plugin
from tests.plugins.coinqvest.fake_api import quiet_server
from tests.support.components import find_sdks, miss
from tests.web.api.merchant import MINIMAL, PREFIX

pytestmark = pytest.mark.slow

_PROGRAM = Path(__file__).with_name("sdk_client.js")


def _needs_nothing(endpoint: Endpoint) -> bool:
    query = endpoint.query() if endpoint.query else None
    return endpoint.method == "GET" and not (
        query and any(field.required for field in query.fields.values())
    )


#: Everything that can be read without saying what.
_READ = [endpoint.path for endpoint in ENDPOINTS if _needs_nothing(endpoint)]


class Sdk:
    """A program on an SDK, under way."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def call(self, method: str, endpoint: str, *params: Any) -> tuple[int, Any]:
        """Have the SDK call; without params it is called without them."""
        step = {"method": method, "endpoint": endpoint}
        if params:
            step["params"] = params[0]
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(step) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("ANSWER "):
                answer = json.loads(line.removeprefix("ANSWER "))
                return answer["status"], answer["data"]
        raise AssertionError(f"the SDK gave no answer to {method} {endpoint}")

    def done(self, method: str, endpoint: str, *params: Any) -> Any:
        """Have the SDK call; it must succeed."""
        status, data = self.call(method, endpoint, *params)
        assert status == 200, (method, endpoint, data)
        return data


class Served:
    """A running server, and what its provider does."""

    def __init__(self, services: Any, script: Script, address: str) -> None:
        self.services = services
        self.script = script
        self.address = address

    def pay(self, checkout_id: str) -> None:
        """Have the newest invoice of a checkout paid."""
        checkout = self.services.checkouts.get(checkout_id, SystemClock().now())
        paid = PaymentObservation(
            f"tx-{checkout_id}", Money("0.0002", BTC), PaymentStatus.CONFIRMED
        )
        self.script.payments[checkout.invoice.id] = [paid]
        self.services.detection.check_checkout(checkout_id)


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A server in its own time, as SDKs sign by the machine's clock."""
    template: Path = request.getfixturevalue("_sqlite_template")
    shutil.copy(template, tmp_path / "kit.db")
    script = Script()
    plugins = {script.name: scripted_plugin(script), "vault": vault_plugin(Vault())}
    _, app = kit_of(f"sqlite:///{tmp_path / 'kit.db'}", SystemClock(), plugins)
    services = app.extensions["checkout_kit"]
    with quiet_server(app) as root:
        yield Served(services, script, f"{root}{PREFIX}/")
    services.database.dispose()


@contextmanager
def running(sdk: str, served: Served) -> Iterator[Sdk]:
    """Start a program on an SDK with a key of its own."""
    node, folder = shutil.which("node"), find_sdks()
    if node is None or folder is None:
        miss("Node or COINQVEST's SDKs for it are not here")
    made = served.services.api_keys.create(
        SystemClock().now(), store_id="default", networks=["127.0.0.1"]
    )
    command = [node, str(_PROGRAM), str(folder), sdk, served.address]
    process = subprocess.Popen(
        [*command, made.key.id, made.secret],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Sdk(process)
    finally:
        assert process.stdin and process.stdout
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@pytest.fixture(params=["coinqvest-merchant-sdk", "whalestack-sdk"])
def sdk(request: pytest.FixtureRequest, served: Served) -> Iterator[Sdk]:
    """Each of the SDKs."""
    with running(request.param, served) as sdk:
        yield sdk


def test_an_sdk_reads_everything(sdk: Sdk) -> None:
    for endpoint in _READ:
        sdk.done("get", endpoint)
        sdk.done("get", endpoint, None)
    (asset,) = sdk.done("get", "/assets")["assets"][-1:]
    assert sdk.done("get", "/asset", {"id": asset["id"]})["asset"] == asset
    sdk.done("get", "/asset-issuer", {"id": asset["id"]})
    sdk.done("get", "/blockchain", {"assetCode": "BTC"})
    sdk.done("get", "/fiat-currency", {"assetCode": "USD"})
    assert len(sdk.done("get", "/checkouts", {"limit": 1, "offset": 0})) == 4


def test_an_sdk_takes_a_checkout_from_charge_to_payment(
    sdk: Sdk, served: Served
) -> None:
    # Longer than ASCII, with what PHP would escape: the raw bytes are what is signed.
    charge = {
        "billingCurrency": "USD",
        "lineItems": [{"description": "Tür/Hülle €", "netAmount": "10"}],
    }
    validated = sdk.done(
        "post", "/checkout/validate-checkout-charge", {"charge": charge}
    )
    assert validated == {"total": "10", "decimals": 2}
    hosted = sdk.done("post", "/checkout/hosted", {"charge": charge})
    assert hosted["url"]
    made = sdk.done("post", "/checkout", MINIMAL)
    commit = {"checkoutId": made["id"], "assetCode": "BTC"}
    committed = sdk.done("post", "/checkout/commit", commit)
    assert committed["depositInstructions"]["amount"] == "0.0002"
    served.pay(made["id"])
    checkout = sdk.done("get", "/checkout", {"id": made["id"]})["checkout"]
    assert checkout["state"] == "COMPLETED"
    (payment,) = sdk.done("get", "/payments")["payments"]
    assert sdk.done("get", "/payment", {"id": payment["id"]}) == {"payment": payment}


def test_an_sdk_looks_after_customers(sdk: Sdk) -> None:
    ada = {"email": "ada@example.com", "firstname": "Ada", "meta": {"since": 2020}}
    made = sdk.done("post", "/customer", {"customer": ada})["customerId"]
    again = {"email": "ADA@example.com", "lastname": "Example"}
    assert sdk.done("post", "/customer", {"customer": again})["customerId"] == made
    change = {"id": made, "firstname": None, "company": "Tür/Hülle €"}
    sdk.done("put", "/customer", {"customer": change})
    found = sdk.done("get", "/customer", {"id": made})["customer"]
    told = [found[name] for name in ("firstname", "lastname", "company", "meta")]
    assert told == [None, "Example", "Tür/Hülle €", {"since": 2020}]
    assert sdk.done("get", "/customers", {"limit": 1})["customers"] == [found]
    charge = {**MINIMAL["charge"], "customerId": made}
    sdk.done("post", "/checkout/hosted", {"charge": charge})
    sdk.done("delete", "/customer", {"id": made})
    status, data = sdk.call("get", "/customer", {"id": made})
    assert (status, list(data)) == (404, ["errors"])


def test_an_sdk_withdraws_in_two_steps(sdk: Sdk) -> None:
    (wallet,) = sdk.done("get", "/wallets")["wallets"]
    assert wallet["assetCode"] == "BTC"
    assert sdk.done("get", "/wallet", {"assetCode": "BTC"})["wallet"] == wallet
    wish = {
        "sourceAsset": "main",
        "sourceAmount": 0.5,
        "targetNetwork": "BTC",
        "targetAccount": {"address": ADDRESS},
    }
    made = sdk.done("post", "/withdrawal", wish)["withdrawal"]
    assert made["state"] == "PENDING_API_COMMIT"
    commit = {"withdrawalId": made["id"]}
    sent = sdk.done("post", "/withdrawal/commit", commit)["withdrawal"]
    assert sent["state"] != "PENDING_API_COMMIT"
    found = sdk.done("get", "/withdrawal", {"id": made["id"]})["withdrawal"]
    assert found["targetAccount"] == {"address": ADDRESS}
    assert sdk.done("get", "/withdrawals")["withdrawals"] == [found]
    wrong = {**wish, "targetAccount": {"address": ADDRESS[:-1]}}
    status, data = sdk.call("post", "/withdrawal", wrong)
    assert (status, list(data)) == (400, ["errors"])


def test_an_sdk_reads_events_and_rates(sdk: Sdk, served: Served) -> None:
    sdk.done("post", "/checkout/hosted", MINIMAL)
    served.services.work.run_local_work()
    assert "checkout.created" in str(sdk.done("get", "/events"))
    pair = {"sourceAsset": "USD", "targetAsset": "BTC:NATIVE", "amount": "10"}
    assert sdk.done("get", "/exchange-rate", pair)["targetAmount"] == "0.0002"
    pair = {"quoteCurrency": "BTC", "baseCurrency": "USD"}
    sdk.done("get", "/exchange-rate-global", pair)


@pytest.mark.parametrize("params", [(), (None,), ({},)], ids=["none", "null", "empty"])
def test_an_sdk_that_sends_nothing_is_let_in(sdk: Sdk, params: tuple[Any, ...]) -> None:
    assert sdk.call("post", "/checkout/hosted", *params) == (
        400,
        {"errors": ["charge: is missing."]},
    )


def test_an_sdk_is_told_what_is_wrong(sdk: Sdk) -> None:
    status, data = sdk.call("get", "/checkout", {"id": "b5bcf27e5482"})
    assert (status, list(data)) == (404, ["errors"])
    status, data = sdk.call("put", "/ping", {"id": 1})
    assert (status, list(data)) == (405, ["errors"])
    status, data = sdk.call("delete", "/nothing", {"id": 1})
    assert (status, list(data)) == (404, ["errors"])
