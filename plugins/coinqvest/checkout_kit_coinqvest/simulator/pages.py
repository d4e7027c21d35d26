"""The pages for people: the control page at / and the hosted checkout page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import create_pages, render_control

from .chain import Transfer
from .control_documents import to_control_document, to_unmatched_document
from .errors import BadRequest, NotFound
from .markets import CHAINS
from .records import Checkout
from .states import NEW_CHARGE
from .wiring import simulator

pages = create_pages()

_SHOWN = 30
#: Buttons of the control page: the scenario and what the button says.
_BUTTONS = (
    ("exact", "Pay exactly"),
    ("less", "Less"),
    ("more", "More"),
    ("twice", "Twice"),
    ("late", "Late"),
)


@pages.app_template_filter("clock_time")
def to_clock_time(text: str) -> str:
    """Return a W3C timestamp in UTC the way people read it."""
    return text.replace("T", " ").replace("+00:00", " UTC")


@pages.get("/")
def show_control() -> str:
    """Show the newest checkouts with everything that can happen to them."""
    parts = simulator()
    now = parts.clock.now()
    with parts.ledger.lock:
        checkouts = [
            {
                **to_control_document(checkout, now),
                "extras": _extra_buttons(checkout),
            }
            for checkout in parts.ledger.list_checkouts()[:_SHOWN]
        ]
        unmatched = [to_unmatched_document(d) for d in reversed(parts.ledger.unmatched)]
    return render_control(
        "control.html",
        checkouts=checkouts,
        unmatched=unmatched[:_SHOWN],
        deliveries=parts.webhooks.log()[:_SHOWN],
        buttons=_BUTTONS,
    )


@pages.get("/en/checkout")
def show_hosted_checkout() -> str:
    """Show a hosted checkout to its customer."""
    parts = simulator()
    now = parts.clock.now()
    with parts.ledger.lock:
        checkout = _hosted_checkout()
        return render_template(
            "hosted.html",
            checkout=to_control_document(checkout, now),
            methods=[
                (CHAINS[code], f"{amount:f}")
                for code, amount in checkout.quotes.items()
            ],
            chain=checkout.commit.chain if checkout.commit else None,
            return_url=_with_checkout_id(checkout.request.return_url, checkout.id),
            cancel_url=_with_checkout_id(checkout.request.cancel_url, checkout.id),
            is_open=to_control_document(checkout, now)["state"] == NEW_CHARGE,
        )


@pages.post("/en/checkout")
def act_on_hosted_checkout() -> AnyResponse:
    """Choose the asset, or play the customer who pays."""
    parts = simulator()
    with parts.ledger.lock:
        checkout = _hosted_checkout()
        asset = request.form.get("assetCode")
        if asset is not None:
            parts.ledger.choose_asset(checkout, asset)
        elif checkout.commit is None:
            raise BadRequest("assetCode: is mandatory.")
        elif to_control_document(checkout, parts.clock.now())["state"] == NEW_CHARGE:
            # A second click on the button must not pay twice.
            parts.network.pay(checkout.id, Transfer())
        return redirect(f"{request.root_path}/en/checkout?id={checkout.id}", 303)


def _hosted_checkout() -> Checkout:
    checkout = simulator().ledger.find_checkout(request.args.get("id", ""))
    if checkout.hosted_url is None:
        raise NotFound("The checkout isn't a hosted one.")
    return checkout


def _with_checkout_id(url: str | None, checkout_id: str) -> str | None:
    """Append `checkoutId` to a way back: "automatically appended as GET parameter"."""
    if url is None:
        return None
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return urlunsplit(
        parts._replace(query=urlencode([*query, ("checkoutId", checkout_id)]))
    )


def _extra_buttons(checkout: Checkout) -> list[tuple[str, str]]:
    commit = checkout.commit
    asset: Any = commit.asset if commit else None
    extras = {
        "XLM": [
            ("without_memo", "Without memo"),
            ("wrong_memo", "Wrong memo"),
            ("other_asset", "Other asset"),
            ("wrong_asset", "Wrong asset"),
        ],
        "XRP": [
            ("without_memo", "Without tag"),
            ("wrong_tag", "Wrong tag"),
            ("wrong_asset", "Wrong asset"),
        ],
        "ETH": [("wrong_asset", "Wrong asset")],
    }
    return extras.get(asset, [])
