"""The configuration of the REST API: every ``CHECKOUT_KIT_API`` key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from checkout_kit.domain.currency import Currency
from checkout_kit.errors import ConfigurationError, InputError

_PREFIX = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\Z", re.ASCII)
_RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiConfiguration:
    """What an app configured of the REST API, complete and valid."""

    is_enabled: bool = True
    prefix: str = "/api/v1"
    #: What the lists of assets, currencies and blockchains are about.
    currencies: tuple[Currency, ...] = (Currency("USD"), Currency("EUR"))
    #: How far a signed request's time may be from ours, before and after.
    clock_window: timedelta = timedelta(seconds=30)
    #: How often a key, or an address without one, may call.
    rate: str = "600/minute"
    #: How often an address may fail to authenticate.
    failure_rate: str = "30/minute"
    # May hold the password of a server.
    rate_storage: str = field(default="memory://", repr=False)


def read_api_configuration(config: Mapping[str, Any]) -> ApiConfiguration:
    """Read an app's config.

    :raises ConfigurationError: naming the key and what is expected there.
    """
    default = ApiConfiguration()
    return ApiConfiguration(
        is_enabled=_flag(config, "CHECKOUT_KIT_API", default.is_enabled),
        prefix=_matching(
            config,
            "CHECKOUT_KIT_API_PREFIX",
            default.prefix,
            _PREFIX,
            "must be a path such as /api/v1",
        ),
        currencies=_currencies(config, default.currencies),
        clock_window=_window(config, default.clock_window),
        rate=_rate(config, "CHECKOUT_KIT_API_RATE", default.rate),
        failure_rate=_rate(
            config, "CHECKOUT_KIT_API_FAILURE_RATE", default.failure_rate
        ),
        rate_storage=_matching(
            config,
            "CHECKOUT_KIT_API_RATE_STORAGE",
            default.rate_storage,
            re.compile(r"[a-z][a-z0-9+]*://"),
            "must be a storage of the library limits, such as redis://localhost",
        ),
    )


def _flag(config: Mapping[str, Any], key: str, default: bool) -> bool:
    value = config.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise ConfigurationError(key, "must be True or False")
    return value


def _currencies(
    config: Mapping[str, Any], default: tuple[Currency, ...]
) -> tuple[Currency, ...]:
    key = "CHECKOUT_KIT_API_CURRENCIES"
    value = config.get(key)
    if value is None:
        return default
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise ConfigurationError(key, "must be a list such as ['USD', 'EUR']")
    try:
        return tuple(dict.fromkeys(Currency.parse(code) for code in value))
    except InputError as err:
        raise ConfigurationError(key, err.problem) from None


def _rate(config: Mapping[str, Any], key: str, default: str) -> str:
    return _matching(
        config, key, default, _RATE, "must be a rate such as 600/minute or 5/second"
    )


def _matching(
    config: Mapping[str, Any],
    key: str,
    default: str,
    form: re.Pattern[str],
    expected: str,
) -> str:
    value = config.get(key)
    if value is None:
        return default
    if not isinstance(value, str) or not form.match(value):
        raise ConfigurationError(key, expected)
    return value


def _window(config: Mapping[str, Any], default: timedelta) -> timedelta:
    key = "CHECKOUT_KIT_API_CLOCK_WINDOW"
    value = config.get(key)
    if value is None:
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        value = timedelta(seconds=value)
    if not isinstance(value, timedelta) or not (
        timedelta(seconds=1) <= value <= timedelta(hours=1)
    ):
        raise ConfigurationError(
            key, "must be a timedelta or whole seconds, from 1 second to 1 hour"
        )
    return value
