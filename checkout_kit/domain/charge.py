"""Charges: what a checkout asks for, item by item, and the total that follows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money, parse_decimal
from checkout_kit.errors import AmountError, CheckoutKitError, InputError

MAX_DESCRIPTION = 200
MAX_PRODUCT_ID = 20
MAX_ITEMS = 500
MAX_QUANTITY = 1_000_000


def check_text(field: str, text: object, *, maximum: int, blank: bool = False) -> str:
    """Refuse text that is missing, too long, or holds control or direction characters.

    Invisible direction marks could make a page show another text than the one that
    was meant (Trojan Source).

    :raises InputError: naming ``field``.
    """
    if not isinstance(text, str):
        raise InputError(field, "must be text")
    if not blank and not text.strip():
        raise InputError(field, "must not be empty")
    if len(text) > maximum:
        raise InputError(field, f"is longer than {maximum} characters")
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Zl", "Zp") or character in _DIRECTION_MARKS:
            raise InputError(field, "holds a control character")
    return text


_DIRECTION_MARKS = frozenset(
    "\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff"
)


@dataclass(frozen=True, slots=True)
class LineItem:
    """A product or service, with its net price each (in the charge's currency)."""

    description: str
    net_amount: Decimal
    quantity: int
    product_id: str | None

    def __init__(
        self,
        description: str,
        net_amount: Decimal | int | str,
        quantity: int = 1,
        product_id: str | None = None,
    ) -> None:
        check_text("description", description, maximum=MAX_DESCRIPTION)
        if not isinstance(quantity, int) or isinstance(quantity, bool):
            raise InputError("quantity", "must be a whole number")
        if not 1 <= quantity <= MAX_QUANTITY:
            raise InputError("quantity", f"must be from 1 to {MAX_QUANTITY}")
        if product_id is not None:
            check_text("productId", product_id, maximum=MAX_PRODUCT_ID)
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "net_amount", _net_amount(net_amount))
        object.__setattr__(self, "quantity", quantity)
        object.__setattr__(self, "product_id", product_id)


@dataclass(frozen=True, slots=True)
class DiscountItem:
    """What is taken off; the amount is positive."""

    description: str
    net_amount: Decimal

    def __init__(self, description: str, net_amount: Decimal | int | str) -> None:
        check_text("description", description, maximum=MAX_DESCRIPTION)
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "net_amount", _net_amount(net_amount))


@dataclass(frozen=True, slots=True)
class ShippingCostItem:
    """What shipping or handling costs, and whether it is taxed."""

    description: str
    net_amount: Decimal
    taxable: bool

    def __init__(
        self,
        description: str,
        net_amount: Decimal | int | str,
        taxable: bool = False,
    ) -> None:
        check_text("description", description, maximum=MAX_DESCRIPTION)
        if not isinstance(taxable, bool):
            raise InputError("taxable", "must be true or false")
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "net_amount", _net_amount(net_amount))
        object.__setattr__(self, "taxable", taxable)


