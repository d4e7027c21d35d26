"""Payment links: reusable, ended, and never more sold than there is."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from checkout_kit import (
    Charge,
    CheckoutKit,
    CheckoutState,
    InputError,
    LineItem,
    LinkState,
    Money,
    NotFoundError,
    PaymentLink,
)
from tests.fakes.scripted import ten_dollars
from tests.selling.conftest import BLOG, KEY, METHOD, Shop, count

_NUMBERS = itertools.count(10**16)
HOUR = 3600


def path_of(link: PaymentLink) -> str:
    """The path of a link's page."""
    return link.url.removeprefix("https://shop.example")


def buy(client: FlaskClient, link: PaymentLink, **order: Any) -> Any:
    """Open a checkout by script, as another buyer each time."""
    return client.post(path_of(link), json={"key": f"{next(_NUMBERS)}", **order})


def code_of(answer: Any) -> str:
    """Why nothing was made."""
    told = answer.get_json()
    return str(told["code"])


# The page


def test_a_link_is_paid_at_by_many(kit: CheckoutKit, client: FlaskClient) -> None:
    link = kit.create_link(ten_dollars(), reference="table-4", metadata={"t": 4})
    urls = {buy(client, link).get_json()["url"] for _ in range(3)}
    assert len(urls) == 3
    for checkout in kit.list_checkouts():
        assert checkout.link_id == link.id
        assert (checkout.reference, checkout.metadata) == ("table-4", {"t": 4})
        assert checkout.total == Money("10", "USD")
    assert kit.get_link(link.id).state(checkout.created_at) is LinkState.OPEN


def test_the_page_is_complete_without_a_script(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    link = kit.create_link(Charge("USD", [LineItem("Roof", 25)]), min=1, max=500)
    page = client.get(path_of(link)).text
    assert "<svg" in page and "QR code of this page" in page
    assert link.url in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    action = re.search(r'<form method="post" action="([^"]+)"', page)
    assert key and action
    form = {"key": key[1], "amount": "12,50"}
    answer = client.post(action[1], data=form)
    assert answer.status_code == 303
    again = client.post(action[1], data=form)
    assert again.location == answer.location
    (checkout,) = kit.list_checkouts()
    assert answer.location == f"/checkout/{checkout.token}"
    assert checkout.total == Money("12.50", "USD")


def test_looking_at_a_link_holds_nothing(kit: CheckoutKit, client: FlaskClient) -> None:
    link = kit.create_link(ten_dollars(), stock=1)
    for _ in range(3):
        assert "Still available: 1" in client.get(path_of(link)).text
    assert client.post(path_of(link), data={"amount": ""}).status_code == 200
    assert count(kit) == 0


@pytest.mark.parametrize("token", ["0" * 32, "x", "F" * 32])
def test_an_unknown_link_is_not_found(token: str, client: FlaskClient) -> None:
    assert client.get(f"/checkout/links/{token}").status_code == 404
    script = client.post(f"/checkout/links/{token}", json={"key": KEY})
    assert script.status_code == 404 and script.is_json


def test_a_checkouts_token_is_no_links(kit: CheckoutKit, client: FlaskClient) -> None:
    link = kit.create_link(ten_dollars())
    checkout = kit.create_checkout(ten_dollars())
    assert client.get(f"/checkout/links/{checkout.token}").status_code == 404
    assert client.get(f"/checkout/{link.token}").status_code == 404
    assert client.get(f"/checkout/links/{link.id}").status_code == 404


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({}, "amount"),
        ({"amount": "0.99"}, "bounds"),
        ({"amount": "501"}, "bounds"),
        ({"amount": "ten"}, "amount"),
    ],
)
def test_an_amount_out_of_bounds_makes_nothing(
    order: dict[str, Any], code: str, kit: CheckoutKit, client: FlaskClient
) -> None:
    link = kit.create_link(Charge("USD", [LineItem("Roof", 25)]), min=1, max=500)
    answer = buy(client, link, **order)
    assert (answer.status_code, code_of(answer)) == (400, code)
    form = client.post(path_of(link), data={"key": KEY, **order})
    assert form.status_code == 400 and "From $1.00 to $500.00" in form.text
    assert count(kit) == 0


def test_a_price_can_not_be_named(kit: CheckoutKit, client: FlaskClient) -> None:
    link = kit.create_link(ten_dollars())
    assert code_of(buy(client, link, amount="1")) == "fixed"
    assert (
        client.post(path_of(link), data={"key": KEY, "amount": "1"}).status_code == 400
    )
    assert count(kit) == 0


