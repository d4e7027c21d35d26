"""Endpoints about the service itself: ping, time, auth-test."""

from __future__ import annotations

from typing import Any

from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.service import SuccessSchema, TimeSchema


def ping(call: Call) -> Any:
    """Say that the API is there."""
    return {"success": True}


def show_time(call: Call) -> Any:
    """Tell the time by which signatures are checked."""
    return {"time": int(call.now.timestamp())}


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
)
