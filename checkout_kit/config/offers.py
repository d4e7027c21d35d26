"""The configuration of offers, and of who may embed the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from checkout_kit.domain.web_address import check_web_address
from checkout_kit.errors import ConfigurationError, InputError

_RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour)\Z", re.ASCII)
_ANCESTORS = "CHECKOUT_KIT_FRAME_ANCESTORS"
_OFFER_RATE = "CHECKOUT_KIT_OFFER_RATE"


@dataclass(frozen=True, slots=True)
class OfferConfiguration:
    """What an app configured of selling on pages, its own and others'."""

    #: The origins that may show the page in a frame and ask it by script.
    frame_ancestors: tuple[str, ...] = ()
    #: How often an address may open a checkout of an offer or a link.
    rate: str = "30/minute"


def read_offer_configuration(config: Mapping[str, Any]) -> OfferConfiguration:
    """Read an app's config.

    :raises ConfigurationError: naming the key and what is expected there.
    """
    rate = config.get(_OFFER_RATE)
    if rate is None:
        rate = OfferConfiguration().rate
    if not isinstance(rate, str) or not _RATE.match(rate):
        raise ConfigurationError(
            _OFFER_RATE, "must be a rate such as 30/minute or 5/second"
        )
    return OfferConfiguration(frame_ancestors=_ancestors(config), rate=rate)


def _ancestors(config: Mapping[str, Any]) -> tuple[str, ...]:
    value = config.get(_ANCESTORS)
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ConfigurationError(
            _ANCESTORS, "must be a list of origins such as ['https://blog.example']"
        )
    return tuple(dict.fromkeys(_origin(item) for item in value))


def _origin(value: object) -> str:
    if value in ("self", "'self'"):
        return "'self'"
    try:
        parts = urlsplit(check_web_address("origin", value))
    except InputError as err:
        # No wildcards: messages are only sent to an origin that is known in full.
        raise ConfigurationError(_ANCESTORS, f"each {err.problem}") from None
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigurationError(
            _ANCESTORS, "each must be an origin alone, such as https://blog.example"
        )
    # As browsers write it: messages and headers are compared with it.
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower()}".removesuffix(default)
