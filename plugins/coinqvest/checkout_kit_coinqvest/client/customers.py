"""Customers: the endpoints that keep the account's customers.

Answers about customers are personal: nothing of them is kept as evidence in errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit import ProviderProtocolError
from checkout_kit_coinqvest.answers import Customer, CustomerPage
from checkout_kit_coinqvest.client.caller import PAGE_SIZE, ApiCaller
from checkout_kit_coinqvest.schemas import CustomerIdSchema, CustomerSchema

CUSTOMERS = "/customers"
CUSTOMER = "/customer"


class CustomerCalls(ApiCaller):
    """The account's customers."""

    def list_customers(self, limit: int = PAGE_SIZE, offset: int = 0) -> CustomerPage:
        """List the account's customers, newest first (GET /customers)."""
        data = self._get(CUSTOMERS, {"limit": limit, "offset": offset})
        try:
            count, raw = self._page(data, "customers")
        except ProviderProtocolError as err:
            raise ProviderProtocolError(self.provider, err.problem) from None
        items, broken = self._items(raw, CustomerSchema(), Customer)
        return CustomerPage(items, broken, len(raw), count)

    def create_customer(self, customer: Mapping[str, Any]) -> str:
        """Make a customer, or update the one of the same e-mail (POST /customer).

        :param customer: in the API's own names, ``email`` at least.
        :return: the customer's id.
        """
        data = self._post(CUSTOMER, {"customer": dict(customer)})
        answer: str = self._read(CustomerIdSchema(), data, f"POST {CUSTOMER}")
        return answer

    def get_customer(self, customer_id: str) -> Customer:
        """Look at a customer (GET /customer)."""
        data = self._member(self._get(CUSTOMER, {"id": customer_id}), "customer")
        where = f"GET {CUSTOMER}"
        try:
            answer: Customer = self._read(CustomerSchema(), data, where)
        except ProviderProtocolError as err:
            raise ProviderProtocolError(self.provider, err.problem) from None
        if answer.id != customer_id:
            raise self._odd(f"{where}: answers about another customer", None)
        return answer

    def update_customer(self, customer: Mapping[str, Any]) -> bool:
        """Change a customer; only what is named changes (PUT /customer).

        :param customer: with its ``id``; None empties an attribute.
        """
        body = {"customer": dict(customer)}
        return self._is_success(self._send("PUT", CUSTOMER, body))

    def delete_customer(self, customer_id: str) -> bool:
        """Delete a customer (DELETE /customer)."""
        return self._is_success(self._send("DELETE", CUSTOMER, {"id": customer_id}))
