"""Endpoints of customers."""

from __future__ import annotations

from typing import Any

from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.customers import (
    CustomerAnswerSchema,
    CustomerChangeSchema,
    CustomerIdSchema,
    CustomerRequestSchema,
    CustomersSchema,
)
from checkout_kit.web.api.schemas.paging import IdQuerySchema, PageQuerySchema
from checkout_kit.web.api.schemas.service import SuccessSchema

_TAG = "Customers"


def list_customers(call: Call) -> Any:
    """Show a page of customers, newest first."""
    page = dict(call.query)
    found = call.store.customers.list(**page)
    return {"count": call.store.customers.count(), **page, "customers": found}


def save_customer(call: Call) -> Any:
    """Make a customer, or change the one with that e-mail address."""
    saved = call.store.customers.save(call.body["customer"], call.now)
    return {"customer_id": saved.id}


def get_customer(call: Call) -> Any:
    """Show a customer."""
    return {"customer": call.store.customers.get(call.query["id"])}


def update_customer(call: Call) -> Any:
    """Change a customer."""
    changes = dict(call.body["customer"])
    call.store.customers.update(changes.pop("id"), changes, call.now)
    return {"success": True}


def delete_customer(call: Call) -> Any:
    """Forget a customer."""
    call.store.customers.delete(call.body["id"])
    return {"success": True}


ENDPOINTS = (
    Endpoint(
        "GET",
        "/customers",
        list_customers,
        CustomersSchema,
        "List customers, newest first",
        _TAG,
        query=PageQuerySchema,
    ),
    Endpoint(
        "POST",
        "/customer",
        save_customer,
        CustomerIdSchema,
        "Make a customer, or change the one with that e-mail address",
        _TAG,
        body=CustomerRequestSchema,
        description=(
            "A field that is left out stays as it is; `null` unsets it. `adr1`, `zip`, "
            "`city` and `countrycode` come together."
        ),
    ),
    Endpoint(
        "GET",
        "/customer",
        get_customer,
        CustomerAnswerSchema,
        "Read a customer",
        _TAG,
        query=IdQuerySchema,
    ),
    Endpoint(
        "PUT",
        "/customer",
        update_customer,
        SuccessSchema,
        "Change a customer",
        _TAG,
        body=CustomerChangeSchema,
        description="As for POST; the customer is told by its `id`.",
    ),
    Endpoint(
        "DELETE",
        "/customer",
        delete_customer,
        SuccessSchema,
        "Forget a customer",
        _TAG,
        body=IdQuerySchema,
        description="Checkouts and payments stay, with an id that stands for nobody.",
    ),
)
