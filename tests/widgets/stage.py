"""A shop at one origin, and a page of another origin that has widgets of it.

The page's policy is as strict as they come: no inline style, no inline script, nothing
from elsewhere but what the shop serves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from flask import Flask, Response, request

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Choice, Offer, combine
from checkout_kit.web.blueprint import create_blueprint
from checkout_kit.web.brand import Brand
from checkout_kit.web.catalogues import known_locales
from checkout_kit.web.selling.signed_offers import sign_offer
from checkout_kit.web.selling.till import Till
from checkout_kit.web.selling.views_pos import create_pos_blueprint
from checkout_kit.web.settings import PageSettings
from checkout_kit.web.widgets import create_widgets_blueprint
from tests.support.pages import serving
from tests.web.fake_desk import NOW, TOKEN, FakeDesk, desk_for
from tests.web.fake_storefront import FakeStorefront

TILL = {
    "guard": lambda view: view,
    "currency": "EUR",
    "items": {"Espresso": "2.80", "Carrot cake": "4.20", "Beans, 250 g": "12.90"},
    "tips": [0, 10, 20],
    "max": "500",
}
_STYLE = """
body { font: 16px/1.5 sans-serif; margin: 2rem; background: Canvas; color: CanvasText }
"""
_PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>A blog</title>
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css">
{tags}</head><body><main><h1>A blog</h1>{body}</main></body></html>"""


@dataclass
class Counter(FakeStorefront):
    """A storefront whose every offer opens the one checkout of the desk."""

    desk: FakeDesk
    url: str = ""
    taken: list[tuple[Sequence[Choice], str]] = field(default_factory=list)

    def open_offers(self, choices: Sequence[Choice], key: str) -> Checkout:
        """Note what was chosen; the offers decide whether it may be."""
        charge = combine(choices)
        self.taken.append((choices, key))
        found = self.desk.checkouts[TOKEN]
        return replace(found, charge=charge, url=f"{self.url}/checkout/{TOKEN}")

    def collected(self, campaign: str, currency: Currency) -> Money:
        """Some."""
        return Money("1840", currency)


@dataclass
class Stage:
    """Both sites, and what is on the blog's page."""

    desk: FakeDesk
    counter: Counter
    shop: str = ""
    blog: str = ""
    body: str = ""
    app: Flask = field(default_factory=lambda: Flask("shop"))

    @property
    def checkout(self) -> str:
        """The address of the one checkout."""
        return f"{self.shop}/checkout/{TOKEN}"

    def offer(self, *, is_free: bool = False) -> str:
        """The address of a signed offer of 25 euros, or up to 500."""
        charge = Charge("EUR", [LineItem("A new roof", "25")])
        least, most = Money("1", "EUR"), Money("500", "EUR")
        offer = Offer(charge, campaign="roof")
        if is_free:
            offer = Offer(charge, least, most, campaign="roof")
        signed = sign_offer(self.app, offer)
        return f"{self.shop}/checkout/offers?offer={signed}"

    def page(self, body: str, lang: str = "en") -> str:
        """Put something on the blog's page; gives its address."""
        self.body = body
        return f"{self.blog}/?lang={lang}"


@contextmanager
def staged(case: str = "pay_memo", **settings: object) -> Iterator[Stage]:
    """Serve shop and blog."""
    desk = desk_for(case)
    stage = Stage(desk, Counter(desk))
    with serving(stage.app) as shop, serving(_make_blog(stage)) as blog:
        # Another port of another host: another site, not only another origin.
        stage.shop, stage.blog = shop, blog.replace("127.0.0.1", "localhost")
        stage.counter.url = shop
        _furnish(stage, settings)
        yield stage


def _furnish(stage: Stage, others: dict[str, object]) -> None:
    till = Till.from_config(TILL)
    assert till is not None
    default: dict[str, object] = {
        "public_url": stage.shop,
        "brand": Brand.from_config({"name": "Northwind Coffee"}),
        "locales": known_locales(),
        "frame_ancestors": (stage.blog,),
        "clock": lambda: NOW,
        "till": till,
        "offer_rate": "1000/minute",
    }
    settings = PageSettings(**{**default, **others})  # type: ignore[arg-type]
    app = stage.app
    app.config["SECRET_KEY"] = "a secret of the tests"
    app.register_blueprint(create_blueprint(stage.desk, stage.counter, settings))
    app.register_blueprint(create_widgets_blueprint("/checkout", stage.shop))
    app.register_blueprint(create_pos_blueprint(till, settings))


def _make_blog(stage: Stage) -> Flask:
    blog = Flask("blog")

    @blog.get("/style.css")
    def style() -> Response:
        return Response(_STYLE, mimetype="text/css")

    @blog.get("/icon.svg")
    def icon() -> Response:
        svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
        return Response(svg, mimetype="image/svg+xml")

    @blog.get("/")
    def show() -> Response:
        lang = request.args.get("lang", "en")
        with stage.app.test_request_context():
            write = stage.app.jinja_env.globals["checkout_widgets"]
            tags = write(lang=lang, absolute=True)  # type: ignore[operator]
        html = _PAGE.format(
            lang=lang,
            dir="rtl" if lang in ("ar", "he") else "ltr",
            tags=tags,
            body=stage.body,
        )
        response = Response(html)
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self'; "
            f"script-src {stage.shop}; connect-src {stage.shop}; "
            f"frame-src {stage.shop}; form-action 'none'; base-uri 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return blog
