"""Schemas of customers."""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from checkout_kit_coinqvest.answers import Customer
from checkout_kit_coinqvest.schemas.fields import (
    AnswerSchema,
    Flag,
    FreeText,
    Identifier,
    Meta,
    Text,
    Timestamp,
    optional,
)


class CustomerSchema(AnswerSchema):
    id = Identifier(required=True)
    email = Text(required=True)
    firstname = optional(FreeText, "firstname")
    lastname = optional(FreeText, "lastname")
    name = optional(FreeText, "name")
    company = optional(FreeText, "company")
    adr1 = optional(FreeText, "adr1")
    adr2 = optional(FreeText, "adr2")
    zip = optional(FreeText, "zip")
    city = optional(FreeText, "city")
    countrycode = optional(FreeText, "countrycode")
    country = optional(FreeText, "country")
    phonenumber = optional(FreeText, "phonenumber")
    taxid = optional(FreeText, "taxid")
    note = optional(FreeText, "note")
    meta = optional(Meta, "meta")
    inserted_at = optional(Timestamp, "inserttime")
    updated_at = optional(Timestamp, "updatetime")
    is_invoiceable = Flag(data_key="invoiceable", required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Customer:
        return Customer(**data)


class CustomerIdSchema(AnswerSchema):
    """The answer of POST /customer."""

    customer_id = Identifier(data_key="customerId", required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> str:
        return str(data["customer_id"])
