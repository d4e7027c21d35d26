"""Schemas of lists: which page is asked for, and what it is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import Schema, fields

from checkout_kit.web.api.fields import (
    RequestSchema,
    SpelledSchema,
    Text,
    WholeNumber,
)

#: The most that one page holds, which is also what it holds by default.
MAX_LIMIT = 250
# Beyond, no list goes; databases have a bound of their own further on.
MAX_OFFSET = 10_000_000


class PageQuerySchema(RequestSchema):
    limit = WholeNumber(1, MAX_LIMIT, load_default=MAX_LIMIT)
    offset = WholeNumber(0, MAX_OFFSET, load_default=0)


class PageSchema(Schema):
    """What every list says besides its items, the newest of which come first."""

    count = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)


class IdQuerySchema(RequestSchema):
    id = Text(required=True, maximum=128)


class CheckoutIdQuerySchema(SpelledSchema):
    """A checkout's id, also under its other name."""

    SPELLINGS: ClassVar[Mapping[str, tuple[str, ...]]] = {"id": ("checkoutId",)}

    id = Text(required=True, maximum=128)
