"""The control page at /, for people; a link of a shop's leads to the checkout page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import create_pages, render_control

from .amounts import to_short_text
from .control import SCENARIOS, address_list, checkout_list, order_list
from .control_rules import user_list
from .market import FIATS, REFERENCE_FIAT
from .records import APPROVED, DEPOSIT, REJECTED
from .visits import OUTCOMES
from .wiring import simulator

pages = create_pages()

_SHOWN = 20


@pages.get("/")
def show_control() -> str | AnyResponse:
    """Show the newest of everything, with what can happen to it."""
    if "token" in request.args:
        # As in the document's examples, whose links have no path.
        query = request.query_string.decode("latin-1")
        return redirect(f"{url_for('cryptocoin_pro_hosted.begin')}?{query}")
    parts = simulator()
    with parts.books.lock:
        market = parts.books.market
        prices = {
            symbol: to_short_text(market.price(symbol, REFERENCE_FIAT) or Decimal(0))
            for symbol in market.assets
        }
    return render_control(
        "control.html",
        addresses=address_list()[:_SHOWN],
        orders=order_list()[:_SHOWN],
        steps=_steps,
        checkouts=checkout_list()[:_SHOWN],
        users=user_list()[-_SHOWN:],
        pings=[ping.to_json() for ping in parts.pings.log()[:_SHOWN]],
        prices=prices,
        fiats=FIATS,
        scenarios=tuple(SCENARIOS),
        outcomes=OUTCOMES,
    )


def _steps(order: Mapping[str, Any]) -> tuple[str, ...]:
    """List what can become of an order."""
    if order["status"] == REJECTED:
        return ()
    if order["status"] == APPROVED:
        return ("reject",) if order["typeOperationName"] == DEPOSIT else ()
    return ("approve", "reject", "wait", "process")
