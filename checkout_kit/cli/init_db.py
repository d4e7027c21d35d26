"""``flask checkout init-db``."""

from __future__ import annotations

import click

from checkout_kit.cli.group import checkout, services_of_app, told


@checkout.command("init-db")
def init_db() -> None:
    """Make the kit's tables, or bring them up to date."""
    revision = told(services_of_app().init_db)
    click.echo(f"The database is at revision {revision}.")
