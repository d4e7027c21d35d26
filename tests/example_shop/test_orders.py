"""Orders: made once, with their checkout, and shown to their buyer only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from checkout_kit import DatabaseBusy
from checkout_kit.web.signatures import sign_return
from example_shop import order_views
from example_shop.database import db
from example_shop.order import Order
from example_shop.payments import kit
from example_shop.stock import Stock
from tests.example_shop.shopper import Shopper, hidden

PUBLIC_URL = "http://localhost"


def count_orders() -> int:
    return db.session.scalar(select(func.count()).select_from(Order)) or 0


def return_path(app: Flask, order: Order) -> str:
    assert order.checkout_id is not None
    url = sign_return(app, order.checkout_id, f"{PUBLIC_URL}/return")
    return url.removeprefix(PUBLIC_URL)


def test_pay_makes_the_order_and_its_checkout(app: Flask, shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug", 2)
    target = shopper.pay()
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
        assert order.checkout_id is not None
        checkout = kit.get_checkout(order.checkout_id)
    assert target == checkout.url
    assert (order.status, order.total) == ("pending", "68.06")
    assert checkout.total.to_text() == "68.06"
    assert checkout.reference == order.reference
    assert checkout.return_url == f"{PUBLIC_URL}/return"
    assert checkout.cancel_url == f"{PUBLIC_URL}/cart"


def test_same_form_twice_is_one_order(app: Flask, shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug")
    form = shopper.review()
    assert shopper.pay(form) == shopper.pay(form)
    with app.app_context():
        assert count_orders() == 1


def test_same_form_twice_at_once_is_one_order(app: Flask, shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug")
    form, csrf = shopper.review(), hidden(shopper.get("/review"), "csrf_token")
    cookie = shopper.client.get_cookie("umberfold")
    assert cookie is not None
    barrier = Barrier(4)

    def press(_: int) -> str:
        client = app.test_client()
        client.set_cookie("umberfold", cookie.value)
        barrier.wait()
        data = {"csrf_token": csrf, "form_token": form}
        return client.post("/orders", data=data).headers["Location"]

    with ThreadPoolExecutor(4) as pool:
        targets = set(pool.map(press, range(4)))
    assert len(targets) == 1
    with app.app_context():
        assert count_orders() == 1


def test_same_cart_reviewed_again_goes_on_with_its_order(
    app: Flask, shopper: Shopper
) -> None:
    shopper.put_into_cart("tide-mug")
    assert shopper.pay() == shopper.pay()
    with app.app_context():
        assert count_orders() == 1


def test_cart_changed_after_review_must_be_reviewed_again(
    app: Flask, shopper: Shopper
) -> None:
    shopper.put_into_cart("tide-mug")
    form = shopper.review()
    shopper.put_into_cart("dune-bowl")
    response = shopper.post("/orders", form_token=form)
    assert (response.status_code, response.location) == (303, "/review")
    assert "Your cart has changed" in shopper.get("/review")
    with app.app_context():
        assert count_orders() == 0


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 200, "." * 5000])
def test_forged_form_makes_no_order(app: Flask, shopper: Shopper, token: str) -> None:
    shopper.put_into_cart("tide-mug")
    assert shopper.post("/orders", form_token=token).status_code == 400
    with app.app_context():
        assert count_orders() == 0


def test_form_of_somebody_else_makes_no_order(
    shopper: Shopper, stranger: Shopper
) -> None:
    shopper.put_into_cart("tide-mug")
    stranger.put_into_cart("tide-mug")
    response = stranger.post("/orders", form_token=shopper.review())
    assert response.status_code == 400


def test_stock_that_went_meanwhile_is_explained(app: Flask, shopper: Shopper) -> None:
    shopper.put_into_cart("harbour-light", 3)
    form = shopper.review()
    with app.app_context():
        db.session.execute(
            update(Stock).where(Stock.slug == "harbour-light").values(available=1)
        )
        db.session.commit()
    response = shopper.post("/orders", form_token=form)
    assert response.status_code == 409
    assert "only 1 left" in response.text


def test_order_without_checkout_is_never_stored(
    app: Flask, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(order_views, "open_checkout", fail)
    shopper.put_into_cart("tide-mug")
    response = shopper.post("/orders", form_token=shopper.review())
    assert response.status_code == 503
    assert "Traceback" not in response.text
    with app.app_context():
        assert count_orders() == 0


def test_order_page_leads_back_to_the_checkout(shopper: Shopper, order: Order) -> None:
    page = shopper.get(f"/orders/{order.reference}")
    assert "Waiting for your payment" in page
    assert kit.get_checkout(order.checkout_id or "").url in page
    assert order.reference in shopper.get("/orders")


@pytest.mark.parametrize("path", ["/orders/{}", "/orders/{}/state"])
def test_order_of_somebody_else_looks_like_none(
    stranger: Shopper, order: Order, path: str
) -> None:
    theirs = stranger.client.get(path.format(order.reference))
    none = stranger.client.get(path.format("UF-22222222"))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.text == none.text
    assert order.reference not in stranger.get("/orders")


def test_state_follows_the_order(shopper: Shopper, order: Order) -> None:
    answer = shopper.client.get(f"/orders/{order.reference}/state")
    assert answer.json == {"state": "pending:NEW_CHARGE"}


def test_cancel_link_leads_to_the_cart_as_it_was(
    shopper: Shopper, order: Order
) -> None:
    page = shopper.get("/cart")
    assert "Tide Mug" in page
    assert "Dune Bowl" in page
    assert f"Order {order.reference} is not paid yet" in page


def test_return_shows_the_order_as_it_is(
    app: Flask, shopper: Shopper, order: Order
) -> None:
    path = return_path(app, order)
    assert "Waiting for your payment" in shopper.get(
        f"{path}&status=paid&state=COMPLETED"
    )
    assert order.status == "pending"


def test_return_in_another_browser_shows_no_way_to_pay(
    app: Flask, stranger: Shopper, order: Order
) -> None:
    page = stranger.get(return_path(app, order))
    assert order.reference in page
    assert kit.get_checkout(order.checkout_id or "").url not in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?checkoutId=x",
        "?checkoutId=x&checkoutSignature=y",
        "?checkoutId=x&checkoutId=y&checkoutSignature=z",
        "?checkoutId=%00&checkoutSignature=%ff",
    ],
)
def test_return_with_a_forged_signature_shows_nothing(
    shopper: Shopper, query: str
) -> None:
    response = shopper.client.get(f"/return{query}")
    assert response.status_code == 400
    assert "not one of ours" in response.text


def test_return_with_the_signature_of_another_checkout_shows_nothing(
    app: Flask, shopper: Shopper, order: Order
) -> None:
    path = return_path(app, order).replace(order.checkout_id or "", "0" * 32)
    assert shopper.client.get(path).status_code == 400
