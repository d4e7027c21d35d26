"""The examples of quickstart and embedding do what their documents say."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from checkout_kit import Charge, CheckoutKit, LineItem, WithdrawalState
from checkout_kit.testing import LoopbackServer
from checkout_kit.testing.clock import FakeClock
from checkout_kit_coinqvest.simulator import create_simulator
from tests.fakes.scripted import kit_of
from tests.fakes.vault import Vault, vault_plugin

DOCS = Path(__file__).parents[1] / "docs"


def _examples(document: str) -> list[str]:
    text = (DOCS / document).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)


def _example(document: str, function: str) -> str:
    (found,) = [e for e in _examples(document) if f"def {function}(" in e]
    return found


def _run(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(example, encoding="utf-8")
    return runpy.run_path("shop.py", run_name="shop")


def test_the_quickstart_sells_a_shirt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = _examples("quickstart.md")
    with LoopbackServer(create_simulator()) as simulator:
        names = _run(
            example.replace("http://127.0.0.1:5001", simulator.url),
            tmp_path,
            monkeypatch,
        )
        app: Flask = names["app"]
        kit = names["kit"]
        app.config["CHECKOUT_KIT_WORKER"] = "external"
        app.testing = True
        kit.init_db()
        client = app.test_client()
        page = (
            client.post("/buy")
            .headers["Location"]
            .removeprefix("http://127.0.0.1:5000")
        )
        assert "coinqvest:XLM" in client.get(page).text
        client.post(f"{page}/method", data={"method": "coinqvest:XLM"})
        client.post(f"{page}/simulate", data={"scenario": "exact"})
        kit.run_due()
        shown = client.get(page).text
        back = re.search(r'href="(http://127\.0\.0\.1:5000/thanks[^"]*)"', shown)
        assert back is not None
        thanks = client.get(back[1].replace("&amp;", "&"))
        assert thanks.text == "Order order-42: paid"
        assert capsys.readouterr().out == "ship order-42\n"
        kit.close()


def test_the_factory_mounts_the_page_under_its_prefix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _run(_examples("embedding.md")[0], tmp_path, monkeypatch)
    url = f"sqlite:///{tmp_path / 'kit.sqlite'}"
    apps = [
        names["create_app"]({"CHECKOUT_KIT_DATABASE_URL": url, "TESTING": True})
        for _ in range(2)
    ]
    with apps[1].app_context():
        names["kit"].init_db()
        assert apps[1].test_client().get("/pay/" + "0" * 32).status_code == 404
        assert names["kit"].list_checkouts() == []
        names["kit"].close()


def test_the_shops_order_and_checkout_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    names = _run(_examples("embedding.md")[1], tmp_path, monkeypatch)
    app = names["create_app"](
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": url,
            "CHECKOUT_KIT_DATABASE_URL": url,
        }
    )
    kit, db = names["kit"], names["db"]
    with app.app_context():
        db.create_all()
        kit.init_db()
        checkout = names["place_order"]()
        order = db.session.get(names["Order"], 1)
        assert (order.checkout_id, order.is_paid) == (checkout.id, False)
        assert app.extensions["checkout_kit"].session.is_shared
        db.session.remove()
        db.engine.dispose()
        kit.close()


@contextmanager
def _selling_shop(folder: Path) -> Iterator[CheckoutKit]:
    app = Flask("selling")
    url = f"sqlite:///{folder / 'kit.sqlite'}"
    app.config.update(TESTING=True, SECRET_KEY="x", CHECKOUT_KIT_DATABASE_URL=url)
    kit = CheckoutKit(app)
    with app.app_context():
        kit.init_db()
        yield kit
    kit.close()


def test_the_documents_offers_are_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _run(_example("embedding.md", "offers"), tmp_path, monkeypatch)
    with _selling_shop(tmp_path) as kit:
        shirt, donation = names["offers"](kit)
        key = "f" * 16
        assert str(kit.open_offer(shirt, key=key, quantity=5).total) == "50.00 USD"
        given = kit.open_offer(donation, key=f"{key}2", amount="12.50")
        assert str(given.total) == "12.50 EUR"
        assert str(kit.campaign_total("roof", "EUR")) == "0.00 EUR"


def test_the_documents_links_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _run(_example("payment_links.md", "make_links"), tmp_path, monkeypatch)
    with _selling_shop(tmp_path) as kit:
        names["make_links"](kit)
        roof, ticket = kit.list_links()
    assert (ticket.stock, ticket.left, roof.stock) == (120, 120, None)
    assert roof.offer.is_free


def test_csrf_is_lifted_from_the_blueprints_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _run(_example("embedding.md", "exempt_checkout"), tmp_path, monkeypatch)
    exempt: list[Any] = []
    app = Flask("csrf")
    app.config.update(TESTING=True, SECRET_KEY="x")
    CheckoutKit(app)
    names["exempt_checkout"](app, type("Csrf", (), {"exempt": exempt.append}))
    exempted = [blueprint.name for blueprint in exempt]
    assert exempted == ["checkout_kit", "checkout_kit_api"]


def test_a_shop_may_override_the_page(tmp_path: Path) -> None:
    (example,) = re.findall(
        r"^```html\n(.*?)^```", (DOCS / "embedding.md").read_text(), re.M | re.S
    )
    folder = tmp_path / "templates" / "checkout_kit"
    folder.mkdir(parents=True)
    mark = "{% block title %}My own words{% endblock %}"
    (folder / "page.html").write_text(example + mark)
    app = Flask("themed", root_path=str(tmp_path))
    app.config.update(
        TESTING=True,
        SECRET_KEY="x",
        CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / 'kit.sqlite'}",
    )
    kit = CheckoutKit(app)
    kit.init_db()
    made = kit.create_checkout(Charge("USD", [LineItem("T-Shirt", "10.00")]))
    assert "<title>My own words</title>" in (
        app.test_client().get(f"/checkout/{made.token}").text
    )
    kit.close()


def test_the_withdrawal_is_made_and_sent_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    names = _run(_examples("withdrawals.md")[0], tmp_path, monkeypatch)
    vault = Vault()
    url = f"sqlite:///{tmp_path / 'kit.sqlite'}"
    kit, app = kit_of(url, clock, {"vault": vault_plugin(vault)})
    with app.app_context():
        sent = names["empty"](kit, "vault/main", "0.5", "monday")
        assert sent.state is WithdrawalState.PROCESSING
        assert names["empty"](kit, "vault/main", "0.5", "monday").id == sent.id
    assert len(vault.transfers) == 1
    app.extensions["checkout_kit"].database.dispose()


def test_the_checkout_belongs_to_a_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    names = _run(_examples("customers.md")[0], tmp_path, monkeypatch)
    kit, app = kit_of(f"sqlite:///{tmp_path / 'kit.sqlite'}", clock, {})
    with app.app_context():
        made = names["sell_to"](kit, "ada@example.com")
        (customer,) = kit.list_customers()
    assert dict(made.customer) == {"id": customer.id}
    app.extensions["checkout_kit"].database.dispose()
