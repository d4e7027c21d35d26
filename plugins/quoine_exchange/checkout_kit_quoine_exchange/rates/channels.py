"""Channels: the document's names of what is broadcast, for the pairs that are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UPDATED, CREATED = "updated", "created"


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel; ``pair`` None stands for all pairs, ``side`` is a ladder's."""

    name: str
    event: str
    kind: str
    pair: str | None = None
    side: str | None = None


def channels_of(pairs: Mapping[str, int], kinds: Sequence[str]) -> Sequence[Channel]:
    """Name the channels of some kinds, for ``BTC/USD`` → product id."""
    found = []
    if "market_data" in kinds:
        found.append(Channel("market_data_bid_ask", UPDATED, "market_data"))
    for pair, product_id in pairs.items():
        code = code_of(pair).lower()
        if "product" in kinds:
            name = f"product_cash_{code}_{product_id}"
            found.append(Channel(name, UPDATED, "product", pair))
        if "price_ladders" in kinds:
            for side in ("buy", "sell"):
                name = f"price_ladders_cash_{code}_{side}"
                found.append(Channel(name, UPDATED, "price_ladders", pair, side))
        if "executions" in kinds:
            name = f"executions_cash_{code}"
            found.append(Channel(name, CREATED, "executions", pair))
    return found


def code_of(pair: str) -> str:
    """Write a pair as the exchange does: BTCUSD."""
    return pair.replace("/", "")
