"""Mail settings: by which server, from whom, and which messages to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from checkout_kit.domain.mail import MESSAGES, RECIPIENTS, is_mail_address
from checkout_kit.errors import ConfigurationError

KEY = "CHECKOUT_KIT_MAIL"
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What ``CHECKOUT_KIT_MAIL`` says, complete and valid."""

    host: str
    port: int
    security: str
    sender: str
    merchant: str | None
    messages: Mapping[str, tuple[str, ...]]
    username: str | None = None
    password: str | None = field(repr=False, default=None)
    ca_file: str | None = None
    timeout: float = 15.0

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> MailSettings | None:
        """Read the settings; None where no mail is wanted.

        :raises ConfigurationError: naming the key that is missing or wrong.
        """
        if not config:
            return None
        for key in config:
            if key not in cls.__slots__:
                raise _problem(str(key), "is not a known key")
        security = config.get("security", "starttls")
        if security not in _PORTS:
            raise _problem("security", "must be 'starttls', 'tls' or 'none'")
        made = cls(
            host=_text(config, "host") or "",
            port=config.get("port", _PORTS[security]),
            security=security,
            sender=_text(config, "sender") or "",
            merchant=_text(config, "merchant"),
            messages=_messages(config),
            username=_text(config, "username"),
            password=_text(config, "password"),
            ca_file=_text(config, "ca_file"),
            timeout=config.get("timeout", 15.0),
        )
        made._check()
        return made

    def _check(self) -> None:
        if not self.host or not self.host.isascii():
            raise _problem("host", "is required: the name of an SMTP server")
        if not isinstance(self.port, int) or not 1 <= self.port <= 65535:
            raise _problem("port", "must be from 1 to 65535")
        if not isinstance(self.timeout, (int, float)) or self.timeout <= 0:
            raise _problem("timeout", "must be a number of seconds above 0")
        name, address = parseaddr(self.sender)
        if not is_mail_address(address) or any(ord(c) < 32 for c in name):
            raise _problem("sender", "must be an address such as Shop <a@shop.example>")
        if self.merchant is not None and not is_mail_address(self.merchant):
            raise _problem("merchant", "must be an address such as a@shop.example")
        to_merchant = any("merchant" in roles for roles in self.messages.values())
        if to_merchant and self.merchant is None:
            raise _problem("merchant", "is required, as messages go to the merchant")
        if (self.username is None) != (self.password is None):
            raise _problem("password", "goes together with username")
        if self.username and self.security == "none" and self.host not in _LOCAL:
            raise _problem("security", "must not be 'none' where a password is sent")


def _messages(config: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    default: dict[str, Sequence[str]] = {
        "receipt": ["buyer"],
        "payment_needed": ["buyer"],
        "unresolved": ["merchant"] if config.get("merchant") else [],
    }
    value = config.get("messages", default)
    if not isinstance(value, Mapping):
        raise _problem("messages", "must be a dict of message → recipients")
    found = {}
    for message, roles in value.items():
        if message not in MESSAGES:
            raise _problem("messages", "must be among " + ", ".join(MESSAGES))
        if isinstance(roles, str) or not set(roles) <= set(RECIPIENTS):
            raise _problem(f"messages.{message}", "must be a list of buyer, merchant")
        found[message] = tuple(dict.fromkeys(roles))
    return found


def _text(config: Mapping[str, Any], key: str) -> str | None:
    value = config.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or any(ord(c) < 32 for c in value):
        raise _problem(key, "must be one line of text")
    return value


def _problem(key: str, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{KEY}.{key}", problem)
