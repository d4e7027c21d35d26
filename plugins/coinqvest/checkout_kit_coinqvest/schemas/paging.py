"""Schemas of what all lists have in common."""

from __future__ import annotations

from checkout_kit_coinqvest.schemas.fields import AnswerSchema, WholeNumber, optional


class PageSchema(AnswerSchema):
    """What all lists have; the items are read one by one by the client."""

    count = optional(WholeNumber, "count")
