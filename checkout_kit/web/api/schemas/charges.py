"""Schemas of charges, in every spelling that callers use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError, post_load

from checkout_kit.domain.charge import (
    MAX_DESCRIPTION,
    MAX_PRODUCT_ID,
    MAX_QUANTITY,
    Charge,
    DiscountItem,
    LineItem,
    ShippingCostItem,
    TaxItem,
)
from checkout_kit.errors import InputError
from checkout_kit.web.api.fields import (
    Amount,
    CurrencyName,
    Flag,
    Items,
    RequestSchema,
    SpelledSchema,
    Text,
    WholeNumber,
)

T = TypeVar("T")


class LineItemSchema(RequestSchema):
    description = Text(required=True, maximum=MAX_DESCRIPTION)
    net_amount = Amount(data_key="netAmount", required=True)
    quantity = WholeNumber(1, MAX_QUANTITY, load_default=1)
    product_id = Text(
        data_key="productId", maximum=MAX_PRODUCT_ID, load_default=None, allow_none=True
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> LineItem:
        return made(LineItem, **data)


class DiscountItemSchema(RequestSchema):
    description = Text(required=True, maximum=MAX_DESCRIPTION)
    net_amount = Amount(data_key="netAmount", required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> DiscountItem:
        return made(DiscountItem, **data)


class ShippingCostItemSchema(RequestSchema):
    description = Text(required=True, maximum=MAX_DESCRIPTION)
    net_amount = Amount(data_key="netAmount", required=True)
    taxable = Flag(load_default=False)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ShippingCostItem:
        return made(ShippingCostItem, **data)


class TaxItemSchema(RequestSchema):
    name = Text(required=True, maximum=MAX_DESCRIPTION)
    percent = Amount(required=True, metadata={"example": "0.0825"})

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> TaxItem:
        return made(TaxItem, **data)


class ChargeSchema(SpelledSchema):
    """What is charged for; the total follows from it."""

    SPELLINGS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "currency": ("billingCurrency", "quoteCurrency")
    }

    currency = CurrencyName(required=True)
    line_items = Items(LineItemSchema, data_key="lineItems", required=True)
    discount_items = Items(DiscountItemSchema, data_key="discountItems")
    shipping_cost_items = Items(ShippingCostItemSchema, data_key="shippingCostItems")
    tax_items = Items(TaxItemSchema, data_key="taxItems")
    customer_id = Text(
        data_key="customerId", maximum=64, load_default=None, allow_none=True
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> tuple[Charge, str | None]:
        customer_id = data.pop("customer_id")
        return made(Charge, **data), customer_id


def made(kind: Callable[..., T], **data: Any) -> T:
    """Make an object of the domain; what it refuses is told of its field.

    :raises ValidationError: naming the field.
    """
    try:
        return kind(**data)
    except InputError as err:
        field = err.field.removeprefix("charge").lstrip(".")
        raise ValidationError(err.problem, field or "_schema") from None
