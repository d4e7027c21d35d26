"""Customers: one for each e-mail address, whoever asks at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import current_app

from checkout_kit import CheckoutKit, InputError, NotFoundError
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, ten_dollars


def test_an_address_is_one_customer_in_any_case(
    kit: CheckoutKit, clock: FakeClock
) -> None:
    first = kit.save_customer("Ada@example.com", firstname="Ada")
    clock.advance(60)
    again = kit.save_customer("ada@EXAMPLE.com", lastname="Example")
    assert (again.id, again.name) == (first.id, "Ada Example")
    assert (again.created_at, again.updated_at) == (first.created_at, clock.now())
    assert kit.list_customers() == [again]
    assert kit.get_customer(first.id) == again


def test_the_same_address_at_once_is_one_customer(kit: CheckoutKit) -> None:
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]

    def save(number: int) -> str:
        with app.app_context():
            return kit.save_customer("ada@example.com", firstname=f"Ada {number}").id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(save, range(8)))) == 1
    assert len(kit.list_customers()) == 1


def test_two_customers_can_not_get_one_address(kit: CheckoutKit) -> None:
    ada = kit.save_customer("ada@example.com", meta={"vip": True})
    ida = kit.save_customer("ida@example.com")
    with pytest.raises(InputError, match="another customer"):
        kit.update_customer(ida.id, email="ADA@example.com")
    assert kit.update_customer(ada.id, email="ADA@example.com").meta == {"vip": True}
    # The storage itself refuses it too, and the transaction goes on.
    with kit._of_app().basis.units.write() as unit:
        from dataclasses import replace

        assert not unit.customers.save(replace(ida, email="ada@example.com"))
        assert unit.customers.save(replace(ida, city=None, note="still here"))
        unit.commit()
    assert kit.get_customer(ida.id).note == "still here"


def test_a_checkout_is_a_customers_by_the_id(kit: CheckoutKit) -> None:
    customer = kit.save_customer("ada@example.com")
    made = kit.create_checkout(ten_dollars(), customer={"id": customer.id})
    kit.delete_customer(customer.id)
    assert dict(kit.get_checkout(made.id).customer) == {"id": customer.id}
    for unknown in (customer.id, "x", 5, None):
        with pytest.raises(InputError) as caught:
            kit.create_checkout(ten_dollars(), customer={"id": unknown})
        assert caught.value.field == "charge.customerId"
    # Details of the shop's own are kept as they are.
    own = {"id": "42", "email": "ada@example.com"}
    assert dict(kit.create_checkout(ten_dollars(), customer=own).customer) == own


def test_what_is_no_field_is_refused(kit: CheckoutKit) -> None:
    with pytest.raises(InputError, match="is not a field"):
        kit.save_customer("ada@example.com", colour="red")
    ada = kit.save_customer("ada@example.com")
    for change in ({"colour": "red"}, {"id": "0" * 32}, {"email": None}):
        with pytest.raises(InputError):
            kit.update_customer(ada.id, **change)
    assert kit.get_customer(ada.id) == ada


@pytest.mark.parametrize("odd", ["", "0" * 32, "\x00", None, 5])
def test_an_unknown_id_is_not_found(kit: CheckoutKit, odd: Any) -> None:
    for call in (kit.get_customer, kit.delete_customer, kit.update_customer):
        with pytest.raises(NotFoundError):
            call(odd)


def test_what_a_customer_said_is_in_no_repr(kit: CheckoutKit) -> None:
    ada = kit.save_customer("ada@example.com", taxid="US123", note="canary")
    assert "ada@" not in repr(ada) and "US123" not in repr(ada)
    assert "canary" not in repr(ada)


def test_a_provider_is_told_of_a_customer_named_by_his_id(
    kit: CheckoutKit, script: Script
) -> None:
    ada = kit.save_customer("ada@example.com", firstname="Ada")
    for customer in ({"id": ada.id}, {"email": "own@example.com"}):
        made = kit.create_checkout(ten_dollars(), customer=customer)
        kit.commit_checkout(made.id, "scripted:BTC")
    assert script.customers == [
        {"email": "ada@example.com", "firstname": "Ada", "id": ada.id},
        {"email": "own@example.com"},
    ]
