"""Flask-Login and Flask-WTF: the shop's users and forms stay its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import flask_login
import flask_wtf
import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.embedding.documented import documented
from tests.embedding.little_shop import LittleShop


class _User(flask_login.UserMixin):  # type: ignore[misc]
    id = "visitor"


def _with_login(app: Flask) -> None:
    login = flask_login.LoginManager(app)
    login.session_protection = "strong"
    login.user_loader(lambda name: _User() if name == "visitor" else None)

    def show_account() -> str:
        return f"Account of {flask_login.current_user.id}"

    def log_in() -> str:
        flask_login.login_user(_User(), remember=True)
        return "Welcome"

    app.add_url_rule("/account", view_func=flask_login.login_required(show_account))
    app.add_url_rule("/login", view_func=log_in, methods=["POST"])


def test_the_page_needs_no_login_and_keeps_none(
    opened: Callable[..., LittleShop],
) -> None:
    shop = opened(before=_with_login)
    made = shop.buy()
    client = shop.app.test_client()
    assert client.get("/account").status_code == 401
    stranger = shop.show(made)
    assert stranger.status_code == 200
    assert client.post("/login").text == "Welcome"
    assert client.get("/account").text == "Account of visitor"
    page = client.get(f"/checkout/{made.token}")
    assert page.status_code == 200
    # Whoever looks, the page is the same, and it sets no cookie.
    assert "Set-Cookie" not in stranger.headers
    assert "Set-Cookie" not in page.headers
    assert "visitor" not in page.text
    assert client.get("/account").text == "Account of visitor"


def test_a_wall_around_the_whole_shop_has_a_door_for_the_checkout(
    opened: Callable[..., LittleShop],
) -> None:
    def with_wall(app: Flask) -> None:
        _with_login(app)
        documented("add_wall")(app)

    shop = opened(before=with_wall)
    made = shop.buy()
    assert shop.app.test_client().get("/").status_code == 401
    assert shop.pay(made).is_paid
    assert shop.show(made).status_code == 200


@pytest.fixture
def guarded(opened: Callable[..., LittleShop]) -> LittleShop:
    """A shop whose every POST needs a token, but for the kit's two blueprints."""

    def with_csrf(app: Flask) -> None:
        csrf = flask_wtf.CSRFProtect(app)

        def show_form() -> str:
            return str(flask_wtf.csrf.generate_csrf())

        app.add_url_rule("/form", view_func=show_form)
        documented("exempt_checkout")(app, csrf)

    return opened(after=with_csrf)


def test_the_page_the_webhooks_and_the_api_need_no_form_token(
    guarded: LittleShop,
) -> None:
    made = guarded.buy()
    chosen = guarded.post(made, "/method", {"method": "scripted:BTC"})
    assert chosen.status_code == 303
    assert guarded.pay(made).is_paid
    client = guarded.app.test_client()
    assert client.post("/checkout/hooks/scripted", data=b"{}").status_code == 200
    # The API answers by itself: its own refusal, of a request without a key.
    refused = client.post("/api/v1/checkout", json={})
    assert refused.status_code == 401
    assert refused.json is not None and "errors" in refused.json


def test_the_shops_own_forms_stay_protected(guarded: LittleShop) -> None:
    client = guarded.app.test_client()
    assert client.post("/buy").status_code == 400
    token = client.get("/form").text
    bought = client.post("/buy", data={"csrf_token": token})
    assert bought.status_code == 302
    assert "/checkout/" in bought.headers["Location"]


def test_only_what_is_authorised_otherwise_is_exempt(guarded: LittleShop) -> None:
    """Everything else that takes a POST asks for the token, also what the kit adds."""
    exempt = {"checkout_kit", "checkout_kit_api"}
    client = guarded.app.test_client()
    tried = 0
    for rule in _posts(guarded.app.url_map.iter_rules()):
        if rule.endpoint.partition(".")[0] in exempt:
            continue
        path = re.sub("<[^>]*>", "x", rule.rule)
        assert client.post(path).status_code == 400, rule.rule
        tried += 1
    assert tried


def test_forged_posts_to_the_exempt_routes_change_nothing(guarded: LittleShop) -> None:
    """What stands in for the form token: the checkout's own, which nobody can guess."""
    made = guarded.buy()
    client = guarded.app.test_client()
    forged = f"/checkout/{'0' * 32}"
    for rest, form in (
        ("/method", {"method": "scripted:BTC"}),
        ("/cancel", {}),
        ("/simulate", {"scenario": "exact"}),
    ):
        assert client.post(forged + rest, data=form).status_code == 404, rest
    with guarded.app.app_context():
        assert guarded.kit.get_checkout(made.id).state.value == "NEW_CHARGE"


def _posts(rules: Iterable[Rule]) -> list[Rule]:
    return [rule for rule in rules if "POST" in (rule.methods or ())]
