"""``flask checkout endpoints …``."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import AppGroup

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_json, print_rows
from checkout_kit.domain.endpoint import WebhookEndpoint

endpoints = AppGroup("endpoints", help="Addresses that hear of events by webhook.")
checkout.add_command(endpoints)


@endpoints.command("add")
@click.argument("url")
@click.option("--event", "types", multiple=True, help="A type, or a group: checkout.*")
@click.option("--secret", help="A whsec_ secret that the receiver has already.")
@json_option
def add(url: str, types: tuple[str, ...], secret: str | None, as_json: bool) -> None:
    """Have an address hear of events from now on; shows the secret this once."""
    service = services_of_app().outgoing.endpoints
    _show_secret(told(lambda: service.add(url, types, secret=secret)), as_json)


@endpoints.command("list")
@json_option
def list_endpoints(as_json: bool) -> None:
    """List the endpoints, without their secrets."""
    services = services_of_app()
    found = told(services.outgoing.endpoints.list)
    rows = [
        {
            "id": endpoint.id,
            "url": endpoint.url,
            "events": " ".join(endpoint.event_types) or "all",
            "state": "enabled" if endpoint.is_enabled else "DISABLED",
            "problem": endpoint.problem or "",
        }
        for endpoint in found
    ]
    print_rows(rows, as_json)


@endpoints.command("rotate")
@click.argument("endpoint_id")
@click.option(
    "--overlap-hours",
    default=24,
    show_default=True,
    type=click.IntRange(0, 24 * 30),
    help="For how long the former secret signs, too.",
)
@json_option
def rotate(endpoint_id: str, overlap_hours: int, as_json: bool) -> None:
    """Make a new secret and show it this once; for a while both sign."""
    service = services_of_app().outgoing.endpoints
    overlap = timedelta(hours=overlap_hours)
    _show_secret(told(lambda: service.rotate(endpoint_id, overlap=overlap)), as_json)


@endpoints.command("enable")
@click.argument("endpoint_id")
def enable(endpoint_id: str) -> None:
    """Send new events to an endpoint again that was disabled."""
    service = services_of_app().outgoing.endpoints
    told(lambda: service.enable(endpoint_id))
    click.echo(
        f"{endpoint_id} hears of new events. What it missed is sent by: "
        f"flask checkout events redeliver --dead --endpoint {endpoint_id}"
    )


@endpoints.command("remove")
@click.argument("endpoint_id")
def remove(endpoint_id: str) -> None:
    """Forget an endpoint, and what it did not get."""
    service = services_of_app().outgoing.endpoints
    told(lambda: service.remove(endpoint_id))
    click.echo(f"{endpoint_id} is removed.")


def _show_secret(endpoint: WebhookEndpoint, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "id": endpoint.id,
                "url": endpoint.url,
                "events": list(endpoint.event_types),
                "secret": endpoint.secret,
            }
        )
        return
    click.echo(f"{endpoint.id}  {endpoint.url}")
    click.echo(f"Secret, shown this once: {endpoint.secret}")
