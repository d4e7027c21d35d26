"""Endpoints about the service itself: is it there, what time, which languages."""

from __future__ import annotations

from typing import Any

from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.service import (
    LanguagesSchema,
    SuccessSchema,
    TimeSchema,
)
from checkout_kit.web.catalogues import known_locales, own_name


def ping(call: Call) -> Any:
    """Say that the API is there."""
    return {"success": True}


def show_time(call: Call) -> Any:
    """Tell the time by which signatures are checked."""
    return {"time": int(call.now.timestamp())}


def list_languages(call: Call) -> Any:
    """Show the languages that the page speaks."""
    return {
        "languages": [
            {"code": locale.replace("_", "-"), "name": own_name(locale)}
            for locale in known_locales()
        ]
    }


ENDPOINTS = (
    Endpoint(
        "GET",
        "/ping",
        ping,
        SuccessSchema,
        "Find out whether the API is there",
        "Service",
        is_public=True,
    ),
    Endpoint(
        "GET",
        "/time",
        show_time,
        TimeSchema,
        "Read the server's time",
        "Service",
        description="Signed requests carry a time that must not be far from this one.",
        is_public=True,
    ),
    Endpoint(
        "GET",
        "/auth-test",
        ping,
        SuccessSchema,
        "Find out whether a request is signed rightly",
        "Service",
    ),
    Endpoint(
        "GET",
        "/languages",
        list_languages,
        LanguagesSchema,
        "List the languages that the page speaks",
        "Service",
    ),
)
