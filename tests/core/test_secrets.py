"""What is kept encrypted, and how it gets under a newer key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select, update

from checkout_kit import CheckoutKit, Currency, WithdrawalOrder, WithdrawalTarget
from checkout_kit.errors import SecretUnreadable
from checkout_kit.storage import tables
from checkout_kit.storage.sealed_rows import SEALED
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import Services
from tests.fakes.scripted import ADDRESS, kit_of
from tests.fakes.vault import Vault, vault_plugin

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
IBAN = "DE02100100100006820101"
MONTH = timedelta(days=30)
TARGET = WithdrawalTarget(
    Currency.parse("EUR"), bank_account={"iban": IBAN, "swift": "PBNKDEFF"}
)
MakeKit = Callable[..., tuple[CheckoutKit, Flask]]


@pytest.fixture
def make(migrated_database_url: str, clock: FakeClock) -> Iterator[MakeKit]:
    """Makes kits on one database, each with keys of its own."""
    apps: list[Flask] = []

    def make(*keys: str) -> tuple[CheckoutKit, Flask]:
        config = {"CHECKOUT_KIT_ENCRYPTION_KEYS": list(keys)}
        plugins = {"vault": vault_plugin(Vault())}
        kit, app = kit_of(migrated_database_url, clock, plugins, config=config)
        apps.append(app)
        return kit, app

    yield make
    for app in apps:
        app.extensions["checkout_kit"].database.dispose()


def _fill(kit: CheckoutKit, app: Flask, clock: FakeClock) -> WithdrawalOrder:
    """Keep one of everything that is encrypted."""
    services: Services = app.extensions["checkout_kit"]
    with app.app_context():
        made = services.api_keys.create(clock.now(), store_id="default")
        services.api_keys.rotate(made.key.id, clock.now(), overlap=MONTH)
        services.outgoing.endpoints.add("https://shop.example/hook", ())
        kit.save_customer(email="ada@example.com", meta={"account": IBAN})
        return kit.create_withdrawal("vault/main", "0.5", TARGET)


def _rows(app: Flask) -> dict[str, Any]:
    services: Services = app.extensions["checkout_kit"]
    with services.database.transaction(write=False) as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(*(table.c[n] for n in columns)))
            ]
            for table, columns in SEALED.items()
        }


def test_no_bank_account_and_no_note_is_kept_in_plain_text(
    make: MakeKit, clock: FakeClock
) -> None:
    kit, app = make(OLD)
    order = _fill(kit, app, clock)
    services: Services = app.extensions["checkout_kit"]
    kept = []
    with services.database.transaction(write=False) as connection:
        for table in tables.metadata.sorted_tables:
            kept += [repr(tuple(row)) for row in connection.execute(select(table))]
    assert kept
    assert not [row for row in kept if IBAN in row or "PBNKDEFF" in row]
    with app.app_context():
        account = kit.get_withdrawal(order.id).request.target.bank_account
        (customer,) = kit.list_customers()
    assert account == {"iban": IBAN, "swift": "PBNKDEFF"}
    assert customer.meta == {"account": IBAN}


def test_all_secrets_get_under_the_newest_key(make: MakeKit, clock: FakeClock) -> None:
    kit, app = make(OLD)
    order = _fill(kit, app, clock)
    before = _rows(app)
    kit, app = make(NEW, OLD)
    result = app.test_cli_runner().invoke(
        args=["checkout", "secrets", "renew", "--json"]
    )
    assert result.exit_code == 0, result.output
    assert [row["renewed"] for row in json.loads(result.output)] == ["1"] * len(SEALED)
    after = _rows(app)
    assert all(after[name] != before[name] for name in before)
    again = app.test_cli_runner().invoke(args=["checkout", "secrets", "renew"])
    assert again.exit_code == 0 and _rows(app) == after

    kit, app = make(NEW)
    services: Services = app.extensions["checkout_kit"]
    with app.app_context():
        assert kit.get_withdrawal(order.id).request.target == TARGET
        assert kit.list_customers()[0].meta == {"account": IBAN}
    (key,) = services.api_keys.list()
    assert len(services.api_keys.secrets_of(key, clock.now())) == 2
    (endpoint,) = services.outgoing.endpoints.list()
    assert endpoint.secret


def test_what_older_versions_kept_in_plain_text_is_read_and_encrypted(
    make: MakeKit, clock: FakeClock
) -> None:
    kit, app = make(NEW)
    order = _fill(kit, app, clock)
    services: Services = app.extensions["checkout_kit"]
    target = {
        "currency": "EUR/2",
        "address": None,
        "memo": None,
        "memoType": None,
        "destinationTag": None,
        "bankAccount": dict(TARGET.bank_account),
    }
    with services.database.transaction(write=True) as connection:
        connection.execute(update(tables.withdrawal).values(target=target))
        connection.execute(update(tables.customer).values(meta={"account": IBAN}))
        connection.commit()
    with app.app_context():
        assert kit.get_withdrawal(order.id).request.target == TARGET
        assert kit.list_customers()[0].meta == {"account": IBAN}
        services.resealing.run()
        assert kit.get_withdrawal(order.id).request.target == TARGET
        assert kit.list_customers()[0].meta == {"account": IBAN}
    assert IBAN not in repr(_rows(app))


def test_what_no_key_opens_is_named_and_left_as_it_is(
    make: MakeKit, clock: FakeClock
) -> None:
    kit, app = make(OLD)
    order = _fill(kit, app, clock)
    before = _rows(app)
    kit, app = make(NEW)
    result = app.test_cli_runner().invoke(args=["checkout", "secrets", "renew"])
    assert result.exit_code == 1
    assert order.id in result.output
    assert _rows(app) == before
    with app.app_context(), pytest.raises(SecretUnreadable):
        kit.get_withdrawal(order.id)


def test_a_withdrawal_that_no_key_opens_holds_up_no_other(
    make: MakeKit, clock: FakeClock
) -> None:
    kit, app = make(OLD)
    lost = _fill(kit, app, clock)
    with app.app_context():
        kit.commit_withdrawal(lost.id)
    kit, app = make(NEW)
    services: Services = app.extensions["checkout_kit"]
    bitcoin = WithdrawalTarget(Currency.parse("BTC"), address=ADDRESS)
    with app.app_context():
        mine = kit.create_withdrawal("vault/main", "0.5", bitcoin)
        kit.commit_withdrawal(mine.id)
        with services.database.transaction(write=True) as connection:
            due = update(tables.withdrawal).values(next_attempt_at=clock.now())
            connection.execute(due)
            connection.commit()
        assert services.work.run_provider_work()
        with services.basis.units.read() as unit:
            assert unit.withdrawals.get("default", mine.id).attempts == 2  # type: ignore[union-attr]
