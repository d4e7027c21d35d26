"""A shop that a test opens with its own extensions, closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from checkout_kit.testing import FakeClock
from tests.embedding.little_shop import LittleShop, open_shop

OpenShop = Callable[..., LittleShop]


@pytest.fixture
def shop_url(tmp_path: Path) -> str:
    """The URL of a database that there is not yet."""
    return f"sqlite:///{tmp_path / 'shop.sqlite'}"


@pytest.fixture
def opened(shop_url: str, clock: FakeClock) -> Iterator[OpenShop]:
    """Opens shops, on one database unless told otherwise."""
    shops: list[LittleShop] = []

    def keep(open_one: Callable[..., LittleShop], **arguments: Any) -> LittleShop:
        url = arguments.pop("database_url", shop_url)
        shops.append(open_one(url, clock, **arguments))
        return shops[-1]

    yield partial(keep, open_shop)
    for shop in shops:
        shop.close()
