"""The templates and the stylesheet that all simulators' pages share."""

from __future__ import annotations

from flask import Blueprint


def create_shared_files() -> Blueprint:
    """Make the blueprint that brings them into an app."""
    return Blueprint(
        "simulation",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/simulation",
    )
