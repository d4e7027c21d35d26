"""Schemas of customers."""

from __future__ import annotations

from typing import Any

from babel import Locale
from marshmallow import Schema, fields

from checkout_kit.domain.customer import MAX_EMAIL, MAX_NOTE, Customer
from checkout_kit.web.api.fields import (
    MESSAGES,
    Json,
    Nested,
    RequestSchema,
    Text,
    Timestamp,
)
from checkout_kit.web.api.schemas.paging import PageSchema


class Note(fields.String):
    """Text of several lines; the customer itself checks them."""

    default_error_messages = {**MESSAGES, "invalid": "must be text"}  # noqa: RUF012


def _optional(maximum: int) -> Text:
    return Text(maximum=maximum, allow_none=True)


class CustomerFieldsSchema(RequestSchema):
    """What may be set; what is left out stays as it is, null unsets it."""

    email = Text(maximum=MAX_EMAIL)
    firstname = _optional(100)
    lastname = _optional(100)
    company = _optional(200)
    adr1 = _optional(200)
    adr2 = _optional(200)
    zip = _optional(20)
    city = _optional(100)
    countrycode = _optional(2)
    phonenumber = _optional(50)
    taxid = _optional(50)
    note = Note(allow_none=True, metadata={"maxLength": MAX_NOTE})
    meta = Json(allow_none=True)


class NewCustomerSchema(CustomerFieldsSchema):
    email = Text(maximum=MAX_EMAIL, required=True)


class ChangedCustomerSchema(CustomerFieldsSchema):
    id = Text(maximum=128, required=True)


class CustomerRequestSchema(RequestSchema):
    customer = Nested(NewCustomerSchema, required=True)


class CustomerChangeSchema(RequestSchema):
    customer = Nested(ChangedCustomerSchema, required=True)


class CustomerIdSchema(Schema):
    customer_id = fields.String(data_key="customerId", required=True)


class CustomerSchema(Schema):
    id = fields.String(required=True)
    email = fields.String(required=True)
    firstname = fields.String(required=True, allow_none=True)
    lastname = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    company = fields.String(required=True, allow_none=True)
    adr1 = fields.String(required=True, allow_none=True)
    adr2 = fields.String(required=True, allow_none=True)
    zip = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    countrycode = fields.String(required=True, allow_none=True)
    country = fields.Function(
        lambda customer: _country(customer),
        required=True,
        metadata={"type": ["string", "null"]},
    )
    phonenumber = fields.String(required=True, allow_none=True)
    taxid = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    meta = fields.Dict(required=True, allow_none=True)
    inserttime = Timestamp(attribute="created_at", required=True)
    updatetime = Timestamp(attribute="updated_at", required=True)
    invoiceable = fields.Boolean(attribute="is_invoiceable", required=True)


class CustomerAnswerSchema(Schema):
    customer = fields.Nested(CustomerSchema, required=True)


class CustomersSchema(PageSchema):
    customers = fields.List(fields.Nested(CustomerSchema), required=True)


def _country(customer: Customer) -> Any:
    """The country's name in plain English."""
    if customer.countrycode is None:
        return None
    return Locale("en").territories.get(customer.countrycode, customer.countrycode)
