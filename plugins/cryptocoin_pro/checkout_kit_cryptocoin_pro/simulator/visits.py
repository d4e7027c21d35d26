"""Visits: buyers who are sent to the provider's page to pay, and what they do there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from .amounts import parse_amount
from .books import Books, new_id, new_public_id
from .errors import ApiError, refused
from .forms import EMAIL, URL
from .people import Platform, PlatformLink, User
from .quoting import Quoter, Wish
from .records import (
    BUY_WITH_FIAT,
    EXPIRED,
    FINISHED,
    PROCESSING,
    PROCESSING_PAYMENT,
    REJECTED,
    Checkout,
    Order,
)
from .tokens import TokenError, TokenExpired, expire_of, read_token
from .trading import Desk

METHODS = ("card", "bank")
#: What a buyer's payment can come to.
OUTCOMES = ("approve", "reject", "wait", "proof")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Link:
    """The link that brought a buyer: whose it is, and what its token says."""

    platform: Platform
    url: str
    payload: Mapping[str, Any]

    def part(self, name: str) -> Mapping[str, Any]:
        """Return `user` or `payment` of the payload."""
        found = self.payload.get(name)
        return found if isinstance(found, Mapping) else {}


class Visits:
    """The provider's checkout page. Whoever calls a method holds the books' lock."""

    def __init__(self, books: Books, desk: Desk, quoter: Quoter) -> None:
        self._books = books
        self._desk = desk
        self._quoter = quoter
        #: Called with each checkout that something became of.
        self.on_change: Callable[[Checkout], None] | None = None

    def read_link(self, platform_id: str, token: str, url: str) -> Link:
        """Verify the link that a buyer came by.

        :raises ApiError: when its token is not the platform's, or is over.
        """
        platform = self._books.platform(platform_id)
        try:
            payload = read_token(token, platform.public_key, self._books.clock.real())
        except TokenExpired:
            raise refused(403, "JWT is expired.") from None
        except TokenError:
            raise refused(403, "JWT payload invalid.") from None
        return Link(platform, url, payload)

    def open(self, link: Link, ip: str | None) -> Checkout:
        """Return the checkout of a link; a new one with the first visit.

        :raises ApiError: when the payload lacks something, or asks for what isn't sold.
        """
        payment = link.part("payment")
        request_id = _text(payment, "request_id")
        repeats = self._books.settings.repeated_requests == "same"
        for known in self._books.checkouts:
            is_same = (known.platform_id, known.request_id) == (
                link.platform.id,
                request_id,
            )
            if is_same and (repeats or known.url == link.url):
                return known
        asset = self._books.market.find(_text(payment, "symbol"))
        fiat = _text(payment, "fiat").upper()
        if asset is None or str(payment.get("operation", "buy")) != "buy":
            raise refused(406, "This type of operation is not allowed.")
        if self._quoter.price(BUY_WITH_FIAT, asset, fiat) is None:
            raise refused(406, "This type of operation is not allowed.")
        now = self._books.clock.now()
        # By the books' clock, however far that was moved from the real one.
        left = expire_of(link.payload) - int(self._books.clock.real().timestamp())
        made = Checkout(
            id=new_id(),
            public_id=new_public_id(),
            platform_id=link.platform.id,
            user_id=self._user_of(link).id,
            request_id=request_id,
            kind=asset.kind,
            symbol=asset.symbol,
            amount=_amount(payment),
            fiat=fiat,
            wallet=_text(link.part("user"), "wallet", is_required=False) or None,
            second_operation=str(payment.get("second_order_type") or "") or None,
            payment_type=str(payment.get("method") or "card"),
            limit=_attempts(payment),
            url=link.url,
            redirect_url=_url(link.payload, "redirect_url", is_required=True),
            ping_url=_url(link.payload, "ping_url"),
            created_at=now,
            expires_at=now + timedelta(seconds=max(left, 0)),
            ip=ip,
        )
        return self._books.checkouts.add(made)

    def pay(self, checkout: Checkout, method: str, outcome: str) -> Order:
        """Let the buyer pay, and let it come to something.

        :raises ApiError: when it is over, or no attempt is left.
        """
        self.work()
        if not checkout.is_open:
            raise refused(410, f"This checkout is {checkout.status}.")
        if checkout.count >= checkout.limit:
            raise refused(403, "No attempt is left.")
        is_proof_by_card = outcome == "proof" and method != "bank"
        if method not in METHODS or outcome not in OUTCOMES or is_proof_by_card:
            raise refused(422, "Choose how to pay, and what becomes of it.")
        order = self._order(checkout, method)
        order.needs_proof = outcome == "proof"
        checkout.payment_type = method
        checkout.order_id = order.id
        checkout.status, checkout.step = PROCESSING, "payment"
        # Each calls `settle` by way of the desk's listener, but for the one that waits.
        if outcome == "approve":
            self._desk.approve(order)
        elif outcome == "reject":
            self._desk.reject(order)
        else:
            if self._books.settings.waiting_checkout == "finished":
                self._finish(checkout)
            self._tell(checkout)
        return order

    def settle(self, order: Order) -> None:
        """Note on its checkout what became of an order."""
        checkout = self._books.checkouts.find(order.checkout_id)
        if checkout is None:
            return
        if order.status == REJECTED and checkout.count < checkout.limit:
            if checkout.is_open:
                checkout.status, checkout.step = PROCESSING, "quote"
        else:
            self._finish(checkout)
        self._tell(checkout)

    def prove(self, order: Order) -> None:
        """Take the proof of a payment.

        :raises ApiError: when none is asked for, or the payment is settled.
        """
        if order.is_proven or not order.is_open:
            raise refused(403, "This order payment is already confirmed.")
        if not order.needs_proof:
            text = "This order do not require payment proof confirmation."
            raise refused(403, text)
        order.is_proven = True
        order.status = PROCESSING_PAYMENT
        checkout = self._books.checkouts.find(order.checkout_id)
        if checkout is not None:
            self._tell(checkout)

    def expire(self, checkout: Checkout) -> None:
        """Let a checkout be over."""
        if checkout.is_open:
            checkout.status = EXPIRED
            self._tell(checkout)

    def work(self) -> None:
        """Let time do its work."""
        now = self._books.clock.now()
        for checkout in self._books.checkouts:
            if checkout.is_open and checkout.expires_at <= now:
                self.expire(checkout)

    def _order(self, checkout: Checkout, method: str) -> Order:
        books = self._books
        asset = books.market.assets[checkout.symbol]
        quote = self._quoter.quote(
            books.users.get(checkout.user_id),
            Wish(
                BUY_WITH_FIAT,
                asset,
                checkout.amount,
                checkout.fiat,
                payment_type=method,
                wallet=checkout.wallet,
                second_operation=checkout.second_operation,
                checkout_id=checkout.id,
                platform_id=checkout.platform_id,
            ),
        )
        checkout.count += 1
        if books.settings.checkout_public_id == "quote":
            checkout.public_id = quote.public_id
        return self._quoter.confirm(quote, None)

    def _user_of(self, link: Link) -> User:
        """Return the buyer, who becomes a user with the first visit."""
        person = link.part("user")
        email = _text(person, "email")
        if not EMAIL.match(email):
            raise _malformed("email")
        user = self._books.user_by_email(email)
        if user is None:
            user = self._books.add_user(email, None, is_active=True, source="checkout")
            user.kyc.first_name = str(person.get("first_name") or "")[:191]
            user.kyc.last_name = str(person.get("last_name") or "")[:191]
        if all(known.platform_id != link.platform.id for known in user.links):
            user.links.append(
                PlatformLink(
                    link.platform.id,
                    str(person.get("id") or "")[:191],
                    email,
                    str(person.get("username") or "")[:191],
                    self._books.clock.now(),
                )
            )
        return user

    def _finish(self, checkout: Checkout) -> None:
        if checkout.status != EXPIRED:
            checkout.status, checkout.step = FINISHED, "thank-you"

    def _tell(self, checkout: Checkout) -> None:
        if self.on_change is not None:
            self.on_change(checkout)


def _text(part: Mapping[str, Any], name: str, *, is_required: bool = True) -> str:
    value = part.get(name)
    if value in (None, "") and not is_required:
        return ""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise _malformed(name)
    text = str(value)
    if not 0 < len(text) <= 191:
        raise _malformed(name)
    return text


def _amount(payment: Mapping[str, Any]) -> Decimal:
    amount = parse_amount(_text(payment, "amount"))
    if amount is None or amount <= 0:
        raise _malformed("amount")
    return amount


def _attempts(payment: Mapping[str, Any]) -> int:
    attempts = payment.get("attempts", _ATTEMPTS)
    if not isinstance(attempts, int) or not 0 < attempts <= 100:
        raise _malformed("attempts")
    return attempts


def _url(payload: Mapping[str, Any], name: str, *, is_required: bool = False) -> str:
    value = payload.get(name)
    if value in (None, "") and not is_required:
        return ""
    if not isinstance(value, str) or len(value) > 2000 or not URL.match(value):
        raise _malformed(name)
    return value


def _malformed(name: str) -> ApiError:
    return refused(403, f"JWT payload invalid: {name}.")
