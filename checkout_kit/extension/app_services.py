"""The services of the app that a call is meant for."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, has_app_context

from checkout_kit.domain.checkout import Checkout
from checkout_kit.wiring import EXTENSION_NAME, Services


class AppServices:
    """Finds the app that a call belongs to, among those that a kit serves."""

    def __init__(self) -> None:
        self._services: list[Services] = []

    def _of_app(self) -> Services:
        if has_app_context() and EXTENSION_NAME in current_app.extensions:
            found: Services = current_app.extensions[EXTENSION_NAME]
            return found
        if len(self._services) == 1:
            return self._services[0]
        raise RuntimeError("call this inside an app context of the app that is meant")

    def _own(self, services: Services, checkout_id: str) -> Checkout:
        return services.checkouts.get(checkout_id, services.basis.clock.now())


def addressed(services: Services, checkout: Checkout) -> Checkout:
    """A checkout with the address of its page."""
    return replace(checkout, url=services.configuration.page_url(checkout.token))
