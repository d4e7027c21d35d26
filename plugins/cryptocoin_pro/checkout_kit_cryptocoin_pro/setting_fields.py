"""Setting fields: what a setting may be, with messages that never name the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate

from checkout_kit import Currency, InputError, WithdrawalTarget
from checkout_kit_cryptocoin_pro.tokens import KeyRefused, load_private_key

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"


def text(expected: str, most: int, **options: Any) -> fields.String:
    """Text of 1 to ``most`` characters."""
    check = validate.Length(1, most, error=f"must be of 1 to {most} characters")
    return _checked(expected, check, **options)


def uuid(expected: str, **options: Any) -> fields.String:
    """An id of the provider's."""
    check = validate.Regexp(_UUID, error=f"must be {expected}, a UUID")
    return _checked(expected, check, **options)


def email_address(expected: str, **options: Any) -> fields.String:
    """An e-mail address."""
    check = validate.Regexp(
        r"[!-?A-~]{1,100}@[!-?A-~]{1,90}\Z", error="must be an e-mail address"
    )
    return _checked(expected, check, **options)


def web_address(expected: str, **options: Any) -> fields.String:
    """A web address without user name, query or fragment."""
    return _checked(expected, _check_web_address, **options)


def pem_key(**options: Any) -> fields.String:
    """An RSA private key."""

    def check(value: str) -> None:
        try:
            load_private_key(value)
        except KeyRefused as err:
            raise ValidationError(str(err)) from None

    return _checked("an RSA private key in PEM form", check, **options)


def choice(*names: str) -> fields.String:
    """One of a few words."""
    expected = " or ".join(names)
    return _checked(expected, validate.OneOf(names, error=f"must be {expected}"))


def choices(*names: str) -> fields.Field[tuple[str, ...]]:
    """Some of a few words, each once."""
    return _Choices(names)


def wallets(*codes: str) -> fields.Field[Mapping[str, str]]:
    """Addresses by the code of their asset."""
    return _Wallets(codes)


def flag() -> fields.Boolean:
    """True or False, nothing like it."""
    message = "must be True or False"
    return fields.Boolean(
        truthy={True},
        falsy={False},
        error_messages={"invalid": message, "null": message},
    )


def seconds(least: float, most: float) -> fields.Float:
    """A number of seconds."""
    message = f"must be a number of seconds from {least:g} to {most:g}"
    names = ("invalid", "null", "special", "too_large")
    return fields.Float(
        validate=validate.Range(least, most, error=message),
        error_messages=dict.fromkeys(names, message),
    )


def whole_number(least: int, most: int) -> fields.Integer:
    """A whole number."""
    message = f"must be a whole number from {least} to {most}"
    return fields.Integer(
        strict=True,
        validate=validate.Range(least, most, error=message),
        error_messages=dict.fromkeys(("invalid", "null", "too_large"), message),
    )


class _Choices(fields.Field[tuple[str, ...]]):
    def __init__(self, names: tuple[str, ...]) -> None:
        message = "must be a list of " + ", ".join(names) + ", each once at most"
        super().__init__(error_messages={"null": message, "invalid": message})
        self._names = names

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)):
            raise self.make_error("invalid")
        if any(not isinstance(v, str) or v not in self._names for v in value):
            raise self.make_error("invalid")
        if len(set(value)) < len(value):
            raise self.make_error("invalid")
        return tuple(value)


class _Wallets(fields.Field[Mapping[str, str]]):
    def __init__(self, codes: tuple[str, ...]) -> None:
        message = "must be a dict of " + ", ".join(codes) + " to an address"
        super().__init__(error_messages={"null": message, "invalid": message})
        self._codes = codes

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Mapping[str, str]:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        return {code: self._address(code, found) for code, found in value.items()}

    def _address(self, code: Any, address: Any) -> str:
        if code not in self._codes or not isinstance(address, str):
            raise self.make_error("invalid")
        try:
            target = WithdrawalTarget(Currency.parse(code), address=address)
        except InputError:
            raise ValidationError(f"{code}: is no address of its network") from None
        return str(target.address)


def _checked(expected: str, check: Any, **options: Any) -> fields.String:
    messages: dict[str, Any] = {
        "required": f"is missing: {expected}",
        "null": f"must be {expected}",
    }
    messages["invalid"] = messages["invalid_utf8"] = f"must be {expected}"
    return fields.String(validate=check, error_messages=messages, **options)


def _check_web_address(value: str) -> None:
    expected = "must be an address such as https://api.example.com/api/v1"
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("https", "http") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        raise ValidationError(expected) from None
    if not valid or not value.isascii() or any(ord(c) <= 32 for c in value):
        raise ValidationError(expected)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValidationError(f"{expected}, without user name, query or fragment")
