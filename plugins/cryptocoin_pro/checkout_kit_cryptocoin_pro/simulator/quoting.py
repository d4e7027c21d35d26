"""Quotes: prices that hold for a while, and the orders that come of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from .amounts import cut
from .books import Books, new_id, new_public_id
from .errors import ApiError, invalid, refused, unable
from .market import REFERENCE_FIAT, Asset
from .people import User
from .pricing import Price
from .records import (
    AVAILABLE,
    BUY_WITH_CRYPTO,
    BUY_WITH_FIAT,
    COMPLETED,
    EXPIRED,
    PAYMENT_WAITING,
    SELL_TO_CRYPTO,
    SELL_TO_FIAT,
    Order,
    Quote,
)
from .trading import Desk

_WITH_FIAT = (BUY_WITH_FIAT, SELL_TO_FIAT)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a quote is asked for; `other` is the currency paid or received."""

    operation: str
    asset: Asset
    amount: Decimal
    other: str | None = None
    payment_type: str | None = None
    payment_id: str | None = None
    wallet: str | None = None
    second_operation: str | None = None
    checkout_id: str | None = None
    platform_id: str | None = None


class Quoter:
    """Makes quotes and confirms them. Whoever calls a method holds the books' lock."""

    def __init__(self, books: Books, desk: Desk) -> None:
        self._books = books
        self._desk = desk

    def price(self, operation: str, asset: Asset, other: str | None) -> Price | None:
        """Return the present price of an operation, None when there is none."""
        market = self._books.market
        raw = market.price(asset.symbol, other or REFERENCE_FIAT)
        if raw is None or not market.rule(asset.symbol, operation).is_open:
            return None
        return Price(operation, raw, market.percents[operation])

    def quote(self, user: User, wish: Wish) -> Quote:
        """Make a quote.

        :raises ApiError: when the user may not trade, or a limit is passed.
        """
        price = self.price(wish.operation, wish.asset, wish.other)
        if price is None or not user.can_trade:
            raise unable()
        total, of_from, of_total = price.quote(wish.amount)
        rule = self._books.market.rule(wish.asset.symbol, wish.operation)
        fiat = total if wish.operation in _WITH_FIAT else None
        if not rule.allows(wish.amount, fiat):
            raise invalid({"orderAmount": ["The order amount is out of its limits."]})
        symbol, other = wish.asset.symbol, wish.other or wish.asset.symbol
        pair = (other, symbol) if price.is_purchase else (symbol, other)
        made = self._books.quotes.add(
            Quote(
                id=new_id(),
                public_id=new_public_id(),
                user_id=user.id,
                kind=wish.asset.kind,
                operation=wish.operation,
                from_symbol=pair[0],
                to_symbol=pair[1],
                amount=wish.amount,
                rate=cut(price.rate),
                total=cut(total),
                percent=price.percent,
                commission_from=cut(of_from),
                commission_total=cut(of_total),
                created_at=self._books.clock.now(),
                life=timedelta(seconds=int(self._books.settings.quote_life)),
                payment_type=wish.payment_type,
                payment_id=wish.payment_id,
                wallet=wish.wallet,
                second_operation=wish.second_operation,
                checkout_id=wish.checkout_id,
                platform_id=wish.platform_id,
            )
        )
        self._desk.watch(made)
        return made

    def confirm(self, quote: Quote, payment_id: str | None) -> Order:
        """Make an order of a quote.

        :raises ApiError: when it was confirmed before, is over, lacks the payment
            method, or the balance is too low.
        """
        self.check(quote)
        payment_id = payment_id or quote.payment_id
        needs_method = quote.operation in _WITH_FIAT and quote.checkout_id is None
        if needs_method and payment_id is None:
            text = "The order payment method field is required."
            raise invalid({"orderPaymentMethod": [text]})
        order = self._open_order(quote, payment_id)
        quote.payment_id = payment_id
        quote.status = COMPLETED
        quote.order_id = order.id
        if order.operation not in _WITH_FIAT:
            # Coins against coins, and withdrawals, wait for nobody.
            self._desk.approve(order)
        return order

    def check(self, quote: Quote) -> None:
        """Make sure that a quote can be confirmed.

        :raises ApiError: when it can't.
        """
        if quote.status == COMPLETED:
            raise refused(403, "This quote is already processed.")
        is_over = quote.expires_at <= self._books.clock.now()
        if quote.status == EXPIRED or (quote.status == AVAILABLE and is_over):
            quote.status = EXPIRED
            raise refused(403, "This quote has expired.")
        if self._books.settings.refuses_confirmation:
            raise unable()

    def _open_order(self, quote: Quote, payment_id: str | None) -> Order:
        amounts = (quote.amount, quote.total)
        if quote.operation in (BUY_WITH_FIAT, BUY_WITH_CRYPTO):
            amounts = (quote.total, quote.amount)
        is_fiat = quote.operation in _WITH_FIAT
        taken = None if quote.operation == BUY_WITH_FIAT else quote.from_symbol
        asks_bank = quote.operation == BUY_WITH_FIAT and quote.payment_type == "bank"
        is_sale = quote.operation in (SELL_TO_FIAT, SELL_TO_CRYPTO)
        return self._desk.open_order(
            quote.user_id,
            quote.kind,
            quote.operation,
            from_symbol=quote.from_symbol,
            from_amount=amounts[0],
            rate=quote.rate,
            to_symbol=quote.to_symbol,
            to_amount=amounts[1],
            status=PAYMENT_WAITING,
            wallet=quote.wallet,
            percent=quote.percent,
            commission=quote.commission_total if is_sale else quote.commission_from,
            payment_method=quote.payment_type if is_fiat else None,
            payment_id=payment_id if is_fiat else None,
            needs_proof=asks_bank,
            quote_id=quote.id,
            checkout_id=quote.checkout_id,
            platform_id=quote.platform_id,
            taken_symbol=taken,
            taken=amounts[0] if taken else Decimal(0),
        )


def payment_type_of(books: Books, user: User, payment_id: str) -> str:
    """Tell which kind of payment method an id of a user's is.

    :raises ApiError: when it is none of the user's.
    """
    bank, card = books.banks.find(payment_id), books.cards.find(payment_id)
    if bank is not None and bank.user_id == user.id:
        return "bank"
    if card is not None and card.user_id == user.id:
        return "card"
    raise _unknown_method()


def _unknown_method() -> ApiError:
    text = "The selected order payment method is invalid."
    return invalid({"orderPaymentMethod": [text]})
