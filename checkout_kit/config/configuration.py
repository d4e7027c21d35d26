"""The configuration: every ``CHECKOUT_KIT_`` key, read and checked once at start-up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from checkout_kit.config.api import ApiConfiguration, read_api_configuration
from checkout_kit.config.offers import OfferConfiguration, read_offer_configuration
from checkout_kit.domain.money import parse_decimal
from checkout_kit.domain.web_address import check_web_address
from checkout_kit.errors import ConfigurationError, InputError
from checkout_kit.services.policy import Policy

_PREFIX = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\Z", re.ASCII)
_LABEL = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an app configured, complete and valid."""

    public_url: str
    url_prefix: str
    #: The subdomain that page and API are mounted on, where the app matches by it.
    subdomain: str | None
    # Both hold secrets, so no report of an error may show them.
    database_url: str = field(repr=False)
    plugins: Mapping[str, Any] = field(repr=False)
    encryption_keys: Sequence[str] = field(repr=False)
    worker: str
    #: How mails are sent; empty for none. Holds a password.
    mail: Mapping[str, Any] = field(repr=False)
    #: Signs the webhooks of checkouts that no API key made.
    webhook_secret: str | None = field(repr=False)
    #: What the webhook of a checkout tells: an ``event``, or a ``payment`` as in 2020.
    webhook_body: str
    #: Networks that webhooks may be sent to although they are not public.
    private_webhooks: Sequence[str]
    brand: Mapping[str, Any]
    #: The till; empty for none.
    pos: Mapping[str, Any]
    #: The languages of the page, the shop's own first; None for all that there are.
    languages: tuple[str, ...] | None
    policy: Policy
    api: ApiConfiguration
    offers: OfferConfiguration

    @property
    def is_test_mode(self) -> bool:
        """Whether every enabled plugin is in test mode, and there is one."""
        return bool(self.plugins) and all(
            isinstance(settings, Mapping) and settings.get("test_mode") is True
            for settings in self.plugins.values()
        )

    def webhook_url(self, provider: str) -> str:
        """The public address of a provider's webhook route."""
        return f"{self.public_url}{self.url_prefix}/hooks/{provider}"

    def page_url(self, token: str) -> str:
        """The public address of a checkout's page."""
        return f"{self.public_url}{self.url_prefix}/{token}"


def read_configuration(
    config: Mapping[str, Any], *, instance_path: str, is_development: bool
) -> Configuration:
    """Read an app's config.

    :param is_development: in debug mode and in tests the public URL has a default.
    :raises ConfigurationError: naming the key and what is expected there.
    """
    default = Policy()
    policy = Policy(
        payment_window=_duration(
            config, "CHECKOUT_KIT_PAYMENT_WINDOW", default.payment_window
        ),
        checkout_window=_duration(
            config, "CHECKOUT_KIT_CHECKOUT_WINDOW", default.checkout_window
        ),
        late_window=_duration(config, "CHECKOUT_KIT_LATE_WINDOW", default.late_window),
        quote_lifetime=_duration(
            config, "CHECKOUT_KIT_QUOTE_LIFETIME", default.quote_lifetime
        ),
        delivery_retention=_duration(
            config, "CHECKOUT_KIT_DELIVERY_RETENTION", default.delivery_retention
        ),
        withdrawal_window=_duration(
            config, "CHECKOUT_KIT_WITHDRAWAL_WINDOW", default.withdrawal_window
        ),
        underpayment_tolerance=_share(
            config,
            "CHECKOUT_KIT_UNDERPAYMENT_TOLERANCE",
            default.underpayment_tolerance,
        ),
        largest_deviation=_share(
            config, "CHECKOUT_KIT_LARGEST_DEVIATION", default.largest_deviation
        ),
        provider_deadline=_seconds(
            config, "CHECKOUT_KIT_PROVIDER_DEADLINE", default.provider_deadline
        ),
        worker_deadline=_seconds(
            config, "CHECKOUT_KIT_WORKER_DEADLINE", default.worker_deadline
        ),
        settled_by=_settlement(config),
    )
    return Configuration(
        public_url=_public_url(config, is_development),
        url_prefix=_url_prefix(config),
        subdomain=_subdomain(config),
        database_url=_database_url(config, instance_path),
        plugins=_mapping(config, "CHECKOUT_KIT_PLUGINS"),
        encryption_keys=_encryption_keys(config),
        worker=_choice(config, "CHECKOUT_KIT_WORKER", ("thread", "external")),
        mail=_mapping(config, "CHECKOUT_KIT_MAIL"),
        webhook_secret=_webhook_secret(config),
        webhook_body=_choice(config, "CHECKOUT_KIT_WEBHOOK_BODY", ("event", "payment")),
        private_webhooks=_private_webhooks(config),
        brand=_mapping(config, "CHECKOUT_KIT_BRAND"),
        pos=_mapping(config, "CHECKOUT_KIT_POS"),
        languages=_languages(config),
        policy=policy,
        api=read_api_configuration(config),
        offers=read_offer_configuration(config),
    )


def _get(config: Mapping[str, Any], key: str, default: Any = None) -> Any:
    value = config.get(key)
    return default if value is None else value


def _public_url(config: Mapping[str, Any], is_development: bool) -> str:
    value = _get(config, "CHECKOUT_KIT_PUBLIC_URL")
    if value is None:
        if is_development:
            return "http://127.0.0.1:5000"
        raise ConfigurationError(
            "CHECKOUT_KIT_PUBLIC_URL",
            "is required: the address at which buyers reach the shop, such as "
            "https://shop.example (links never come from the Host header)",
        )
    try:
        checked = check_web_address("url", value)
        if "?" in checked or "#" in checked:
            raise InputError("url", "must have no query and no fragment")
        return checked.rstrip("/")
    except InputError as err:
        raise ConfigurationError("CHECKOUT_KIT_PUBLIC_URL", err.problem) from None


