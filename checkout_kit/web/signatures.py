"""Signatures on return URLs: who comes back from the page can prove which checkout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus, urlencode, urlsplit, urlunsplit

from flask import Flask
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from checkout_kit.errors import ConfigurationError, ReturnSignatureError

ID_ARGUMENT = "checkoutId"
SIGNATURE_ARGUMENT = "checkoutSignature"
#: How long a return URL can be used, in seconds.
MAX_AGE = 24 * 60 * 60
_SALT = "checkout_kit.return"
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{1,32}\.[A-Za-z0-9_-]{1,128}\Z", re.ASCII)


def sign_return(app: Flask, checkout_id: str, url: str) -> str:
    """Append the checkout's id and a timed signature of it to a return URL.

    The URL's own query is kept; arguments of our names in it are replaced.
    """
    signed = _signer(app).sign(checkout_id).decode("ascii")
    parts = urlsplit(url)
    # What is not ours stays as the shop wrote it, byte by byte.
    query = [piece for piece in parts.query.split("&") if piece]
    query = [piece for piece in query if not _is_ours(piece)]
    signature = signed[len(checkout_id) + 1 :]
    query.append(urlencode({ID_ARGUMENT: checkout_id, SIGNATURE_ARGUMENT: signature}))
    return urlunsplit(parts._replace(query="&".join(query)))


def verify_return(app: Flask, args: Mapping[str, str]) -> str:
    """Check the arguments of a return URL and give the checkout's id.

    :param args: ``request.args``, or any mapping.
    :raises ReturnSignatureError: if they are missing, repeated, forged or too old.
    """
    checkout_id = _single(args, ID_ARGUMENT)
    signature = _single(args, SIGNATURE_ARGUMENT)
    if not 1 <= len(checkout_id) <= 64 or not checkout_id.isascii():
        raise ReturnSignatureError("is not ours")
    if not _SIGNATURE.match(signature):
        raise ReturnSignatureError("is not ours")
    try:
        _signer(app).unsign(f"{checkout_id}.{signature}", max_age=MAX_AGE)
    except SignatureExpired:
        raise ReturnSignatureError("is too old", is_expired=True) from None
    except BadSignature:
        raise ReturnSignatureError("is not ours") from None
    return checkout_id


def _is_ours(piece: str) -> bool:
    name = unquote_plus(piece.partition("=")[0])
    return name in (ID_ARGUMENT, SIGNATURE_ARGUMENT)


def _single(args: Mapping[str, str], name: str) -> str:
    # A repeated argument may mean another value to the next reader (OWASP HPP).
    getlist = getattr(args, "getlist", None)
    if getlist is not None:
        values = getlist(name)
    else:
        values = [args[name]] if name in args else []
    if len(values) != 1 or not isinstance(values[0], str):
        raise ReturnSignatureError(f"{name} is missing or repeated")
    return values[0]


def _signer(app: Flask) -> TimestampSigner:
    secret = app.config.get("SECRET_KEY")
    if not secret:
        raise ConfigurationError("SECRET_KEY", "must be set to sign return URLs")
    # The last key signs, every key verifies.
    keys = [*(app.config.get("SECRET_KEY_FALLBACKS") or ()), secret]
    return TimestampSigner(keys, salt=_SALT, key_derivation="hmac")
