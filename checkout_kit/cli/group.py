"""The group ``flask checkout``, and what its commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, NoAppException, ScriptInfo

from checkout_kit.errors import CheckoutKitError
from checkout_kit.wiring import EXTENSION_NAME, Services


class CheckoutGroup(AppGroup):
    """The kit's commands, and those that an app's plugins added.

    The kit's own are found without an app. ``flask`` finds this group by its entry
    point before it loads the app, so that an unknown name is looked for in the app's
    own copy of the group, which is the one that plugins add to.
    """

    def for_app(self) -> AppGroup:
        """Copy the group for one app, so that no app sees another's commands."""
        return AppGroup(self.name, help=self.help, commands=dict(self.commands))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands; without an app, the kit's own."""
        return sorted({*super().list_commands(ctx), *_commands_of_app(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command."""
        found = super().get_command(ctx, cmd_name)
        return found or _commands_of_app(ctx).get(cmd_name)


def _commands_of_app(ctx: click.Context) -> Mapping[str, click.Command]:
    try:
        app = ctx.ensure_object(ScriptInfo).load_app()
    except NoAppException:
        return {}
    group = app.cli.commands.get("checkout")
    return group.commands if isinstance(group, click.Group) else {}


checkout = CheckoutGroup("checkout", help="Run and inspect the checkout.")


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
