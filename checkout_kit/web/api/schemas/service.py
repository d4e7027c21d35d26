"""Schemas of answers about the service itself."""

from __future__ import annotations

from marshmallow import Schema, fields


class SuccessSchema(Schema):
    success = fields.Boolean(required=True)


class TimeSchema(Schema):
    time = fields.Integer(required=True, metadata={"example": 1525898643})


class LanguageSchema(Schema):
    code = fields.String(data_key="languageCode", required=True)
    name = fields.String(required=True)


class LanguagesSchema(Schema):
    languages = fields.List(fields.Nested(LanguageSchema), required=True)
