"""Intake: the form of tokens, fields and files that come in, all of bounded size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qs

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from checkout_kit.errors import NotFoundError

_TOKEN = re.compile(r"[0-9a-f]{32}\Z", re.ASCII)
# So much of a form that is too large is read and dropped, so that its sender, who
# reads nothing until all is sent, gets an answer.
_DROPPED = 4
_PIECE = 64 * 1024
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
    if not request.environ.get("wsgi.input_terminated"):
        # Without a length and an end there is no body, as Werkzeug has it.
        return b""
    body = b""
    while piece := request.stream.read(maximum + 1 - len(body)):
        body += piece
        if len(body) > maximum:
            raise RequestEntityTooLarge
    return body


def read_form(maximum_bytes: int) -> Mapping[str, list[str]]:
    """Read a small form: the values of each of its fields.

    :raises BadRequest: if it has more fields than any form of ours.
    :raises RequestEntityTooLarge: if it is too large.
    """
    if request.content_length is None:
        text = read_body(maximum_bytes).decode("utf-8", "replace")
        try:
            return parse_qs(text, max_num_fields=20)
        except ValueError:
            raise BadRequest from None
    if request.content_length > maximum_bytes:
        raise RequestEntityTooLarge
    return dict(request.form.lists())


def read_field(name: str, *, maximum_bytes: int) -> str:
    """Read one field of a small form.

    :raises BadRequest: if it is missing, repeated or too long.
    :raises RequestEntityTooLarge: if the form is too large.
    """
    values = read_form(maximum_bytes).get(name, [])
    if len(values) != 1 or not 1 <= len(values[0]) <= 120:
        raise BadRequest
    return values[0]


def read_file(name: str, *, maximum_bytes: int) -> tuple[bytes, str]:
    """Read the one file of a form, with the sender's name for it.

    The app's own ``MAX_CONTENT_LENGTH`` is for its own forms and does not count here.

    :raises BadRequest: if the form is not one with a single file of this name.
    :raises RequestEntityTooLarge: if the form is too large.
    """
    if request.content_length is None:
        raise BadRequest
    if request.content_length > maximum_bytes:
        left = min(request.content_length, _DROPPED * maximum_bytes)
        source = request.environ["wsgi.input"]
        while left > 0 and (piece := source.read(min(left, _PIECE))):
            left -= len(piece)
        raise RequestEntityTooLarge
    # Flask before 3.1 has no limit of a single request.
    with suppress(AttributeError):
        request.max_content_length = maximum_bytes
    with request:
        files = request.files.getlist(name)
        if len(files) != 1 or len(request.files) != 1:
            raise BadRequest
        return files[0].stream.read(), files[0].filename or ""
