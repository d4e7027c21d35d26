"""Requests that change something happen once, however often they are sent."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from checkout_kit.domain.api_request import ApiAnswer
from checkout_kit.errors import RequestInProgress
from checkout_kit.services.once import KEPT_FOR, OneRequest
from checkout_kit.storage import tables
from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import PREFIX, Merchant, errors_of

_PATH = "/checkout/hosted"


@pytest.fixture
def api_database(migrated_database_url: str) -> str:
    """Each kind of database: what is here writes."""
    return migrated_database_url


def _checkouts(app: Flask) -> int:
    with app.extensions["checkout_kit"].database.transaction(write=False) as connection:
        counted = select(func.count()).select_from(tables.checkout)
        found: int = connection.execute(counted).scalar_one()
    return found


def test_the_same_key_and_body_give_the_same_answer(
    app: Flask, merchant: Merchant
) -> None:
    order = merchant.order()
    first = merchant.post(_PATH, order, Idempotency_Key="order 1")
    merchant.clock.advance(60)
    again = merchant.post(_PATH, order, Idempotency_Key="order 1")
    assert first.status_code == again.status_code == 200
    assert first.text == again.text
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _checkouts(app) == 1


def test_the_same_key_with_another_body_is_refused(
    app: Flask, merchant: Merchant
) -> None:
    merchant.post(_PATH, merchant.order(), Idempotency_Key="k")
    response = merchant.post(_PATH, merchant.order(), Idempotency_Key="k")
    assert response.status_code == 422
    assert "another request" in errors_of(response)[0]
    assert _checkouts(app) == 1


def test_a_store_has_its_own_keys(
    app: Flask, merchant: Merchant, make_merchant: MerchantMaker
) -> None:
    order = merchant.order()
    mine = merchant.post(_PATH, order, Idempotency_Key="k").get_json()
    other = make_merchant("other").post(_PATH, order, Idempotency_Key="k").get_json()
    assert mine["id"] != other["id"]
    # Another key of the same store stands for the same merchant.
    again = make_merchant().post(_PATH, order, Idempotency_Key="k").get_json()
    assert again == mine


def test_a_refused_request_may_be_put_right_under_its_key(
    app: Flask, merchant: Merchant
) -> None:
    assert merchant.post(_PATH, {}, Idempotency_Key="k").status_code == 400
    assert _checkouts(app) == 0
    response = merchant.post(_PATH, merchant.order(), Idempotency_Key="k")
    assert response.status_code == 200


def test_answers_are_kept_for_a_day(app: Flask, merchant: Merchant) -> None:
    order = merchant.order()
    first = merchant.post(_PATH, order, Idempotency_Key="k").text
    merchant.clock.advance(KEPT_FOR.total_seconds() - 1)
    app.extensions["checkout_kit"].work.run_local_work()
    assert merchant.post(_PATH, order, Idempotency_Key="k").text == first
    merchant.clock.advance(2)
    report = app.extensions["checkout_kit"].work.run_local_work()
    assert report.requests_forgotten > 0
    assert merchant.post(_PATH, order, Idempotency_Key="k").text != first


@pytest.mark.parametrize("key", [" ", "k" * 256, "caf\xe9"])
def test_an_odd_key_is_refused(app: Flask, merchant: Merchant, key: str) -> None:
    response = merchant.post(_PATH, merchant.order(), Idempotency_Key=key)
    assert response.status_code == 400
    assert errors_of(response)[0].startswith("Idempotency-Key: ")
    assert _checkouts(app) == 0


def test_a_signature_changes_something_once(app: Flask, merchant: Merchant) -> None:
    order = merchant.order()
    assert merchant.post(_PATH, order).status_code == 200
    merchant.clock.advance(0.2)
    overheard = merchant.post(_PATH, order)
    assert overheard.status_code == 401
    assert "used before" in errors_of(overheard)[0]
    # Nor does a key that whoever overheard it adds: it is not signed.
    assert merchant.post(_PATH, order, Idempotency_Key="x").status_code == 401
    assert _checkouts(app) == 1


def test_the_same_bytes_may_be_sent_again_with_their_key(
    app: Flask, merchant: Merchant
) -> None:
    order = merchant.order()
    first = merchant.post(_PATH, order, Idempotency_Key="k")
    again = merchant.post(_PATH, order, Idempotency_Key="k")
    assert first.text == again.text
    assert _checkouts(app) == 1


def test_signatures_are_forgotten_once_they_are_too_old(
    app: Flask, merchant: Merchant
) -> None:
    order = merchant.order()
    headers = merchant.headers("POST", _PATH, b"{}")
    merchant.post(_PATH, order)
    merchant.clock.advance(120)
    assert app.extensions["checkout_kit"].once.prune(merchant.clock.now()) == 1
    response = merchant.client.post(PREFIX + _PATH, data=b"{}", headers=headers)
    assert response.status_code == 401


def test_reading_may_be_repeated(merchant: Merchant) -> None:
    assert merchant.get("/auth-test").status_code == 200
    assert merchant.get("/auth-test").status_code == 200


def test_two_at_once_make_one(app: Flask, merchant: Merchant) -> None:
    order = merchant.order()
    answers: list[str] = []

    def send() -> None:
        answers.append(merchant.post(_PATH, order, Idempotency_Key="k").text)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert _checkouts(app) == 1


def _request(app: Flask, key: str = "k", fingerprint: str = "f") -> OneRequest:
    now = app.extensions["checkout_kit"].basis.clock.now()
    return OneRequest("default", fingerprint, now, key)


def test_work_that_waits_for_a_network_holds_its_key(app: Flask) -> None:
    once = app.extensions["checkout_kit"].once
    request = _request(app)

    def work(operation_key: str) -> ApiAnswer:
        with pytest.raises(RequestInProgress):
            once.run_apart(request, lambda key: ApiAnswer(200, "second"))
        return ApiAnswer(200, operation_key)

    answer, is_known = once.run_apart(request, work)
    assert not is_known
    assert once.run_apart(request, work) == (answer, True)


def test_work_that_failed_is_done_again_under_the_same_operation_key(
    app: Flask,
) -> None:
    once = app.extensions["checkout_kit"].once
    keys = []

    def fail(operation_key: str) -> ApiAnswer:
        keys.append(operation_key)
        raise OSError("the provider hangs up")

    def succeed(operation_key: str) -> ApiAnswer:
        keys.append(operation_key)
        return ApiAnswer(200, "done")

    with pytest.raises(OSError):
        once.run_apart(_request(app), fail)
    assert once.run_apart(_request(app), succeed) == (ApiAnswer(200, "done"), False)
    assert len(keys) == 2 and len(set(keys)) == 1


def test_what_failed_in_one_transaction_leaves_nothing(app: Flask) -> None:
    services = app.extensions["checkout_kit"]

    def fail(operation_key: str) -> ApiAnswer:
        services.api_keys.create(services.basis.clock.now(), store_id="other")
        raise OSError("out of memory")

    with pytest.raises(OSError):
        services.once.run_together(_request(app), fail)
    assert services.api_keys.list() == []
    # Nor is anything left of the transaction on this thread.
    made = services.api_keys.create(services.basis.clock.now(), store_id="other")
    assert [key.id for key in services.api_keys.list()] == [made.key.id]


def test_pruning_without_anything_to_prune_writes_nothing(app: Flask) -> None:
    services = app.extensions["checkout_kit"]
    services.once.run_apart(_request(app), lambda key: ApiAnswer(200, ""))
    later = services.basis.clock.now() + timedelta(hours=23)
    assert services.once.prune(later) == 0