@dataclass(frozen=True, slots=True)
class TaxItem:
    """A tax; ``percent`` is in decimal notation, 0.0825 for 8.25 %."""

    name: str
    percent: Decimal

    def __init__(self, name: str, percent: Decimal | int | str) -> None:
        check_text("name", name, maximum=MAX_DESCRIPTION)
        rate = parse_decimal(percent, field="percent")
        if not 0 <= rate <= 10:
            raise AmountError(
                "percent", "must be from 0 to 10 in decimal notation (0.0825 is 8.25 %)"
            )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "percent", rate)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a checkout asks for.

    Totals follow the formula of COINQVEST's API document (POST /checkout, PRO tip #3),
    rounded half-up to the currency's minor units once, at the end. Taxes add up, they
    don't compound. A charge whose total is not positive can't be made.

    :raises InputError: naming the item and field that can't be accepted.
    """

    currency: Currency
    line_items: tuple[LineItem, ...]
    discount_items: tuple[DiscountItem, ...]
    shipping_cost_items: tuple[ShippingCostItem, ...]
    tax_items: tuple[TaxItem, ...]
    #: What the buyer has to pay; computed once, for it is asked for again and again.
    total: Money = field(init=False, repr=False, compare=False)

    def __init__(
        self,
        currency: Currency | str,
        line_items: Sequence[LineItem],
        discount_items: Sequence[DiscountItem] = (),
        shipping_cost_items: Sequence[ShippingCostItem] = (),
        tax_items: Sequence[TaxItem] = (),
    ) -> None:
        if not isinstance(currency, Currency):
            currency = Currency.parse(currency, field_name="charge.currency")
        object.__setattr__(self, "currency", currency)
        object.__setattr__(self, "line_items", tuple(line_items))
        object.__setattr__(self, "discount_items", tuple(discount_items))
        object.__setattr__(self, "shipping_cost_items", tuple(shipping_cost_items))
        object.__setattr__(self, "tax_items", tuple(tax_items))
        self._check()

    def _check(self) -> None:
        if not self.line_items:
            raise InputError("charge.lineItems", "must hold at least one item")
        for name, items, kind in (
            ("lineItems", self.line_items, LineItem),
            ("discountItems", self.discount_items, DiscountItem),
            ("shippingCostItems", self.shipping_cost_items, ShippingCostItem),
            ("taxItems", self.tax_items, TaxItem),
        ):
            if len(items) > MAX_ITEMS:
                raise InputError(f"charge.{name}", f"holds more than {MAX_ITEMS} items")
            for position, item in enumerate(items):
                where = f"charge.{name}[{position}]"
                if not isinstance(item, kind):
                    raise InputError(where, f"must be a {kind.__name__}")
                if not isinstance(item, TaxItem):
                    self._money(item.net_amount, f"{where}.netAmount")
        if self._discount_sum > self._line_sum:
            raise AmountError(
                "charge.discountItems", "add up to more than the line items"
            )
        try:
            # The subtotal too: discounts could hide that it can't be shown.
            total, _ = self._total(), self.subtotal
        except CheckoutKitError:
            raise AmountError("charge", "the total is out of bounds") from None
        object.__setattr__(self, "total", total)
        if total.amount <= 0:
            raise AmountError("charge", "the total must be more than zero")

    def _money(self, amount: Decimal, field: str) -> Money:
        try:
            return Money(amount, self.currency)
        except AmountError as err:
            raise AmountError(field, err.problem) from None

    @property
    def _line_sum(self) -> Fraction:
        return sum(
            (Fraction(item.net_amount) * item.quantity for item in self.line_items),
            Fraction(0),
        )

    @property
    def _discount_sum(self) -> Fraction:
        return sum(
            (Fraction(item.net_amount) for item in self.discount_items), Fraction(0)
        )

    def _shipping_sum(self, *, taxable_only: bool) -> Fraction:
        return sum(
            (
                Fraction(item.net_amount)
                for item in self.shipping_cost_items
                if item.taxable or not taxable_only
            ),
            Fraction(0),
        )

    @property
    def _net(self) -> Fraction:
        shipping = self._shipping_sum(taxable_only=False)
        return self._line_sum - self._discount_sum + shipping

    @property
    def _taxable(self) -> Fraction:
        goods = self._line_sum - self._discount_sum
        return goods + self._shipping_sum(taxable_only=True)

    @property
    def subtotal(self) -> Money:
        """The sum of the line items, before discounts, shipping and tax."""
        return Money.round_half_up(self._line_sum, self.currency)

    @property
    def net(self) -> Money:
        """Line items less discounts plus shipping, before tax."""
        return Money.round_half_up(self._net, self.currency)

    def _total(self) -> Money:
        if not self.tax_items:
            return self.net
        tax = sum((Fraction(item.percent) for item in self.tax_items), Fraction(0))
        return Money.round_half_up(self._net + self._taxable * tax, self.currency)

    @property
    def tax(self) -> Money:
        """The tax in the total; total less net, so that the lines shown add up."""
        return self.total - self.net

    def line_total(self, item: LineItem) -> Money:
        """What one line comes to: its net amount times its quantity."""
        return Money(item.net_amount, self.currency) * item.quantity


def _net_amount(value: Decimal | int | str) -> Decimal:
    amount = parse_decimal(value, field="netAmount")
    if amount < 0:
        raise AmountError("netAmount", "must not be negative")
    return amount
