"""Plugins and shops, as the services call them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from checkout_kit.domain.event import Event


class ProviderCall(Protocol):
    """A provider call under way."""

    def wait(self, seconds: float) -> Any: ...


class Providers(Protocol):
    """The app's plugins, each called alone."""

    @property
    def names(self) -> Sequence[str]: ...
    @property
    def payment_providers(self) -> Sequence[str]: ...
    def supports(self, provider: str, hook: str) -> bool: ...
    def subscribers(self, hook: str) -> Sequence[str]: ...
    def broadcast_to(self, name: str, hook: str, **arguments: Any) -> None: ...
    def call(
        self,
        provider: str,
        hook: str,
        *,
        deadline: float,
        then: Callable[[Any], Any] | None = None,
        **arguments: Any,
    ) -> Any: ...
    def call_here(self, provider: str, hook: str, **arguments: Any) -> Any: ...
    def start(
        self,
        provider: str,
        hook: str,
        *,
        then: Callable[[Any], Any] | None = None,
        **arguments: Any,
    ) -> ProviderCall: ...


class HandlerRunner(Protocol):
    """Runs a shop's event handler and marks its delivery, together if it can."""

    def run(
        self, event: Event, subscriber: str, handler: Callable[[Event, Any], object]
    ) -> None: ...
