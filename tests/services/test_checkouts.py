"""Making, reading, cancelling and resolving checkouts."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit import (
    Charge,
    CheckoutKit,
    CheckoutState,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    LineItem,
    NotFoundError,
    PaymentObservation,
    PaymentStatus,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, ten_dollars


def test_creating_calls_no_provider(kit: CheckoutKit, script: Script) -> None:
    kit.create_checkout(ten_dollars())
    assert script.calls == []


def test_a_checkout_is_read_back_whole(kit: CheckoutKit) -> None:
    made = kit.create_checkout(
        ten_dollars(),
        settlement_currency="EUR",
        return_url="https://shop.example/back?order=1",
        cancel_url="https://shop.example/cart",
        reference="order-1",
        metadata={"cart": [1, 2], "note": "für Ñandú"},
        webhook_url="https://shop.example/hook",
        customer={"email": "buyer@example.com"},
    )
    assert kit.get_checkout(made.id) == made


def test_id_and_token_are_apart_and_unguessable(kit: CheckoutKit) -> None:
    made = kit.create_checkout(ten_dollars())
    assert len(made.id) == len(made.token) == 32
    assert made.id != made.token
    assert made.token in made.url
    assert made.id not in made.url


def test_the_token_is_not_in_the_repr(kit: CheckoutKit) -> None:
    made = kit.create_checkout(ten_dollars())
    assert made.token not in repr(made)


def test_the_same_key_gives_the_same_checkout(kit: CheckoutKit) -> None:
    first = kit.create_checkout(ten_dollars(), reference="1", idempotency_key="k")
    again = kit.create_checkout(ten_dollars(), reference="1", idempotency_key="k")
    assert again.id == first.id
    assert len(kit.list_checkouts()) == 1
    assert [e.type for e in kit.list_events(first.id)] == ["checkout.created"]


def test_the_same_key_with_another_request_is_refused(kit: CheckoutKit) -> None:
    kit.create_checkout(ten_dollars(), reference="1", idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        kit.create_checkout(ten_dollars(), reference="2", idempotency_key="k")
    assert len(kit.list_checkouts()) == 1


def test_an_unknown_id_is_not_found(kit: CheckoutKit) -> None:
    with pytest.raises(NotFoundError):
        kit.get_checkout("0" * 32)


def test_checkouts_are_listed_newest_first(kit: CheckoutKit, clock: FakeClock) -> None:
    made = []
    for _ in range(3):
        made.append(kit.create_checkout(ten_dollars()).id)
        clock.advance(1)
    assert [c.id for c in kit.list_checkouts(limit=2)] == [made[2], made[1]]
    assert [c.id for c in kit.list_checkouts(limit=2, offset=2)] == [made[0]]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"return_url": "javascript:alert(1)"}, "links.returnUrl"),
        ({"return_url": "https://shop.example@evil.example/"}, "links.returnUrl"),
        ({"cancel_url": "//evil.example/"}, "links.cancelUrl"),
        ({"cancel_url": "https://shop.example/\r\nX: y"}, "links.cancelUrl"),
        ({"cancel_url": "https:\\\\evil.example"}, "links.cancelUrl"),
        ({"webhook_url": "ftp://shop.example/"}, "webhook"),
        ({"return_url": "https://shop.example/" + "a" * 3000}, "links.returnUrl"),
        ({"reference": "r" * 201}, "reference"),
        ({"reference": "ord\u202eer"}, "reference"),
        ({"metadata": {"a": object()}}, "metadata"),
        ({"metadata": {"a": float("nan")}}, "metadata"),
        ({"metadata": {"a": "x" * 20_000}}, "metadata"),
        ({"idempotency_key": ""}, "idempotencyKey"),
        ({"settlement_currency": "DOGGO"}, "settlementCurrency"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    kit: CheckoutKit, arguments: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        kit.create_checkout(ten_dollars(), **arguments)
    assert caught.value.field == field
    assert kit.list_checkouts() == []


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "1e3", "10.001", "1" * 19, ""])
def test_bad_amounts_make_no_charge(amount: str) -> None:
    with pytest.raises(InputError):
        Charge("USD", [LineItem("T-Shirt", amount)])


def test_cancelling_stops_offering(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    cancelled = kit.cancel_checkout(made.id, actor="clerk")
    assert cancelled.state is CheckoutState.CANCELLED
    with pytest.raises(InvalidTransition):
        kit.commit_checkout(made.id, "scripted:BTC")
    assert script.calls == []


def test_cancelling_twice_changes_nothing(kit: CheckoutKit) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.cancel_checkout(made.id)
    before = kit.list_events(made.id)
    kit.cancel_checkout(made.id)
    assert kit.list_events(made.id) == before


def test_cancelling_is_refused_once_money_is_seen(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    seen = PaymentObservation("d1", invoice.amount, PaymentStatus.DETECTED)
    script.payments[invoice.id] = [seen]
    kit.check_checkout(made.id)
    with pytest.raises(InvalidTransition):
        kit.cancel_checkout(made.id)


def test_resolving_needs_a_payment(kit: CheckoutKit) -> None:
    made = kit.create_checkout(ten_dollars())
    with pytest.raises(InvalidTransition):
        kit.resolve_checkout(made.id, actor="clerk")


def test_a_part_payment_can_be_accepted(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    half = type(invoice.amount)(invoice.amount.amount / 2, invoice.amount.currency)
    script.payments[invoice.id] = [
        PaymentObservation("d1", half, PaymentStatus.CONFIRMED)
    ]
    assert kit.check_checkout(made.id).state is CheckoutState.UNRESOLVED_UNDERPAID
    resolved = kit.resolve_checkout(made.id, actor="clerk", accepted=True)
    assert resolved.state is CheckoutState.RESOLVED
    assert resolved.is_paid
    types = [event.type for event in kit.list_events(made.id)]
    assert types.count("checkout.paid") == 1


def test_a_checkout_expires_once_and_by_its_own_deadline(
    kit: CheckoutKit, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.commit_checkout(made.id, "scripted:BTC")
    clock.advance(3601)
    kit.run_due()
    assert kit.get_checkout(made.id).state is CheckoutState.EXPIRED
    assert "checkout.expired" not in [e.type for e in kit.list_events(made.id)]
    clock.advance(24 * 3600)
    kit.run_due()
    kit.run_due()
    types = [event.type for event in kit.list_events(made.id)]
    assert types.count("checkout.expired") == 1


def test_a_checkout_past_its_deadline_is_not_offered(
    kit: CheckoutKit, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    clock.advance(24 * 3600 + 1)
    with pytest.raises(InvalidTransition):
        kit.commit_checkout(made.id, "scripted:BTC")
