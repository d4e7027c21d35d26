"""Schemas of events and their lists."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from checkout_kit.domain.event import EVENT_HOOKS
from checkout_kit.web.api.fields import RequestSchema, WholeNumber
from checkout_kit.web.api.schemas.paging import MAX_LIMIT

_LARGEST = 2**63 - 1


class EventQuerySchema(RequestSchema):
    after = WholeNumber(0, _LARGEST, load_default=None)
    before = WholeNumber(0, _LARGEST, load_default=None)
    limit = WholeNumber(1, MAX_LIMIT, load_default=MAX_LIMIT)
    type = fields.String(
        load_default=None,
        validate=validate.OneOf(list(EVENT_HOOKS), error="is no type of event."),
    )

    @validates_schema
    def _check(self, data: dict[str, object], **kwargs: object) -> None:
        if data.get("after") is not None and data.get("before") is not None:
            raise ValidationError("can't go together with after.", "before")


class EventSchema(Schema):
    id = fields.String(required=True)
    type = fields.String(required=True, metadata={"example": "checkout.paid"})
    timestamp = fields.String(required=True)
    sequence = fields.Integer(required=True)
    is_test = fields.Boolean(required=True)
    data = fields.Dict(required=True)


class EventPageSchema(Schema):
    events = fields.List(fields.Nested(EventSchema), required=True)
    limit = fields.Integer(required=True)
    last = fields.Integer(required=True, allow_none=True)
