"""The page's appearance: its settings, made of the configuration."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit.config import Configuration
from checkout_kit.domain.provider import Clock
from checkout_kit.errors import ConfigurationError
from checkout_kit.web.brand import Brand
from checkout_kit.web.catalogues import known_locales
from checkout_kit.web.selling.till import Till
from checkout_kit.web.settings import PageSettings


def page_settings(
    configuration: Configuration,
    clock: Clock,
    provider_names: Mapping[str, str] | None = None,
) -> PageSettings:
    """Make the settings of the page, and of the mails that speak its words.

    :raises ConfigurationError: if ``CHECKOUT_KIT_BRAND``, ``CHECKOUT_KIT_LANGUAGES``
        or ``CHECKOUT_KIT_POS`` can't be used.
    """
    return PageSettings(
        public_url=configuration.public_url,
        url_prefix=configuration.url_prefix,
        brand=Brand.from_config(configuration.brand),
        locales=_locales(configuration),
        frame_ancestors=configuration.offers.frame_ancestors,
        offer_rate=configuration.offers.rate,
        rate_storage=configuration.api.rate_storage,
        clock=clock.now,
        provider_names=provider_names or {},
        till=Till.from_config(configuration.pos),
    )


def _locales(configuration: Configuration) -> tuple[str, ...]:
    known = known_locales()
    if configuration.languages is None:
        return known
    unknown = set(configuration.languages) - set(known)
    if unknown:
        raise ConfigurationError(
            "CHECKOUT_KIT_LANGUAGES", "must be among " + ", ".join(known)
        )
    return configuration.languages
