"""Schemathesis plays with the API by its own description."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from checkout_kit import CheckoutKit, WithdrawalTarget
from checkout_kit.services.api_keys import basic_hash
from checkout_kit.testing.clock import FakeClock
from checkout_kit.web.api.endpoints import ENDPOINTS
from tests.fakes.scripted import (
    ADDRESS,
    BTC,
    Script,
    kit_of,
    scripted_plugin,
    ten_dollars,
)
from tests.fakes.vault import Vault, vault_plugin
from tests.web.api.merchant import PREFIX

pytestmark = pytest.mark.slow

_CHECKS: list[Any] = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]


def _from_loopback(application: Any) -> Any:
    """Say where a request comes from: its sender has no socket and leaves that out."""

    def call(environ: Any, start_response: Any) -> Any:
        environ["REMOTE_ADDR"] = "127.0.0.1"
        return application(environ, start_response)

    return call


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, dict[str, str]]]:
    """An app, and the headers that a merchant sends."""
    folder = tmp_path_factory.mktemp("schemathesis")
    template: Path = request.getfixturevalue("_sqlite_template")
    shutil.copy(template, folder / "kit.db")
    clock = FakeClock()
    config = {"CHECKOUT_KIT_API_RATE": "1000000/minute"}
    url = f"sqlite:///{folder / 'kit.db'}"
    script, vault = Script(), Vault()
    plugins = {script.name: scripted_plugin(script), vault.name: vault_plugin(vault)}
    kit, app = kit_of(url, clock, plugins, config=config)
    with app.app_context():
        _fill(kit)
    app.wsgi_app = _from_loopback(app.wsgi_app)  # type: ignore[method-assign]
    keys = app.extensions["checkout_kit"].api_keys
    made = keys.create(clock.now(), store_id="default", networks=["127.0.0.1"])
    yield app, {"X-Basic": basic_hash(made.key.id, made.secret)}
    app.extensions["checkout_kit"].database.dispose()


def _fill(kit: CheckoutKit) -> None:
    """Let there be something of everything, so that lists are not empty."""
    kit.create_checkout(ten_dollars())
    kit.save_customer("ada@example.com", firstname="Ada", meta={"since": 2020})
    target = WithdrawalTarget(BTC, address=ADDRESS)
    kit.create_withdrawal("vault/main", "0.5", target)
    kit.run_due()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: str(one.name))
def test_every_endpoint_keeps_to_its_description(
    served: tuple[Flask, dict[str, str]], endpoint: Any
) -> None:
    app, headers = served
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    operation = schema[endpoint.path][endpoint.method]
    modes: Any = schemathesis.GenerationMode
    strategy = operation.as_strategy(generation_mode=modes.POSITIVE)
    strategy |= operation.as_strategy(generation_mode=modes.NEGATIVE)
    statuses = set()

    @given(case=strategy)
    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def play(case: Any) -> None:
        answer = case.call_and_validate(headers=headers, checks=_CHECKS)
        statuses.add(answer.status_code)

    play()
    # It was let in: what it met is the endpoint itself.
    assert statuses & {200, 400, 404, 409}


def _customer(client: FlaskClient, headers: dict[str, str]) -> str:
    answer = client.get(f"{PREFIX}/customers", headers=headers).get_json()
    found: str = answer["customers"][0]["id"]
    return found


@pytest.mark.parametrize(("method", "status"), [("PUT", 200), ("DELETE", 200)])
def test_what_there_is_is_changed_as_it_is_described(
    served: tuple[Flask, dict[str, str]], method: str, status: int
) -> None:
    app, headers = served
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    customer_id = _customer(app.test_client(), headers)
    operation = schema["/customer"][method]
    case = operation.Case(
        **(
            {"body": {"customer": {"id": customer_id, "lastname": "Example"}}}
            if method == "PUT"
            else {"body": {"id": customer_id}}
        )
    )
    answer = case.call_and_validate(headers=headers, checks=_CHECKS)
    assert answer.status_code == status
