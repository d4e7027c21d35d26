"""The provider's own pages: the checkout that buyers are sent to, and signed links."""

from __future__ import annotations

from flask import (
    Blueprint,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from .documents.numbers import short
from .errors import ApiError, refused
from .forms import read_form
from .records import AVAILABLE, BUY_WITH_FIAT, Checkout, Order
from .visits import METHODS, OUTCOMES
from .wiring import simulator

hosted = Blueprint("cryptocoin_pro_hosted", __name__)

_READING_SECONDS = 3
_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


@hosted.after_request
def add_headers(response: AnyResponse) -> AnyResponse:
    """Keep the pages fresh, their addresses to themselves, and foreign content out."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@hosted.errorhandler(ApiError)
def show_refusal(error: ApiError) -> tuple[str, int]:
    """Show why something can't be done."""
    return render_template(
        "refused.html", title="Not possible", reason=error
    ), error.status


@hosted.get("/checkout")
def begin() -> AnyResponse:
    """Take a buyer in who comes by a shop's link."""
    parts = simulator()
    parts.work()
    with parts.books.lock:
        link = parts.visits.read_link(
            request.args.get("platform_id", ""),
            request.args.get("token", ""),
            request.url,
        )
        checkout = parts.visits.open(link, request.remote_addr)
    # The token is not wanted in the address bar any longer.
    return redirect(url_for(".show_checkout", checkout_id=checkout.id), 303)


@hosted.get("/checkout/<checkout_id>")
def show_checkout(checkout_id: str) -> AnyResponse:
    """Show what is to be paid, or what became of it; then the buyer is led back."""
    parts = simulator()
    parts.work()
    with parts.books.lock:
        checkout = parts.books.checkouts.get(checkout_id)
        order = parts.books.orders.find(checkout.order_id)
        asks_proof = (
            order is not None
            and order.needs_proof
            and order.is_open
            and not order.is_proven
        )
        can_pay = checkout.is_open and checkout.count < checkout.limit
        is_over = not (can_pay or asks_proof)
        page = render_template(
            "checkout.html",
            title=f"Checkout {checkout.public_id}",
            checkout=checkout,
            amount=short(checkout.amount),
            total=_total(checkout, order),
            order=order,
            asks_proof=asks_proof,
            can_pay=can_pay,
            is_known=bool(parts.books.users.get(checkout.user_id).email),
            is_over=is_over,
            methods=METHODS,
            outcomes=OUTCOMES,
        )
    response = make_response(page)
    if is_over:
        # Not by a redirect: the answer to a form must not lead to another site.
        response.headers["Refresh"] = f"{_READING_SECONDS}; url={checkout.redirect_url}"
    return response


@hosted.post("/checkout/<checkout_id>/account")
def identify(checkout_id: str) -> AnyResponse:
    """Take the e-mail address of a buyer who came without."""
    parts = simulator()
    with parts.books.lock:
        checkout = parts.books.checkouts.get(checkout_id)
        parts.visits.identify(checkout, request.form.get("email", ""))
    return _back(checkout)


@hosted.post("/checkout/<checkout_id>/pay")
def pay(checkout_id: str) -> AnyResponse:
    """Let the buyer pay, with the outcome of the button."""
    parts = simulator()
    with parts.books.lock:
        checkout = parts.books.checkouts.get(checkout_id)
        parts.visits.pay(
            checkout, request.form.get("method", ""), request.form.get("outcome", "")
        )
    return _back(checkout)


@hosted.post("/checkout/<checkout_id>/expire")
def expire(checkout_id: str) -> AnyResponse:
    """Let the buyer's time be over."""
    parts = simulator()
    with parts.books.lock:
        checkout = parts.books.checkouts.get(checkout_id)
        parts.visits.expire(checkout)
    return _back(checkout)


@hosted.post("/checkout/<checkout_id>/proof")
def prove(checkout_id: str) -> AnyResponse:
    """Take the buyer's proof of payment."""
    parts = simulator()
    with parts.books.lock:
        checkout = parts.books.checkouts.get(checkout_id)
        _take_proof(parts.books.orders.get(checkout.order_id))
    return _back(checkout)


@hosted.get("/payment/bank-confirm")
def show_payment() -> str:
    """Show the bank payment that an order's link is about."""
    return render_template("payment.html", title="Bank payment", order=_payment())


@hosted.post("/payment/bank-confirm")
def confirm_payment() -> str:
    """Take the proof of a bank payment."""
    order = _payment()
    with simulator().books.lock:
        _take_proof(order)
    return render_template("payment.html", title="Bank payment", order=order)


@hosted.route("/confirm-quote/<token>", methods=["GET", "POST"])
def confirm_quote(token: str) -> str:
    """Show a quote by its signed link, and confirm it by a button."""
    parts = simulator()
    parts.work()
    signature = request.args.get("signature", "")
    payload = parts.links.read(token, signature, parts.clock.now())
    with parts.books.lock:
        quote = parts.books.quotes.get(str(payload.get("quote")))
        if request.method == "POST":
            parts.quoter.confirm(quote, None)
        terms = f"{short(quote.amount)} at {short(quote.rate)}: {short(quote.total)}"
        return render_template(
            "quote.html",
            title=f"Quote {quote.public_id}",
            quote=quote,
            terms=terms,
            is_open=quote.status == AVAILABLE,
        )


@hosted.get("/kyc/<any(address, documents, video, edd):part>/<token>")
def show_kyc(part: str, token: str) -> str:
    """Show that a user's link to a part of KYC is good; the API takes the rest."""
    parts = simulator()
    signature = request.args.get("signature", "")
    parts.links.read(token, signature, parts.clock.now())
    return render_template("kyc.html", title="KYC", part=part)


def _total(checkout: Checkout, order: Order | None) -> str | None:
    """Return what the buyer pays, None while the coin is not sold."""
    if order is not None:
        return short(order.from_amount)
    asset = simulator().books.market.assets[checkout.symbol]
    price = simulator().quoter.price(BUY_WITH_FIAT, asset, checkout.fiat)
    return None if price is None else short(price.quote(checkout.amount)[0])


def _back(checkout: Checkout) -> AnyResponse:
    return redirect(url_for(".show_checkout", checkout_id=checkout.id), 303)


def _payment() -> Order:
    parts = simulator()
    order_id = request.args.get("order", "")
    parts.links.check_payment(order_id, request.args.get("signature", ""))
    with parts.books.lock:
        return parts.books.orders.get(order_id)


def _take_proof(order: Order) -> None:
    form = read_form()
    form.file("file", takes_pdf=True)
    if form.errors:
        raise refused(422, form.errors["file"][0])
    simulator().visits.prove(order)
