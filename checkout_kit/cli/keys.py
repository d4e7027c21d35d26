"""``flask checkout keys``: who may call the REST API."""

from __future__ import annotations

from datetime import timedelta

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_json, print_rows
from checkout_kit.domain.api_key import ApiKey
from checkout_kit.services.api_keys import NewSecret


@checkout.group("keys")
def keys() -> None:
    """Make, list and change keys of the REST API."""


@keys.command("create")
@click.option("--store", default=None, help="The store it belongs to.")
@click.option("--name", default="", help="What it is for.")
@click.option("--no-basic", is_flag=True, help="Accept Digest-Auth only.")
@click.option(
    "--allow", multiple=True, metavar="NETWORK", help="From where; any if none."
)
@json_option
def create(
    store: str | None, name: str, no_basic: bool, allow: tuple[str, ...], as_json: bool
) -> None:
    """Make a key; its secret is shown this once."""
    services = services_of_app()
    made: NewSecret = told(
        lambda: services.api_keys.create(
            services.basis.clock.now(),
            store_id=store or services.configuration.policy.store_id,
            name=name,
            allows_basic=not no_basic,
            networks=allow,
        )
    )
    _print_secret(made, as_json)


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """List all keys, without their secrets."""
    services = services_of_app()
    found = told(services.api_keys.list)
    print_rows([_row(key) for key in found], as_json)


@keys.command("revoke")
@click.argument("key")
@json_option
def revoke(key: str, as_json: bool) -> None:
    """End a key at once."""
    services = services_of_app()
    revoked = told(lambda: services.api_keys.revoke(key, services.basis.clock.now()))
    print_rows([_row(revoked)], as_json)


@keys.command("rotate")
@click.argument("key")
@click.option(
    "--overlap",
    default=24,
    show_default=True,
    type=click.IntRange(0, 90 * 24),
    help="Hours that the former secret still holds.",
)
@json_option
def rotate(key: str, overlap: int, as_json: bool) -> None:
    """Give a key a new secret, which is shown this once."""
    services = services_of_app()
    made: NewSecret = told(
        lambda: services.api_keys.rotate(
            key, services.basis.clock.now(), overlap=timedelta(hours=overlap)
        )
    )
    _print_secret(made, as_json)


@keys.command("allow")
@click.argument("key")
@click.argument("networks", nargs=-1, metavar="[NETWORK]...")
@click.option("--anywhere", is_flag=True, help="Empty the allow-list.")
@click.option("--basic/--no-basic", default=None, help="Accept Basic-Auth or not.")
@json_option
def allow(
    key: str,
    networks: tuple[str, ...],
    anywhere: bool,
    basic: bool | None,
    as_json: bool,
) -> None:
    """Set from which addresses a key may be used, in place of those set before."""
    if networks and anywhere:
        raise click.UsageError("name networks or say --anywhere, not both")
    if not networks and not anywhere and basic is None:
        raise click.UsageError("name networks, or say --anywhere")
    services = services_of_app()
    changed = told(
        lambda: services.api_keys.allow(
            key,
            networks=networks if networks or anywhere else None,
            basic=basic,
        )
    )
    print_rows([_row(changed)], as_json)


def _print_secret(made: NewSecret, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "key": made.key.id,
                "secret": made.secret,
                "store": made.key.store_id,
                "name": made.key.name,
            }
        )
        return
    click.echo(f"key:    {made.key.id}\nsecret: {made.secret}")
    click.echo("The secret is not shown again.")


def _row(key: ApiKey) -> dict[str, str]:
    previous = key.previous_until
    return {
        "key": key.id,
        "store": key.store_id,
        "name": key.name,
        "basic": "yes" if key.allows_basic else "no",
        "allowed": ", ".join(key.allowed_networks) or "anywhere",
        "created": key.created_at.isoformat(timespec="seconds"),
        "previous secret until": previous.isoformat(timespec="seconds")
        if previous
        else "-",
        "revoked": key.revoked_at.isoformat(timespec="seconds")
        if key.revoked_at
        else "-",
    }
