"""Fixtures: a simulated exchange, and a plugin and an operation that settle on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checkout_kit.testing import MemoryOperation
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from tests.plugins.quoine_exchange.exchange_side import Exchange, running_exchange


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    """An exchange that is served for this test alone."""
    with running_exchange() as exchange:
        yield exchange


@pytest.fixture
def plugin(exchange: Exchange) -> Iterator[QuoineExchangePlugin]:
    """A plugin that talks to the exchange."""
    plugin = exchange.plugin()
    yield plugin
    plugin.close()


@pytest.fixture
def operation() -> MemoryOperation:
    """The operation of a settlement."""
    return MemoryOperation("settle:i1:1")
