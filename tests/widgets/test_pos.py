"""The till: guarded by the shop, priced by the server, used by hand or keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort
from playwright.sync_api import Page

from checkout_kit import CheckoutKit, ConfigurationError
from checkout_kit.web.selling.till import Till
from tests.support.accessibility import find_violations
from tests.web.fake_desk import CASES, TOKEN
from tests.widgets.stage import TILL, Stage
from tests.widgets.test_dialog import heard


def _shop(**config: Any) -> Flask:
    app = Flask("shop")
    app.config.update(TESTING=True, SECRET_KEY="not a secret", **config)
    CheckoutKit(app).close()
    return app


def test_there_is_no_till_unless_the_shop_wants_one() -> None:
    assert _shop().test_client().get("/checkout/pos").status_code == 404


def test_only_whom_the_guard_lets_pass_sees_the_till() -> None:
    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(**arguments: Any) -> Any:
            return abort(401) if is_stranger else view(**arguments)

        return guarded

    client = _shop(CHECKOUT_KIT_POS={**TILL, "guard": guard}).test_client()
    is_stranger = True
    refused = client.get("/checkout/pos")
    assert refused.status_code == 401
    assert "offer" not in refused.text
    is_stranger = False
    page = client.get("/checkout/pos")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert client.post("/checkout/pos").status_code == 405


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"guard": None}, "guard"),
        ({"currency": "nothing at all"}, "currency"),
        ({"currency": None}, "currency"),
        ({"items": ["Espresso"]}, "items"),
        ({"items": {"Espresso": 2.8}}, "items"),
        ({"items": {"Espresso": "0"}}, "items"),
        ({"items": {"": "2.80"}}, "items"),
        ({"items": {}, "amounts": False}, "items"),
        ({"tips": "10"}, "tips"),
        ({"tips": [-5]}, "tips"),
        ({"tips": [True]}, "tips"),
        ({"max": "-1"}, "max"),
        ({"price": 1}, "price"),
    ],
)
def test_a_till_that_cannot_be_used_is_named_at_start(
    changes: dict[str, Any], key: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Till.from_config({**TILL, **changes})
    assert caught.value.key == f"CHECKOUT_KIT_POS.{key}"


def test_the_till_can_be_installed(stage: Stage) -> None:
    client = stage.app.test_client()
    answer = client.get("/checkout/pos/manifest.webmanifest")
    manifest = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert manifest["display"] == "standalone"
    assert client.get(manifest["start_url"]).status_code == 200
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).mimetype == icon["type"]
    policy = client.get("/checkout/pos").headers["Content-Security-Policy"]
    assert "manifest-src 'self'" in policy


def test_a_checkouts_code_leads_to_its_page(stage: Stage) -> None:
    client = stage.app.test_client()
    code = client.get(f"/checkout/{TOKEN}/qr.svg")
    assert code.mimetype == "image/svg+xml"
    assert "<title" in code.text
    assert client.get(f"/checkout/{'0' * 32}/qr.svg").status_code == 404
    assert client.get("/checkout/pos/qr.svg").status_code == 404


@pytest.mark.browser
def test_a_sale_at_the_till(stage: Stage, new_tab: Callable[..., Page]) -> None:
    tab = new_tab(viewport={"width": 1180, "height": 820}, has_touch=True)
    tab.goto(f"{stage.shop}/checkout/pos")
    tab.get_by_role("button", name="Espresso €2.80").tap()
    tab.get_by_role("button", name="Espresso €2.80").tap()
    tab.get_by_role("button", name="Carrot cake €4.20").tap()
    tab.get_by_role("button", name="Take off Carrot cake").tap()
    for key in ("4", "0", "0", "5", "Delete"):
        tab.get_by_role("button", name=key, exact=True).tap()
    tab.get_by_role("button", name="Add amount").tap()
    tab.get_by_role("button", name="10 %").tap()
    assert find_violations(tab) == []
    tab.get_by_role("button", name="Charge €10.56").tap()
    code = tab.get_by_role("img", name="QR code of the payment page")
    code.wait_for()
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert find_violations(tab) == []
    ((choices, _),) = stage.counter.taken
    sold = [(str(c.offer.charge.line_items[0].description), c) for c in choices]
    assert [(n, str(c.amount or ""), c.quantity) for n, c in sold] == [
        ("Espresso", "", 2),
        ("Amount", "4.00", 1),
        ("Tip", "0.96", 1),
    ]
    stage.desk.checkouts[TOKEN] = CASES["seen"]()
    tab.get_by_text("Payment on its way").wait_for()
    assert not tab.get_by_role("button", name="Cancel").is_visible()
    stage.desk.checkouts[TOKEN] = CASES["paid"]()
    tab.get_by_text("Paid", exact=True).wait_for()
    assert heard(tab, "checkout-paid")[-1]["tag"] == "checkout-pos"
    assert find_violations(tab) == []
    tab.get_by_role("button", name="New sale").tap()
    assert tab.get_by_role("button", name="Charge €0.00").is_disabled()


@pytest.mark.browser
def test_a_sale_by_the_keyboard_is_charged_once_and_called_off(
    stage: Stage, new_tab: Callable[..., Page]
) -> None:
    tab = new_tab(expects=("ERR_FAILED",))
    tab.goto(f"{stage.shop}/checkout/pos?lang=de")
    tab.get_by_text("Betrag eintippen oder Artikel hinzufügen").wait_for()
    tab.keyboard.type("1250")
    charge = tab.get_by_role("button", name="12,50 € kassieren")
    charge.focus()
    # The answer gets lost: what was asked for is asked for again, by the same key.
    tab.route("**/offers", lambda route: (route.fetch(), route.abort()), times=1)
    tab.keyboard.press("Enter")
    tab.get_by_text("Das hat nicht geklappt").wait_for()
    tab.keyboard.press("Enter")
    tab.get_by_role("img", name="QR-Code der Zahlungsseite").wait_for()
    assert len({key for _, key in stage.counter.taken}) == 1
    tab.get_by_role("button", name="Abbrechen").focus()
    with tab.expect_response("**/cancel"):
        tab.keyboard.press("Enter")
    assert ("cancel", TOKEN) in stage.desk.calls
