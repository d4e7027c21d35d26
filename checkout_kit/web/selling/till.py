"""The till: what a point of sale offers, and whom its page is shown to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Offer
from checkout_kit.errors import ConfigurationError, InputError

CONFIG_KEY = "CHECKOUT_KIT_POS"
#: As long as a page of the till may stay open.
_LIFETIME = timedelta(hours=24)
_MOST_OF_AN_ITEM = 99
#: By which a shop's handlers know what was sold at the till.
_METADATA = {"source": "pos"}
_KEYS = frozenset({"guard", "currency", "items", "amounts", "tips", "max"})

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Till:
    """A till as the shop set it up; its prices are the server's alone.

    ``guard`` is a view decorator such as Flask-Login's ``login_required``: there is no
    till without one. ``maximum`` is the most that can be keyed in, or given as a tip.
    """

    guard: Callable[[View], View]
    currency: Currency
    maximum: Money
    items: Mapping[str, Money] = field(default_factory=dict)
    has_amounts: bool = True
    tips: Sequence[int] = ()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Till | None:
        """Check and take over ``CHECKOUT_KIT_POS``; empty means that there is no till.

        :raises ConfigurationError: naming the key that can't be used.
        """
        if not config:
            return None
        for key in config:
            if key not in _KEYS:
                raise _problem(str(key), "is not a known key")
        guard = config.get("guard")
        if not callable(guard):
            raise _problem(
                "guard", "must be a view decorator that lets only your staff pass"
            )
        currency = _currency(config.get("currency"))
        till = cls(
            guard,
            currency,
            maximum=_money("max", config.get("max", "1000"), currency),
            items=_items(config.get("items", {}), currency),
            has_amounts=config.get("amounts", True) is True,
            tips=_tips(config.get("tips", ())),
        )
        if not till.items and not till.has_amounts:
            raise _problem("items", "are needed where no amounts can be keyed in")
        return till

    def offer_item(self, name: str, now: datetime) -> Offer:
        """Offer one of the items, as it is priced at present."""
        return Offer(
            Charge(self.currency, [LineItem(name, self.items[name].amount)]),
            expires_at=now + _LIFETIME,
            max_quantity=_MOST_OF_AN_ITEM,
            metadata=_METADATA,
        )

    def offer_amount(self, name: str, now: datetime) -> Offer:
        """Offer what is keyed in, up to the maximum; ``name`` is on the receipt."""
        return Offer(
            Charge(self.currency, [LineItem(name, self.maximum.amount)]),
            minimum=Money.smallest(self.currency),
            maximum=self.maximum,
            expires_at=now + _LIFETIME,
            metadata=_METADATA,
        )


def _currency(value: Any) -> Currency:
    try:
        return Currency.parse(value if isinstance(value, str) else "")
    except InputError:
        raise _problem("currency", "must be a code such as 'EUR'") from None


def _items(value: Any, currency: Currency) -> dict[str, Money]:
    if not isinstance(value, Mapping):
        raise _problem("items", "must be a dict of names and prices")
    items = {}
    for name, price in value.items():
        items[name] = _money("items", price, currency)
        try:
            LineItem(name, items[name].amount)
        except InputError as err:
            raise _problem("items", err.problem) from None
    return items


def _tips(value: Any) -> tuple[int, ...]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if not is_list or not all(type(tip) is int and 0 <= tip <= 100 for tip in value):
        raise _problem("tips", "must be a list of whole percents such as [0, 10, 15]")
    return tuple(value)


def _money(key: str, value: Any, currency: Currency) -> Money:
    try:
        money = Money(value, currency)
    except InputError as err:
        raise _problem(key, err.problem) from None
    if money.amount <= 0:
        raise _problem(key, "must be above 0")
    return money


def _problem(key: str, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{CONFIG_KEY}.{key}", problem)
