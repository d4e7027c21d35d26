"""The control page at /, for people."""

from __future__ import annotations

from checkout_kit.simulation import create_pages, render_control

from .wiring import simulator

pages = create_pages()

_SHOWN = 30


@pages.get("/")
def show_control() -> str:
    """Show accounts, withdrawals and prices with everything that can happen to them."""
    parts = simulator()
    books = parts.books.to_json()
    return render_control(
        "control.html",
        accounts=books["accounts"],
        movements=books["movements"][-_SHOWN:],
        withdrawals=books["crypto_withdrawals"][-_SHOWN:],
        products=parts.prices.products(),
        connections=parts.hub.channels(),
        paused=parts.hub.is_paused,
    )
