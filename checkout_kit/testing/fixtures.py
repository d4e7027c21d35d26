"""Fixtures for shops' own tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkout_kit.testing.shop_bench import ShopBench


@pytest.fixture
def checkout_provider() -> str:
    """The plugin whose simulator is paid through; override it to choose another."""
    return "coinqvest"


@pytest.fixture
def checkout_bench(tmp_path: Path, checkout_provider: str) -> Iterator[ShopBench]:
    """A simulated provider and a clock for the shop under test, for one test."""
    bench = ShopBench(tmp_path, checkout_provider)
    yield bench
    bench.close()
