"""The OpenAPI document, generated from the endpoints and their schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from checkout_kit.web.api.endpoint import Endpoint
from checkout_kit.web.api.fields import SpelledSchema

_INTRODUCTION = """\
Every endpoint of COINQVEST's API document, with its fields, order and errors; its SDKs
work unchanged. JSON is read under any Content-Type. Amounts are text, so that no digit
is lost. Fields that are not described are ignored."""
_DIGEST = {
    "digestKey": ("X-Digest-Key", "The API key."),
    "digestTimestamp": ("X-Digest-Timestamp", "The Unix time in seconds."),
    "digestSignature": (
        "X-Digest-Signature",
        "HMAC-SHA256 in hex, keyed with the secret, over path (without prefix and "
        "query), timestamp, method and raw body, with nothing between them; a GET has "
        "no body.",
    ),
}
_BASIC = ("X-Basic", "SHA-256 in hex of key, colon and secret. Digest-Auth is safer.")
#: What may go wrong everywhere, and where a key or a body is needed.
_ALWAYS = {429: "Too many requests", 500: "A fault of ours", 503: "Busy; try again"}
_WITH_KEY = {401: "Not signed rightly", 403: "Not allowed from this address"}
_WITH_INPUT = {400: "Something can't be accepted", 404: "Not found"}
_WITH_CHANGE = {409: "Not possible now", 413: "Too large", 422: "Can't be done"}


class ErrorSchema(Schema):
    """What every refused request is answered."""

    errors = fields.List(fields.String(), required=True)


def describe(endpoints: Sequence[Endpoint], prefix: str) -> Mapping[str, Any]:
    """Write the OpenAPI 3.1 document of all endpoints."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title="checkout-kit",
        version=version("checkout-kit"),
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _INTRODUCTION},
        servers=[{"url": prefix}],
    )
    if plugin.converter is not None:
        plugin.converter.add_attribute_function(_spellings)  # type: ignore[no-untyped-call]
    for name, (header, text) in {**_DIGEST, "basic": _BASIC}.items():
        spec.components.security_scheme(
            name,
            {"type": "apiKey", "in": "header", "name": header, "description": text},
        )
    for endpoint in endpoints:
        spec.path(
            path=endpoint.path,
            operations={endpoint.method.lower(): _operation(endpoint)},
        )
    described: Mapping[str, Any] = spec.to_dict()
    return described


def _operation(endpoint: Endpoint) -> Mapping[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint),
        "security": []
        if endpoint.is_public
        else [{n: [] for n in _DIGEST}, {"basic": []}],
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": endpoint.body}},
        }
    return operation


def _parameters(endpoint: Endpoint) -> Sequence[Mapping[str, Any]]:
    parameters: list[Mapping[str, Any]] = []
    if endpoint.query is not None:
        parameters.append({"in": "query", "schema": endpoint.query})
    if endpoint.method == "POST" and endpoint.is_changing:
        parameters.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "description": "Send the same key again and the same answer comes "
                "again, for 24 hours; nothing is done twice.",
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255,
                    "pattern": "^[!-~]([ -~]*[!-~])?$",
                },
            }
        )
    return parameters


def _responses(endpoint: Endpoint) -> Mapping[str, Any]:
    refusals = dict(_ALWAYS)
    if not endpoint.is_public:
        refusals |= _WITH_KEY
    if endpoint.query or endpoint.body:
        refusals |= _WITH_INPUT
    if endpoint.method != "GET":
        refusals |= _WITH_CHANGE
    refused = {
        str(status): _content(text, ErrorSchema) for status, text in refusals.items()
    }
    return {
        "200": _content("Done", endpoint.answer),
        **dict(sorted(refused.items())),
        "default": _content("Refused", ErrorSchema),
    }


def _content(text: str, schema: type[Schema]) -> Mapping[str, Any]:
    return {
        "description": text,
        "content": {"application/json": {"schema": schema}},
    }


def _spellings(
    converter: OpenAPIConverter, field: fields.Field[Any], **kwargs: Any
) -> dict[str, Any]:
    schema = field.parent
    if not isinstance(schema, SpelledSchema):
        return {}
    others = schema.SPELLINGS.get(field.data_key or field.name or "")
    return {"description": "Also read as " + ", ".join(others)} if others else {}
