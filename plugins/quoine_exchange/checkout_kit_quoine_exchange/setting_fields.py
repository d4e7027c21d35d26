"""The kinds of settings, each with a message that says what is expected."""

from __future__ import annotations

import base64
import binascii
import importlib.util
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate

from checkout_kit import Currency, CurrencyError, WithdrawalStatus

_PAIR = re.compile(r"[A-Z0-9]{2,10}/[A-Z]{3}\Z", re.ASCII)
_COIN = re.compile(r"[A-Z0-9]{2,10}\Z", re.ASCII)
_STATE = re.compile(r"[A-Za-z0-9_ -]{1,60}\Z", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z", re.ASCII)
_MAX_ENTRIES = 50


class Checked(fields.Field[Any]):
    """A setting that one function reads; whatever it refuses has one message."""

    def __init__(self, expected: str, **options: Any) -> None:
        messages: dict[str, Any] = {
            "required": f"is missing: {expected}",
            "null": f"must be {expected}",
        }
        super().__init__(error_messages=messages, **options)
        self._expected = expected

    def read(self, value: Any) -> Any:
        """Read the value, or raise ValueError."""
        raise NotImplementedError

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.read(value)
        except (ValueError, TypeError, CurrencyError):
            raise ValidationError(f"must be {self._expected}") from None


def pattern(regex: str, expected: str, **options: Any) -> fields.Field[Any]:
    """Text of one form."""
    found = re.compile(regex, re.ASCII)

    class Text(Checked):
        def read(self, value: Any) -> str:
            if not isinstance(value, str) or not found.match(value):
                raise ValueError
            return value

    return Text(expected, **options)


def host_name() -> fields.Field[Any]:
    """The name of a host."""
    return pattern(_HOST.pattern, "a host name such as ws.example.com")


def flag() -> fields.Field[Any]:
    """True or False."""
    message = "must be True or False"
    return fields.Boolean(
        truthy={True},
        falsy={False},
        error_messages={"invalid": message, "null": message},
    )


def seconds(low: float, high: float) -> fields.Field[Any]:
    """A number of seconds."""
    message = f"must be a number of seconds from {low:g} to {high:g}"
    names = ("invalid", "null", "special", "too_large")
    return fields.Float(
        validate=validate.Range(low, high, error=message),
        error_messages=dict.fromkeys(names, message),
    )


def whole_number(noun: str, low: int, high: int) -> fields.Field[Any]:
    """A whole number."""
    message = f"must be {noun}, a whole number from {low} to {high}"
    return fields.Integer(
        strict=True,
        validate=validate.Range(low, high, error=message),
        error_messages=dict.fromkeys(("invalid", "null", "too_large"), message),
    )


def web_address() -> fields.Field[Any]:
    """An API's address."""

    class WebAddress(Checked):
        def read(self, value: Any) -> str:
            if not isinstance(value, str) or re.search(r"[^\x21-\x7e]", value):
                raise ValueError
            parts = urlsplit(value)
            _ = parts.port
            if parts.scheme not in ("https", "http") or not parts.hostname:
                raise ValueError
            if "@" in parts.netloc or parts.query or parts.fragment:
                raise ValueError
            return value

    return WebAddress(
        "an address such as https://api.example.com/v1, without user name, query or "
        "fragment"
    )


def file_path() -> fields.Field[Any]:
    """The absolute path of a file."""

    class FilePath(Checked):
        def read(self, value: Any) -> Path:
            if not isinstance(value, (str, Path)) or not Path(value).is_absolute():
                raise ValueError
            return Path(value)

    return FilePath("the absolute path of a file, which is made if it is missing")


def fernet_keys() -> fields.Field[Any]:
    """One key of Fernet's, or several: the first one encrypts."""

    class FernetKeys(Checked):
        def read(self, value: Any) -> tuple[str, ...]:
            keys = (value,) if isinstance(value, str) else tuple(value)
            if not 1 <= len(keys) <= 10:
                raise ValueError
            for key in keys:
                try:
                    raw = base64.urlsafe_b64decode(key)
                except (binascii.Error, AttributeError):
                    raise ValueError from None
                if len(raw) != 32:
                    raise ValueError
            return keys

    return FernetKeys(
        "a key as `flask checkout quoine-exchange new-key` prints it, or a list of "
        "them, the newest first"
    )


def account_ids() -> fields.Field[Any]:
    """Currency → account id."""

    class AccountIds(Checked):
        def read(self, value: Any) -> Mapping[str, int]:
            found = _numbers(value)
            if not all(Currency.parse(code).is_fiat for code in found):
                raise ValueError
            return found

    return AccountIds("a dict of fiat currency → account id, such as {'USD': 2300}")


def coin_codes() -> fields.Field[Any]:
    """Codes of coins."""

    class CoinCodes(Checked):
        def read(self, value: Any) -> tuple[str, ...]:
            codes = tuple(dict.fromkeys(value))
            if isinstance(value, str) or len(codes) > _MAX_ENTRIES:
                raise ValueError
            for code in codes:
                if not _COIN.match(code) or Currency.parse(code).is_fiat:
                    raise ValueError
            return codes

    return CoinCodes("a list of codes of coins, such as ['BTC']")


def pairs() -> fields.Field[Any]:
    """Pair → product id."""

    class Pairs(Checked):
        def read(self, value: Any) -> Mapping[str, int]:
            found = _numbers(value)
            for pair in found:
                if not _PAIR.match(pair):
                    raise ValueError
                base, counter = (Currency.parse(code) for code in pair.split("/"))
                if base.is_fiat or not counter.is_fiat:
                    raise ValueError
            return found

    return Pairs("a dict of pair → product id, such as {'BTC/USD': 1}")


def channel_kinds(known: Sequence[str]) -> fields.Field[Any]:
    """Some kinds of channels."""

    class ChannelKinds(Checked):
        def read(self, value: Any) -> tuple[str, ...]:
            kinds = tuple(dict.fromkeys(value))
            if isinstance(value, str) or not set(kinds) <= set(known):
                raise ValueError
            # Executions alone tell no bid and no ask.
            if not set(kinds) - {"executions"}:
                raise ValueError
            return kinds

    names = ", ".join(known)
    return ChannelKinds(f"a list of some of {names}, and not executions alone")


def withdrawal_states() -> fields.Field[Any]:
    """The API's word for a withdrawal's state → the kit's status."""

    class WithdrawalStates(Checked):
        def read(self, value: Any) -> Mapping[str, WithdrawalStatus]:
            if not isinstance(value, Mapping) or len(value) > _MAX_ENTRIES:
                raise ValueError
            if not all(isinstance(s, str) and _STATE.match(s) for s in value):
                raise ValueError
            return MappingProxyType(
                {state: WithdrawalStatus(status) for state, status in value.items()}
            )

    names = ", ".join(status.value for status in WithdrawalStatus)
    return WithdrawalStates(f"a dict of the API's state → one of {names}")


def is_installed(module: str) -> bool:
    """Whether a library is there; it is not imported."""
    return importlib.util.find_spec(module) is not None


def _numbers(value: Any) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or len(value) > _MAX_ENTRIES:
        raise ValueError
    for name, number in value.items():
        if not isinstance(name, str) or type(number) is not int:
            raise ValueError
        if not 0 < number < 2**63:
            raise ValueError
    return MappingProxyType(dict(value))