def _url_prefix(config: Mapping[str, Any]) -> str:
    value = _get(config, "CHECKOUT_KIT_URL_PREFIX", "/checkout")
    # Two slashes at the beginning would make every link lead to another host.
    if not isinstance(value, str) or not _PREFIX.match(value):
        raise ConfigurationError(
            "CHECKOUT_KIT_URL_PREFIX", "must be a path such as /checkout"
        )
    return value


def _subdomain(config: Mapping[str, Any]) -> str | None:
    value = _get(config, "CHECKOUT_KIT_SUBDOMAIN")
    if value is not None and not (isinstance(value, str) and _LABEL.match(value)):
        raise ConfigurationError(
            "CHECKOUT_KIT_SUBDOMAIN", "must be a subdomain such as pay"
        )
    return value


def _database_url(config: Mapping[str, Any], instance_path: str) -> str:
    value = _get(config, "CHECKOUT_KIT_DATABASE_URL")
    if value is None:
        return f"sqlite:///{Path(instance_path) / 'checkout_kit.sqlite'}"
    if not isinstance(value, str):
        raise ConfigurationError(
            "CHECKOUT_KIT_DATABASE_URL", "must be a SQLAlchemy database URL"
        )
    if value in ("sqlite://", "sqlite:///:memory:"):
        raise ConfigurationError(
            "CHECKOUT_KIT_DATABASE_URL",
            "must be a file or server: memory is not shared by threads",
        )
    return value


def _duration(config: Mapping[str, Any], key: str, default: timedelta) -> timedelta:
    value = _get(config, key, default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = timedelta(seconds=value)
    if not isinstance(value, timedelta) or value <= timedelta(0):
        raise ConfigurationError(key, "must be a timedelta or whole seconds, above 0")
    return value


def _seconds(config: Mapping[str, Any], key: str, default: float) -> float:
    value = _get(config, key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise ConfigurationError(key, "must be a number of seconds above 0")
    return value


def _share(config: Mapping[str, Any], key: str, default: Decimal) -> Decimal:
    try:
        value = parse_decimal(_get(config, key, default))
    except InputError as err:
        raise ConfigurationError(key, err.problem) from None
    if not 0 <= value <= 1:
        raise ConfigurationError(key, "must be from 0 to 1, such as '0.005' for 0.5 %")
    return value


def _choice(config: Mapping[str, Any], key: str, choices: tuple[str, str]) -> str:
    value = _get(config, key, choices[0])
    if value not in choices:
        raise ConfigurationError(key, "must be {!r} or {!r}".format(*choices))
    return str(value)


def _languages(config: Mapping[str, Any]) -> tuple[str, ...] | None:
    value = _get(config, "CHECKOUT_KIT_LANGUAGES")
    if value is None:
        return None
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if not is_list or not value or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(
            "CHECKOUT_KIT_LANGUAGES",
            "must be a list of languages such as ['de', 'en'], the shop's own first",
        )
    return tuple(dict.fromkeys(item.replace("-", "_") for item in value))


def _settlement(config: Mapping[str, Any]) -> str | Mapping[str, str] | None:
    value = _get(config, "CHECKOUT_KIT_SETTLEMENT")
    if value is None:
        return None
    is_chosen = isinstance(value, Mapping)
    names = [*value, *value.values()] if is_chosen else [value]
    known = list(_mapping(config, "CHECKOUT_KIT_PLUGINS"))
    if any(name not in known for name in names):
        problem = "must name one of the CHECKOUT_KIT_PLUGINS, or one for each provider"
        raise ConfigurationError("CHECKOUT_KIT_SETTLEMENT", problem)
    return dict(value) if is_chosen else value


def _encryption_keys(config: Mapping[str, Any]) -> Sequence[str]:
    value = _get(config, "CHECKOUT_KIT_ENCRYPTION_KEYS", [])
    if isinstance(value, str):
        value = [key for key in re.split(r"[\s,]+", value) if key]
    if not isinstance(value, Sequence) or not all(isinstance(k, str) for k in value):
        raise ConfigurationError(
            "CHECKOUT_KIT_ENCRYPTION_KEYS", "must be a list of Fernet keys"
        )
    return tuple(value)


def _webhook_secret(config: Mapping[str, Any]) -> str | None:
    value = _get(config, "CHECKOUT_KIT_WEBHOOK_SECRET")
    if value is None:
        return None
    if not isinstance(value, str) or len(value) < 16:
        raise ConfigurationError(
            "CHECKOUT_KIT_WEBHOOK_SECRET", "must be text of at least 16 characters"
        )
    return value


def _private_webhooks(config: Mapping[str, Any]) -> Sequence[str]:
    value = _get(config, "CHECKOUT_KIT_ALLOW_PRIVATE_WEBHOOKS", False)
    if isinstance(value, bool):
        return ("0.0.0.0/0", "::/0") if value else ()
    try:
        return tuple(str(ip_network(network)) for network in value)
    except (TypeError, ValueError):
        raise ConfigurationError(
            "CHECKOUT_KIT_ALLOW_PRIVATE_WEBHOOKS",
            "must be True, False or a list of networks such as ['10.1.0.0/16']",
        ) from None


def _mapping(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = _get(config, key, {})
    if not isinstance(value, Mapping):
        raise ConfigurationError(key, "must be a dict")
    return value
