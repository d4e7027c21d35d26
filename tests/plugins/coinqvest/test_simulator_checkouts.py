"""Reading checkouts of the simulator, by id and by list, and hosted ones."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from checkout_kit_coinqvest.simulator import create_simulator
from tests.plugins.coinqvest.simulator_caller import (
    ISSUER,
    charge,
    commit,
    create,
    get,
    post,
    total_of,
)

NAIRA = "NGNT:GAWODAROMJ33V5YDFY3NPYTHVYQG7MJXVJ2ND3AOGIHYRWINES6ACCPD"


def test_get_checkout_shows_a_new_charge(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    assert get(client, f"/checkout?id={checkout_id}").get_json() == {
        "checkout": {
            "id": checkout_id,
            "timestamp": "2026-11-21T12:00:00+00:00",
            "state": "NEW_CHARGE",
            "hostedCheckoutUrl": None,
            "payments": [],
            "payload": charge(currency=f"USD:{ISSUER}"),
        }
    }


def test_a_currency_given_as_asset_id_is_understood(client: FlaskClient) -> None:
    body = charge(5000, NAIRA)
    body["settlementCurrency"] = "XLM:NATIVE"
    checkout_id = create(client, body)["id"]
    assert total_of(client, checkout_id) == ("5000.00", "NGN")
    shown = get(client, f"/checkout?id={checkout_id}").get_json()["checkout"]
    assert shown["payload"] == body


@pytest.mark.parametrize("path", ["/checkout", "/payment"])
def test_ids_must_be_given_and_known(client: FlaskClient, path: str) -> None:
    assert get(client, path).status_code == 400
    assert get(client, path + "?id=000000000000").status_code == 404


def test_lists_are_paged_newest_first(client: FlaskClient) -> None:
    ids = [create(client)["id"] for _ in range(3)]
    answer = get(client, "/checkouts").get_json()
    assert (answer["count"], answer["limit"], answer["offset"]) == (3, 250, 0)
    assert [checkout["id"] for checkout in answer["checkouts"]] == ids[::-1]
    page = get(client, "/checkouts?limit=1&offset=1").get_json()
    assert (page["count"], page["limit"], page["offset"]) == (3, "1", "1")
    assert [checkout["id"] for checkout in page["checkouts"]] == [ids[1]]


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "offset=1.5", "offset="])
@pytest.mark.parametrize("path", ["/checkouts", "/payments"])
def test_bad_page_arguments_are_refused(
    client: FlaskClient, path: str, query: str
) -> None:
    assert get(client, f"{path}?{query}").status_code == 400


def test_a_hosted_checkout_gets_a_url(client: FlaskClient) -> None:
    answer = post(client, "/checkout/hosted", charge()).get_json()
    assert answer["url"] == f"http://localhost/en/checkout?id={answer['id']}"
    shown = get(client, f"/checkout?id={answer['id']}").get_json()["checkout"]
    assert shown["hostedCheckoutUrl"] == answer["url"]


def test_hosted_urls_can_lead_to_another_host() -> None:
    client = create_simulator(base_url="https://pay.example/").test_client()
    answer = post(client, "/checkout/hosted", charge()).get_json()
    assert answer["url"] == f"https://pay.example/en/checkout?id={answer['id']}"


def test_a_hosted_checkout_cannot_be_committed(client: FlaskClient) -> None:
    checkout_id = post(client, "/checkout/hosted", charge()).get_json()["id"]
    assert commit(client, checkout_id, "BTC").status_code == 400


def test_the_oldest_checkouts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from checkout_kit_coinqvest.simulator import state

    monkeypatch.setattr(state, "_CHECKOUT_LIMIT", 2)
    client = create_simulator().test_client()
    first = create(client)["id"]
    commit(client, first, "BTC")
    client.post(f"/control/checkouts/{first}/pay", json={})
    create(client)
    create(client)
    assert get(client, f"/checkout?id={first}").status_code == 404
    assert get(client, "/checkouts").get_json()["count"] == 2
    assert get(client, "/payments").get_json()["count"] == 0
