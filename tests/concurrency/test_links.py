"""Payment links under a rush: many buyers, few units, several processes' engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from checkout_kit import CheckoutKit
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit, ten_dollars

pytestmark = pytest.mark.slow

_PROCESSES, _BUYERS, _STOCK = 4, 40, 7


@pytest.fixture
def processes(
    migrated_database_url: str, clock: FakeClock
) -> Iterator[list[tuple[CheckoutKit, Flask]]]:
    """Kits with engines of their own on one database, as in so many processes."""
    config = {"CHECKOUT_KIT_OFFER_RATE": "1000/minute"}
    made = [
        scripted_kit(migrated_database_url, clock, Script(), config=config)
        for _ in range(_PROCESSES)
    ]
    yield made
    for _, app in made:
        app.extensions["checkout_kit"].database.dispose()


def test_no_more_is_opened_than_there_is(
    processes: list[tuple[CheckoutKit, Flask]],
) -> None:
    kit, app = processes[0]
    with app.app_context():
        link = kit.create_link(ten_dollars(), stock=_STOCK)
    path = f"/checkout/links/{link.token}"

    def buy(number: int) -> tuple[int, str]:
        client = processes[number % _PROCESSES][1].test_client()
        # Every buyer clicks twice.
        order = {"key": f"buyer-{number // 2:020}"}
        answer = client.post(path, json=order)
        return answer.status_code, str((answer.json or {}).get("checkoutId"))

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(buy, range(2 * _BUYERS)))
    opened = [checkout_id for status, checkout_id in answers if status == 200]
    assert {status for status, _ in answers} == {200, 409}
    assert len(set(opened)) == _STOCK
    assert set(Counter(opened).values()) == {2}
    with app.app_context():
        found = kit.get_link(link.id)
        assert (found.held, found.left) == (_STOCK, 0)
        assert len(kit.list_checkouts()) == _STOCK
