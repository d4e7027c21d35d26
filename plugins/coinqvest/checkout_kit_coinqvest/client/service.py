"""Service: the endpoints that tell whether the API can be used."""

from __future__ import annotations

from checkout_kit_coinqvest.client.caller import ApiCaller

PING = "/ping"
AUTH_TEST = "/auth-test"


class ServiceCalls(ApiCaller):
    """Whether the API is there, and knows us; ``get_time`` is the caller's own."""

    def ping(self) -> bool:
        """Ask whether the API is there (GET /ping)."""
        return self._is_success(self._get(PING, signed=False))

    def auth_test(self) -> bool:
        """Ask whether our credentials are accepted (GET /auth-test)."""
        return self._is_success(self._get(AUTH_TEST))