def test_a_key_stands_for_one_link(kit: CheckoutKit, client: FlaskClient) -> None:
    first, second = kit.create_link(ten_dollars()), kit.create_link(ten_dollars())
    assert buy(client, first, key=KEY).status_code == 200
    assert code_of(buy(client, second, key=KEY)) == "conflict"
    assert count(kit) == 1


def test_another_origin_is_refused(kit: CheckoutKit, client: FlaskClient) -> None:
    link = kit.create_link(ten_dollars())
    evil = {"Origin": "https://evil.example"}
    order = {"key": KEY}
    assert client.post(path_of(link), json=order, headers=evil).status_code == 403
    blog = client.post(path_of(link), json=order, headers={"Origin": BLOG})
    assert blog.headers["Access-Control-Allow-Origin"] == BLOG


# Its end


def test_a_closed_link_opens_nothing(kit: CheckoutKit, client: FlaskClient) -> None:
    link = kit.create_link(ten_dollars())
    opened = buy(client, link).get_json()["url"]
    closed = kit.close_link(link.id)
    assert kit.close_link(link.id) == closed
    page = client.get(path_of(link))
    assert page.status_code == 410 and "has ended" in page.text
    assert code_of(buy(client, link)) == "closed"
    form = client.post(path_of(link), data={"key": KEY})
    assert form.status_code == 410
    assert count(kit) == 1
    # What was opened before can still be paid.
    assert client.get(opened.removeprefix("https://shop.example")).status_code == 200


def test_an_expired_link_opens_nothing(shop: Shop, client: FlaskClient) -> None:
    link = shop.kit.create_link(ten_dollars(), expires=timedelta(hours=1))
    shop.clock.advance(HOUR - 1)
    assert buy(client, link).status_code == 200
    shop.clock.advance(1)
    assert client.get(path_of(link)).status_code == 410
    assert code_of(buy(client, link)) == "expired"
    assert count(shop.kit) == 1


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"stock": 0}, "stock"),
        ({"stock": True}, "stock"),
        ({"stock": "5"}, "stock"),
        ({"stock": 10**10}, "stock"),
        ({"expires": timedelta(0)}, "expires"),
        ({"min": 1}, "max"),
        ({"min": 11, "max": 20}, "min"),
        ({"return_url": "javascript:alert(1)"}, "links.returnUrl"),
    ],
)
def test_a_link_that_can_not_be_sound_is_not_made(
    options: dict[str, Any], field: str, kit: CheckoutKit
) -> None:
    with pytest.raises(InputError) as caught:
        kit.create_link(ten_dollars(), **options)
    assert caught.value.field == field
    assert kit.list_links() == []


def test_an_unknown_id_is_told(kit: CheckoutKit) -> None:
    for call in (kit.get_link, kit.close_link):
        with pytest.raises(NotFoundError):
            call("0" * 32)


# Its stock


def test_the_last_one_goes_to_one_buyer(kit: CheckoutKit, client: FlaskClient) -> None:
    link = kit.create_link(ten_dollars(), stock=2)
    assert [buy(client, link).status_code for _ in range(3)] == [200, 200, 409]
    page = client.get(path_of(link))
    assert page.status_code == 409 and "Sold out" in page.text
    found = kit.get_link(link.id)
    assert (found.sold, found.held, found.left) == (0, 2, 0)
    assert count(kit) == 2


