"""Visits: buyers who are sent to the provider's page to pay, and what they do there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from .books import Books, new_id, new_public_id
from .errors import refused
from .forms import EMAIL
from .payloads import (
    Link,
    malformed,
    read_amount,
    read_attempts,
    read_text,
    read_url,
)
from .people import PlatformLink, User
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
        request_id = read_text(payment, "request_id")
        repeats = self._books.settings.repeated_requests == "same"
        for known in self._books.checkouts:
            is_same = (known.platform_id, known.request_id) == (
                link.platform.id,
                request_id,
            )
            if is_same and (repeats or known.url == link.url):
                return known
        asset = self._books.market.find(read_text(payment, "symbol"))
        fiat = read_text(payment, "fiat").upper()
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
            amount=read_amount(payment),
            fiat=fiat,
            wallet=read_text(link.part("user"), "wallet", is_required=False) or None,
            second_operation=str(payment.get("second_order_type") or "") or None,
            payment_type=str(payment.get("method") or "card"),
            limit=read_attempts(payment),
            url=link.url,
            redirect_url=read_url(link.payload, "redirect_url", is_required=True),
            ping_url=read_url(link.payload, "ping_url"),
            created_at=now,
            expires_at=now + timedelta(seconds=max(left, 0)),
            ip=ip,
        )
        return self._books.checkouts.add(made)

    def identify(self, checkout: Checkout, email: str) -> None:
        """Take the e-mail address of a buyer who came without.

        :raises ApiError: when it is none.
        """
        if not EMAIL.match(email) or len(email) > 191:
            raise refused(422, "The email must be a valid email address.")
        user = self._books.users.get(checkout.user_id)
        known = self._books.user_by_email(email)
        if user.email:
            return
        if known is not None:
            checkout.user_id = known.id
        else:
            user.email = email
        checkout.step = "quote"

    def pay(self, checkout: Checkout, method: str, outcome: str) -> Order:
        """Let the buyer pay, and let it come to something.

        :raises ApiError: when it is over, or no attempt is left.
        """
        self.work()
        if not checkout.is_open:
            raise refused(410, f"This checkout is {checkout.status}.")
        if checkout.count >= checkout.limit:
            raise refused(403, "No attempt is left.")
        if not self._books.users.get(checkout.user_id).email:
            raise refused(422, "The email field is required.")
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
        """Return the buyer, who becomes a user with the first visit.

        Who comes without an e-mail address is asked for it on the page.
        """
        person = link.part("user")
        email = read_text(person, "email", is_required=False)
        if email and not EMAIL.match(email):
            raise malformed("email")
        platform_id, name = link.platform.id, read_text(person, "id", is_required=False)
        user = self._books.user_by_email(email)
        if user is None and not email and name:
            user = self._books.user_by_link(platform_id, name)
        if user is None:
            user = self._books.add_user(email, None, is_active=True, source="checkout")
            user.kyc.first_name = read_text(person, "first_name", is_required=False)
            user.kyc.last_name = read_text(person, "last_name", is_required=False)
        if all(known.platform_id != platform_id for known in user.links):
            username = read_text(person, "username", is_required=False)
            now = self._books.clock.now()
            user.links.append(PlatformLink(platform_id, name, email, username, now))
        return user

    def _finish(self, checkout: Checkout) -> None:
        if checkout.status != EXPIRED:
            checkout.status, checkout.step = FINISHED, "thank-you"

    def _tell(self, checkout: Checkout) -> None:
        if self.on_change is not None:
            self.on_change(checkout)
