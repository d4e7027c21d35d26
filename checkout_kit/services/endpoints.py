"""Endpoints: added, listed, rotated, enabled and removed by whoever runs the shop."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from checkout_kit.domain.endpoint import WebhookEndpoint, check_event_types
from checkout_kit.domain.webhook_signature import check_secret, make_secret
from checkout_kit.errors import InputError, NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.outlets.endpoints import subscription_of
from checkout_kit.services.ports import UnitOfWork

#: Refuses an address that could never be sent to, and gives it back.
UrlCheck = Callable[[str, object], str]

MAX_ENDPOINTS = 50
#: How long the former secret goes on signing after a rotation.
OVERLAP = timedelta(hours=24)


class Endpoints:
    """A store's webhook endpoints."""

    def __init__(self, basis: Basis, check_url: UrlCheck) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._store_id = basis.policy.store_id
        self._check_url = check_url

    def add(
        self, url: str, event_types: Sequence[str] = (), *, secret: str | None = None
    ) -> WebhookEndpoint:
        """Have an address hear of events; only what happens from now on.

        :param event_types: such as ``checkout.paid`` or ``checkout.*``; empty for all.
        :param secret: one that a receiver has already; else a new one is made.
        :raises InputError: naming what can't be accepted.
        """
        endpoint = WebhookEndpoint(
            id=f"we_{secrets.token_hex(12)}",
            store_id=self._store_id,
            url=self._check_url("url", url),
            secret=make_secret() if secret is None else check_secret(secret),
            created_at=self._clock.now(),
            event_types=check_event_types(event_types),
        )
        with self._units.write() as unit:
            if len(unit.endpoints.of_store(self._store_id)) >= MAX_ENDPOINTS:
                raise InputError("url", f"there are {MAX_ENDPOINTS} endpoints already")
            unit.endpoints.add(endpoint)
            unit.commit()
        return endpoint

    def list(self) -> Sequence[WebhookEndpoint]:
        """The store's endpoints, oldest first."""
        with self._units.read() as unit:
            return unit.endpoints.of_store(self._store_id)

    def rotate(
        self, endpoint_id: str, *, overlap: timedelta = OVERLAP
    ) -> WebhookEndpoint:
        """Make a new secret; for a while both sign, so that receivers can follow.

        :raises NotFoundError: if the store has no such endpoint.
        """
        with self._units.write() as unit:
            endpoint = self._own(unit, endpoint_id)
            rotated = replace(
                endpoint,
                secret=make_secret(),
                previous_secret=endpoint.secret or None,
                previous_until=self._clock.now() + overlap,
            )
            unit.endpoints.save_secrets(rotated)
            unit.commit()
        return rotated

    def enable(self, endpoint_id: str) -> None:
        """Send new events to an endpoint again that was disabled.

        :raises NotFoundError: if the store has no such endpoint.
        """
        with self._units.write() as unit:
            unit.endpoints.enable(self._own(unit, endpoint_id).id)
            unit.commit()

    def remove(self, endpoint_id: str) -> None:
        """Forget an endpoint, and what it did not get.

        :raises NotFoundError: if the store has no such endpoint.
        """
        with self._units.write() as unit:
            endpoint = self._own(unit, endpoint_id)
            unit.deliveries.forget(subscription_of(endpoint.id).subscriber)
            unit.endpoints.remove(endpoint.id)
            unit.commit()

    def _own(self, unit: UnitOfWork, endpoint_id: str) -> WebhookEndpoint:
        endpoint = unit.endpoints.find(endpoint_id)
        if endpoint is None or endpoint.store_id != self._store_id:
            raise NotFoundError("endpoint", endpoint_id[:64])
        return endpoint
