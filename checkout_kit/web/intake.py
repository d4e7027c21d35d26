"""Intake: the form of tokens and fields that come in, and bodies of bounded size."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from checkout_kit.errors import NotFoundError

_TOKEN = re.compile(r"[0-9a-f]{32}\Z", re.ASCII)
_PROVIDER = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z", re.ASCII)


def check_token(token: str) -> str:
    """Refuse what can't be a token before anything is looked up.

    :raises NotFoundError: without the token in its message.
    """
    if not _TOKEN.match(token):
        raise NotFoundError("checkout", "?")
    return token


def check_provider(name: str) -> str:
    """Refuse what can't be a provider's name.

    :raises NotFoundError: if it is not of a name's form.
    """
    if not _PROVIDER.match(name):
        raise NotFoundError("provider", "?")
    return name


def read_body(maximum: int) -> bytes:
    """Read the raw body, never more than ``maximum`` bytes of it.

    :raises RequestEntityTooLarge: if it is longer.
    """
    length = request.content_length
    if length is not None:
        if length > maximum:
            raise RequestEntityTooLarge
        # Also right if the app has read the body before us.
        return request.get_data(cache=True)
    body = b""
    while piece := request.stream.read(maximum + 1 - len(body)):
        body += piece
        if len(body) > maximum:
            raise RequestEntityTooLarge
    return body


def read_field(name: str, *, maximum_bytes: int) -> str:
    """Read one field of a small form.

    :raises BadRequest: if it is missing, repeated or too long.
    :raises RequestEntityTooLarge: if the form is too large.
    """
    if request.content_length is None:
        text = read_body(maximum_bytes).decode("utf-8", "replace")
        try:
            values = parse_qs(text, max_num_fields=20).get(name, [])
        except ValueError:
            raise BadRequest from None
    else:
        if request.content_length > maximum_bytes:
            raise RequestEntityTooLarge
        values = request.form.getlist(name)
    if len(values) != 1 or not 1 <= len(values[0]) <= 120:
        raise BadRequest
    return values[0]
