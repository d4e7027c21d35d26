"""Withdrawals: nothing moves before the commit, and one commit sends once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from checkout_kit import (
    CheckoutKit,
    Currency,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    Money,
    NotFoundError,
    NotSupported,
    ProviderAuthError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
    Wallet,
    WithdrawalOrder,
    WithdrawalState,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.storage import tables
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import ADDRESS, kit_of
from tests.fakes.vault import Vault, vault_plugin

BTC = Currency.parse("BTC")
TARGET = WithdrawalTarget(BTC, address=ADDRESS)


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def app(migrated_database_url: str, clock: FakeClock, vault: Vault) -> Iterator[Flask]:
    kit, app = kit_of(migrated_database_url, clock, {vault.name: vault_plugin(vault)})
    app.extensions["kit"] = kit
    with app.app_context():
        yield app
    app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def kit(app: Flask) -> CheckoutKit:
    found: CheckoutKit = app.extensions["kit"]
    return found


def _make(kit: CheckoutKit, amount: str = "0.5", **options: Any) -> WithdrawalOrder:
    return kit.create_withdrawal("vault/main", amount, TARGET, **options)


def _events(kit: CheckoutKit) -> list[tuple[str, Any]]:
    query = select(tables.event).order_by(tables.event.c.sequence)
    with kit._of_app().database.transaction(write=False) as connection:
        rows = connection.execute(query).all()
    return [(row.type, row.data.get("state")) for row in rows]


def _raise(error: BaseException) -> Any:
    raise error


def test_making_one_tells_what_would_arrive_and_moves_nothing(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    order = _make(kit)
    assert order.state is WithdrawalState.PENDING_API_COMMIT
    assert order.promised == Money("0.4999", BTC)
    assert order.fee == Money("0.0001", BTC)
    assert order.expires_at == clock.now() + timedelta(minutes=15)
    kit.run_due()
    assert vault.transfers == []
    assert kit.get_withdrawal(order.id) == order
    assert _events(kit) == [("withdrawal.created", "PENDING_API_COMMIT")]


def test_a_commit_sends_once_and_the_worker_asks_on(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    order = kit.commit_withdrawal(_make(kit).id)
    assert order.state is WithdrawalState.PROCESSING
    assert kit.commit_withdrawal(order.id).state is WithdrawalState.PROCESSING
    assert vault.requests[0].least_received == order.promised
    clock.advance(10)
    assert kit.run_due().withdrawals_tried == 1
    assert kit.get_withdrawal(order.id).state is WithdrawalState.PROCESSING
    vault.finish()
    clock.advance(10)
    kit.run_due()
    done = kit.get_withdrawal(order.id)
    assert done.state is WithdrawalState.COMPLETED
    assert done.finished_at == clock.now()
    assert kit.commit_withdrawal(order.id) == done
    clock.advance(86_400)
    assert kit.run_due().withdrawals_tried == 0
    assert len(vault.transfers) == 1
    assert _events(kit) == [
        ("withdrawal.created", "PENDING_API_COMMIT"),
        ("withdrawal.updated", "PROCESSING"),
        ("withdrawal.updated", "COMPLETED"),
        ("withdrawal.completed", "COMPLETED"),
    ]


def test_money_that_comes_back_is_a_failure(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    order = kit.commit_withdrawal(_make(kit).id)
    vault.finish(WithdrawalStatus.FAILED)
    clock.advance(10)
    kit.run_due()
    assert kit.get_withdrawal(order.id).state is WithdrawalState.FAILED
    assert _events(kit)[-1] == ("withdrawal.failed", "FAILED")
    with pytest.raises(InvalidTransition, match="withdrawal in FAILED"):
        kit.commit_withdrawal(order.id)
    assert len(vault.transfers) == 1


def test_what_is_not_committed_in_time_is_given_up(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    order = _make(kit)
    clock.advance(15 * 60)
    with pytest.raises(InvalidTransition, match="its time is over"):
        kit.commit_withdrawal(order.id)
    assert kit.run_due().withdrawals_expired == 1
    failed = kit.get_withdrawal(order.id)
    assert failed.state is WithdrawalState.FAILED
    assert failed.problem is not None and "nothing was sent" in failed.problem
    with pytest.raises(InvalidTransition):
        kit.commit_withdrawal(order.id)
    assert "withdraw_funds" not in vault.calls


@pytest.mark.parametrize(
    "error",
    [ProviderRefused("vault", "no"), NotSupported("no"), InputError("target", "no")],
)
def test_a_refusal_is_final_and_shown(
    kit: CheckoutKit, vault: Vault, clock: FakeClock, error: Exception
) -> None:
    vault.on["withdraw_funds"] = lambda: _raise(error)
    order = kit.commit_withdrawal(_make(kit).id)
    assert order.state is WithdrawalState.FAILED
    assert order.problem is not None and "no" in order.problem
    clock.advance(86_400)
    kit.run_due()
    assert vault.calls.count("withdraw_funds") == 1


@pytest.mark.parametrize(
    "error",
    [
        ProviderUnreachable("vault", "down"),
        ProviderAuthError("vault", "who are you?"),
        ProviderUnavailable("vault", "out of order", status=500),
        RuntimeError("a mistake"),
    ],
)
def test_what_may_succeed_later_is_tried_again(
    kit: CheckoutKit, vault: Vault, clock: FakeClock, error: Exception
) -> None:
    vault.on["withdraw_funds"] = lambda: _raise(error)
    order = kit.commit_withdrawal(_make(kit).id)
    assert order.state is WithdrawalState.PROCESSING
    assert order.problem is not None
    vault.on.clear()
    clock.advance(20)
    kit.run_due()
    assert kit.get_withdrawal(order.id).problem is None
    assert len(vault.transfers) == 1


def test_a_lost_answer_is_looked_up_and_not_sent_again(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    vault.after["withdraw_funds"] = lambda: _raise(ProviderTimeout("vault", "lost"))
    order = kit.commit_withdrawal(_make(kit).id)
    assert order.state is WithdrawalState.PROCESSING
    vault.after.clear()
    vault.finish()
    # The call may still be under way: it is left alone for longer than it can be.
    clock.advance(30)
    assert kit.run_due().withdrawals_tried == 0
    clock.advance(30)
    assert kit.run_due().withdrawals_tried == 1
    assert kit.get_withdrawal(order.id).state is WithdrawalState.COMPLETED
    assert len(vault.transfers) == 1


def test_an_attempt_that_was_overtaken_sends_nothing(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    def overtaken() -> None:
        # The first attempt stands still, right before it sends, until a second is done.
        del vault.on["withdraw_funds"]
        clock.advance(3600)
        assert kit.run_due().withdrawals_tried == 1

    vault.on["withdraw_funds"] = overtaken
    order = kit.commit_withdrawal(_make(kit).id)
    assert order.attempts == 2
    assert order.state is WithdrawalState.PROCESSING
    assert order.problem is None
    assert len(vault.transfers) == 1


def test_an_answer_that_comes_late_still_counts(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    order = _make(kit)

    def overtaken() -> None:
        # Sent; and before the answer comes, another attempt asks and learns nothing.
        vault.after.clear()
        clock.advance(3600)
        kit.run_due()
        vault.finish()

    vault.after["withdraw_funds"] = overtaken
    assert kit.commit_withdrawal(order.id).state is WithdrawalState.COMPLETED
    assert len(vault.transfers) == 1


def test_a_disabled_plugin_fails_nothing_that_may_be_on_its_way(
    kit: CheckoutKit, vault: Vault, clock: FakeClock, migrated_database_url: str
) -> None:
    order = kit.commit_withdrawal(_make(kit).id)
    other, app = kit_of(migrated_database_url, clock, {})
    clock.advance(20)
    with app.app_context():
        assert other.run_due().withdrawals_tried == 1
        kept = other.get_withdrawal(order.id)
    app.extensions["checkout_kit"].database.dispose()
    assert kept.state is WithdrawalState.PROCESSING
    assert kept.problem is not None and "not enabled" in kept.problem


def test_less_than_was_promised_is_told(
    kit: CheckoutKit, vault: Vault, clock: FakeClock
) -> None:
    order = _make(kit)
    vault.wallets = [Wallet("main", Money("2", BTC))]
    with kit._of_app().basis.units.write() as unit:
        kept = unit.withdrawals.lock(order.id)
        assert kept is not None
        from dataclasses import replace

        more = replace(kept, promised=Money("0.49999", BTC))
        unit.withdrawals.save(more, next_attempt_at=order.expires_at)
        unit.commit()
    sent = kit.commit_withdrawal(order.id)
    assert sent.problem is not None and "was promised" in sent.problem


@pytest.mark.parametrize(
    ("wallet", "amount", "options", "named"),
    [
        ("vault/other", "0.5", {}, "sourceAsset"),
        ("", "0.5", {}, "sourceAsset"),
        ("vault/main", "2.00000001", {}, "sourceAmount"),
        ("vault/main", "0.000000001", {}, "sourceAmount"),
        ("vault/main", "0", {}, "sourceAmount"),
        ("vault/main", "-1", {}, "sourceAmount"),
        ("vault/main", "NaN", {}, "sourceAmount"),
        ("vault/main", 0.5, {}, "sourceAmount"),
        ("vault/main", "0.5", {"least_received": "0.49991"}, "leastReceived"),
        ("vault/main", "0.5", {"least_received": "lots"}, "leastReceived"),
        ("vault/main", "0.5", {"options": {"relay": "\n"}}, "options.relay"),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(
    kit: CheckoutKit,
    vault: Vault,
    wallet: str,
    amount: Any,
    options: dict[str, Any],
    named: str,
) -> None:
    with pytest.raises(InputError) as caught:
        kit.create_withdrawal(wallet, amount, TARGET, **options)
    assert caught.value.field == named
    assert kit.list_withdrawals() == []
    assert _events(kit) == []


def test_a_wish_that_its_provider_refuses_leaves_nothing(
    kit: CheckoutKit, vault: Vault
) -> None:
    vault.on["prepare_withdrawal"] = lambda: _raise(ProviderRefused("vault", "no"))
    with pytest.raises(ProviderRefused):
        _make(kit)
    assert kit.list_withdrawals() == []


def test_the_same_key_gives_the_same_withdrawal(kit: CheckoutKit, vault: Vault) -> None:
    first = _make(kit, idempotency_key="k")
    assert _make(kit, idempotency_key="k") == first
    assert vault.calls.count("prepare_withdrawal") == 1
    with pytest.raises(IdempotencyConflict):
        _make(kit, "0.6", idempotency_key="k")
    elsewhere = WithdrawalTarget(BTC, address="1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2")
    with pytest.raises(IdempotencyConflict):
        kit.create_withdrawal("vault/main", "0.5", elsewhere, idempotency_key="k")
    assert len(kit.list_withdrawals()) == 1


def test_the_same_key_at_once_makes_one(kit: CheckoutKit, app: Flask) -> None:
    def make(number: int) -> str:
        with app.app_context():
            return _make(kit, idempotency_key="k").id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(make, range(4)))) == 1
    assert len(kit.list_withdrawals()) == 1


def test_two_commits_at_once_send_once(
    kit: CheckoutKit, app: Flask, vault: Vault, clock: FakeClock
) -> None:
    order = _make(kit)

    def commit(number: int) -> WithdrawalState:
        with app.app_context():
            if number % 4 == 0:
                kit.run_due()
            return kit.commit_withdrawal(order.id).state

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(commit, range(8))) == {WithdrawalState.PROCESSING}
    assert len(vault.transfers) == 1
    assert vault.calls.count("withdraw_funds") == 1


def test_a_wallet_may_be_named_by_its_reference_alone(kit: CheckoutKit) -> None:
    assert kit.create_withdrawal("main", "0.5", TARGET).provider == "vault"


def test_another_stores_withdrawals_are_not_found(kit: CheckoutKit) -> None:
    from dataclasses import replace

    from checkout_kit.services.wallets import Wallets
    from checkout_kit.services.withdrawals import Withdrawals, WithdrawalWish

    order = _make(kit)
    services = kit._of_app()
    policy = replace(services.basis.policy, store_id="other")
    basis = replace(services.basis, policy=policy)
    wallets = Wallets(basis)
    other = Withdrawals(basis, wallets, services.work.sender)
    for call in (other.get, other.commit):
        with pytest.raises(NotFoundError):
            call(order.id)
    assert (other.list(limit=10, offset=0), other.count()) == ([], 0)
    assert wallets.read().holdings == []
    with pytest.raises(NotSupported, match="another store"):
        other.create(WithdrawalWish("vault/main", "0.5", TARGET))
    assert kit.get_withdrawal(order.id).state is WithdrawalState.PENDING_API_COMMIT


def test_withdrawals_are_listed_newest_first_and_in_pages(
    kit: CheckoutKit, clock: FakeClock
) -> None:
    made = []
    for _ in range(3):
        made.append(_make(kit).id)
        clock.advance(1)
    assert [o.id for o in kit.list_withdrawals()] == made[::-1]
    assert [o.id for o in kit.list_withdrawals(limit=1, offset=1)] == [made[1]]
    assert kit.list_withdrawals(offset=3) == []
    for bad in ({"limit": 251}, {"limit": 0}, {"offset": -1}):
        with pytest.raises(InputError):
            kit.list_withdrawals(**bad)


@pytest.mark.parametrize("odd", ["", "x" * 32, "\x00", None, 5, "A" * 32])
def test_an_odd_id_is_not_found(kit: CheckoutKit, odd: Any) -> None:
    for call in (kit.get_withdrawal, kit.commit_withdrawal):
        with pytest.raises(NotFoundError):
            call(odd)


def test_where_the_money_goes_is_in_no_event_and_no_repr(kit: CheckoutKit) -> None:
    order = _make(kit)
    assert ADDRESS not in repr(order)
    with kit._of_app().database.transaction(write=False) as connection:
        (event,) = connection.execute(select(tables.event)).all()
    assert ADDRESS not in str(event.data)
    assert event.data["withdrawal_id"] == order.id


def test_a_provider_that_promises_nothing_is_asked_for_nothing(
    migrated_database_url: str, clock: FakeClock, vault: Vault
) -> None:
    vault.can_prepare = False
    kit, app = kit_of(migrated_database_url, clock, {"vault": vault_plugin(vault)})
    with app.app_context():
        order = _make(kit)
        assert (order.promised, order.received, order.fee) == (None, None, None)
        sent = kit.commit_withdrawal(order.id)
    app.extensions["checkout_kit"].database.dispose()
    assert sent.received == Money("0.4999", BTC)
    assert vault.requests[0].least_received is None