def test_a_double_click_on_the_last_one_opens_it(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    link = kit.create_link(ten_dollars(), stock=1)
    first, second = (buy(client, link, key=KEY) for _ in range(2))
    assert first.get_json() == second.get_json()
    assert code_of(buy(client, link)) == "sold_out"


def test_what_is_sold_stays_sold(shop: Shop, client: FlaskClient) -> None:
    link = shop.kit.create_link(ten_dollars(), stock=1)
    buy(client, link)
    shop.pay(shop.kit.list_checkouts()[0])
    shop.clock.advance(30 * 24 * HOUR)
    shop.kit.run_due()
    found = shop.kit.get_link(link.id)
    assert (found.sold, found.held) == (1, 0)
    assert code_of(buy(client, link)) == "sold_out"


def test_what_nobody_began_to_pay_is_free_once_its_time_is_over(
    shop: Shop, client: FlaskClient
) -> None:
    link = shop.kit.create_link(ten_dollars(), stock=1)
    buy(client, link)
    shop.clock.advance(HOUR - 1)
    shop.kit.run_due()
    assert code_of(buy(client, link)) == "sold_out"
    shop.clock.advance(1)
    shop.kit.run_due()
    assert buy(client, link).status_code == 200


def test_what_is_cancelled_at_once_is_free_at_once(
    shop: Shop, client: FlaskClient
) -> None:
    link = shop.kit.create_link(ten_dollars(), stock=1)
    buy(client, link)
    shop.kit.cancel_checkout(shop.kit.list_checkouts()[0].id)
    assert buy(client, link).status_code == 200


def test_what_may_have_been_paid_in_time_is_held_until_its_invoice_is_over(
    shop: Shop, client: FlaskClient
) -> None:
    link = shop.kit.create_link(ten_dollars(), stock=1)
    buy(client, link)
    (checkout,) = shop.kit.list_checkouts()
    # Near the end of its time, so that the invoice outlives the checkout.
    shop.clock.advance(HOUR - 60)
    invoice = shop.kit.commit_checkout(checkout.id, METHOD)
    assert invoice.expires_at > checkout.expires_at
    shop.clock.advance(2 * HOUR - 1)
    shop.kit.run_due()
    assert shop.kit.get_checkout(checkout.id).state is CheckoutState.EXPIRED
    assert code_of(buy(client, link)) == "sold_out"
    shop.clock.advance(1)
    assert buy(client, link).status_code == 200


def test_what_is_cancelled_may_have_been_paid_before(
    shop: Shop, client: FlaskClient
) -> None:
    link = shop.kit.create_link(ten_dollars(), stock=1)
    buy(client, link)
    (checkout,) = shop.kit.list_checkouts()
    shop.kit.commit_checkout(checkout.id, METHOD)
    shop.kit.cancel_checkout(checkout.id)
    shop.clock.advance(HOUR - 1)
    assert code_of(buy(client, link)) == "sold_out"
    shop.clock.advance(1)
    assert buy(client, link).status_code == 200


def test_a_part_that_was_paid_holds_its_unit(shop: Shop, client: FlaskClient) -> None:
    link = shop.kit.create_link(ten_dollars(), stock=1)
    buy(client, link)
    shop.pay(shop.kit.list_checkouts()[0], part=2)
    shop.clock.advance(3 * 24 * HOUR)
    shop.kit.run_due()
    found = shop.kit.get_link(link.id)
    assert (found.sold, found.held, found.left) == (0, 1, 0)


def test_a_late_payment_is_told_and_sells_no_more(
    shop: Shop, client: FlaskClient
) -> None:
    link = shop.kit.create_link(ten_dollars(), stock=1)
    buy(client, link)
    (late,) = shop.kit.list_checkouts()
    shop.kit.commit_checkout(late.id, METHOD)
    shop.clock.advance(3 * HOUR)
    shop.kit.run_due()
    assert buy(client, link).status_code == 200
    assert shop.pay(late).status.is_late
    found = shop.kit.get_link(link.id)
    assert (found.sold, found.held, found.left) == (1, 1, 0)
    assert code_of(buy(client, link)) == "sold_out"


def test_a_link_without_a_stock_keeps_the_usual_time(
    shop: Shop, client: FlaskClient
) -> None:
    buy(client, shop.kit.create_link(ten_dollars()))
    buy(client, shop.kit.create_link(ten_dollars(), stock=5))
    limited, usual = shop.kit.list_checkouts()
    spans = {c.expires_at - c.created_at for c in (limited, usual)}
    assert spans == {timedelta(hours=1), timedelta(hours=24)}


# Commands


def test_commands_make_list_and_close_links(shop: Shop, client: FlaskClient) -> None:
    runner = shop.app.test_cli_runner()

    def run(*arguments: str) -> Any:
        result = runner.invoke(args=["checkout", "link", *arguments, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    made = run("create", "T-Shirt", "10.00", "USD", "--stock", "3", "--hours", "2")
    assert (
        client.get(made["url"].removeprefix("https://shop.example")).status_code == 200
    )
    (listed,) = run("list")
    assert listed == made
    assert (listed["state"], listed["stock"], listed["sold"]) == ("OPEN", "3", "0")
    (closed,) = run("close", made["id"])
    assert closed["state"] == "CLOSED"
    wrong = runner.invoke(args=["checkout", "link", "create", "T", "ten", "USD"])
    assert wrong.exit_code == 1 and "Traceback" not in wrong.output
    both = "checkout link create T 1 USD --hours 1 --expires 2030-01-01"
    ended = runner.invoke(args=both.split())
    assert ended.exit_code == 2
