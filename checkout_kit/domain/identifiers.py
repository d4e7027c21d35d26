"""Identifiers: the ids of the kit's own objects, 128 random bits each."""

from __future__ import annotations

import re

from checkout_kit.errors import NotFoundError

_ID = re.compile(r"[0-9a-f]{32}\Z", re.ASCII)


def check_id(noun: str, identifier: object) -> str:
    """Refuse what can't be an id of ours: it may have stood in a URL.

    Databases choke on NUL and the like.

    :raises NotFoundError: as for any id that belongs to nothing.
    """
    if not isinstance(identifier, str) or not _ID.match(identifier):
        raise NotFoundError(noun, str(identifier)[:64])
    return identifier
