"""Kept reads: GET /checkout is answered from memory; never stale nor to strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from checkout_kit import CheckoutKit
from checkout_kit.services.api_keys import ApiKeys
from checkout_kit.storage.engine import Database
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import Services
from tests.fakes.scripted import Script, scripted_kit
from tests.services.changes import CHANGES, Story
from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import Merchant

#: What the API does not tell of a checkout.
_UNTOLD = {
    "asked for a proof",
    "asked for none",
    "refused",
    # The price is the invoice's, the checkout goes on.
    "seen without an amount",
}


@pytest.fixture
def kit(migrated_database_url: str, clock: FakeClock, script: Script) -> Iterator[Any]:
    """The kit that changes checkouts: a process of its own."""
    kit, app = scripted_kit(migrated_database_url, clock, script)
    with app.app_context():
        yield kit
    app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def read(
    migrated_database_url: str, clock: FakeClock, script: Script
) -> Iterator[Callable[[], Callable[[str], Any]]]:
    """Makes processes that serve the API of the kit's database."""
    made: list[Flask] = []

    def make() -> Callable[[str], Any]:
        _, app = scripted_kit(migrated_database_url, clock, script)
        made.append(app)
        services: Services = app.extensions["checkout_kit"]
        key = services.api_keys.create(clock.now(), store_id="default")
        merchant = Merchant(app, clock, key)
        return lambda checkout_id: merchant.get("/checkout", id=checkout_id).get_json()

    yield make
    for app in made:
        app.extensions["checkout_kit"].database.dispose()


@pytest.mark.parametrize("change", CHANGES)
def test_a_kept_answer_is_the_one_that_would_be_made_anew(
    change: str,
    kit: CheckoutKit,
    script: Script,
    clock: FakeClock,
    read: Callable[[], Callable[[str], Any]],
) -> None:
    story = Story(kit, script, clock)
    before, happens = CHANGES[change]
    if before is not None:
        before(story)
    merchant = read()
    old = merchant(story.id)
    assert merchant(story.id) == old

    happens(story)

    now = merchant(story.id)
    assert now == read()(story.id)
    assert now != old or change in _UNTOLD


def test_what_is_kept_is_read_by_one_statement(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = merchant.post("/checkout/hosted", merchant.order()).get_json()
    first = merchant.get("/checkout", id=made["id"])
    direct: list[str] = []
    read_first, transaction = Database.read_first, Database.transaction

    def counted(database: Database, text: str, values: Any) -> Any:
        direct.append(text)
        return read_first(database, text, values)

    def opened(database: Database, *, write: bool) -> Any:
        direct.append("a transaction")
        return transaction(database, write=write)

    monkeypatch.setattr(Database, "read_first", counted)
    monkeypatch.setattr(Database, "transaction", opened)
    again = merchant.get("/checkout", id=made["id"])
    assert again.data == first.data
    assert [*again.headers] == [*first.headers]
    assert len(direct) == 1


def test_another_store_never_gets_what_was_kept(make_merchant: MerchantMaker) -> None:
    mine, theirs = make_merchant(), make_merchant("outlet")
    made = mine.post("/checkout/hosted", mine.order()).get_json()
    for _ in range(2):
        assert mine.get("/checkout", id=made["id"]).status_code == 200
        foreign = theirs.get("/checkout", id=made["id"])
        assert foreign.status_code == 404


def test_what_was_kept_is_for_right_requests_alone(
    app: Flask, merchant: Merchant, clock: FakeClock
) -> None:
    made = merchant.post("/checkout/hosted", merchant.order()).get_json()
    merchant.get("/checkout", id=made["id"])
    keys: ApiKeys = app.extensions["checkout_kit"].api_keys
    wrong = merchant.call(
        "GET",
        "/checkout",
        query={"id": made["id"]},
        headers={"X-Digest-Signature": "0" * 64},
    )
    assert wrong.status_code == 401
    keys.allow(merchant.key, networks=["192.0.2.0/24"])
    assert merchant.get("/checkout", id=made["id"]).status_code == 403
    keys.allow(merchant.key, networks=[])
    assert merchant.get("/checkout", id=made["id"]).status_code == 200
    keys.rotate(merchant.key, clock.now(), overlap=timedelta(0))
    assert merchant.get("/checkout", id=made["id"]).status_code == 401


def test_a_revoked_key_is_refused_at_once_in_every_process(
    app: Flask, merchant: Merchant, clock: FakeClock, script: Script, tmp_path: Path
) -> None:
    made = merchant.post("/checkout/hosted", merchant.order()).get_json()
    assert merchant.get("/checkout", id=made["id"]).status_code == 200
    _, other = scripted_kit(f"sqlite:///{tmp_path / 'kit.db'}", clock, script)
    services: Services = other.extensions["checkout_kit"]
    services.api_keys.revoke(merchant.key, clock.now())
    services.database.dispose()
    assert merchant.get("/checkout", id=made["id"]).status_code == 401
