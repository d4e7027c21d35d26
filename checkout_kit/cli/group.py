"""The group ``flask checkout``, and what its commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from checkout_kit.errors import CheckoutKitError
from checkout_kit.wiring import EXTENSION_NAME, Services

checkout = AppGroup("checkout", help="Run and inspect the checkout.")


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def services_of_app() -> Services:
    """The services of the current app, or an error that says what is missing."""
    services: Services | None = current_app.extensions.get(EXTENSION_NAME)
    if services is None:
        raise click.ClickException(
            "this app has no CheckoutKit: call CheckoutKit(app) in its factory"
        )
    return services


def told(work: Callable[[], Any]) -> Any:
    """Run work and tell an error of the kit's in one line, with exit code 1."""
    try:
        return work()
    except CheckoutKitError as err:
        raise click.ClickException(str(err)) from err
