"""What shops call to keep their customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checkout_kit.domain.customer import Customer
from checkout_kit.extension.app_services import AppServices


class CustomerCalls(AppServices):
    """Calls about customers."""

    def save_customer(self, email: str, **fields: Any) -> Customer:
        """Make a customer, or change the one with that e-mail address.

        Fields are ``firstname``, ``lastname``, ``company``, ``adr1``, ``adr2``,
        ``zip``, ``city``, ``countrycode``, ``phonenumber``, ``taxid``, ``note`` and
        ``meta``. One that is left out stays as it is, None unsets it. A checkout is
        theirs by ``customer={"id": …}``.

        :raises InputError: naming the field that can't be accepted.
        """
        services = self._of_app()
        values = {"email": email, **fields}
        return services.customers.save(values, services.basis.clock.now())

    def update_customer(self, customer_id: str, **changes: Any) -> Customer:
        """Change a customer; None unsets a field.

        :raises NotFoundError: if there is none with that id.
        """
        services = self._of_app()
        now = services.basis.clock.now()
        return services.customers.update(customer_id, changes, now)

    def get_customer(self, customer_id: str) -> Customer:
        """Read a customer.

        :raises NotFoundError: if there is none with that id.
        """
        return self._of_app().customers.get(customer_id)

    def list_customers(self, *, limit: int = 50, offset: int = 0) -> Sequence[Customer]:
        """Read a page of customers, newest first; at most 250 at once."""
        return self._of_app().customers.list(limit=limit, offset=offset)

    def delete_customer(self, customer_id: str) -> None:
        """Forget all that is known of a customer; checkouts and payments stay.

        :raises NotFoundError: if there is none with that id.
        """
        self._of_app().customers.delete(customer_id)
