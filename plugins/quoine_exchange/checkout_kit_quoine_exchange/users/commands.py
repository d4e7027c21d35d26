"""The commands ``flask checkout quoine-exchange …``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from cryptography.fernet import Fernet

from checkout_kit import CheckoutKitError, PluginError, ProviderError
from checkout_kit_quoine_exchange.users.provisioning import UserProvisioner, advice
from checkout_kit_quoine_exchange.users.vault import StoredUser, UserVault

if TYPE_CHECKING:
    from flask import Flask

_NO_VAULT = (
    "set users_file and users_key first; `flask checkout quoine-exchange new-key` "
    "makes a key"
)


def add_commands(
    app: Flask, provisioner: UserProvisioner | None, vault: UserVault | None
) -> None:
    """Add the group to the app's own; without a users' file it only makes keys."""
    group = click.Group("quoine-exchange", help="Manage users of Quoine Exchange.")
    users = click.Group("users", help="Make, change and list the vendor's users.")
    group.add_command(_new_key())
    group.add_command(users)

    def ready() -> tuple[UserProvisioner, UserVault]:
        if provisioner is None or vault is None:
            raise click.ClickException(_NO_VAULT)
        return provisioner, vault

    for make in (_create, _update, _list, _restore, _forget, _reseal):
        users.add_command(make(ready))
    kit = app.cli.commands["checkout"]
    if not isinstance(kit, click.Group):
        raise PluginError("quoine_exchange", "the app's `checkout` is no group")
    kit.add_command(group)


_Ready = Callable[[], tuple[UserProvisioner, UserVault]]


def _told(work: Callable[[], Any]) -> Any:
    """Run work and tell an error of the kit's in one line, with exit code 1."""
    try:
        return work()
    except CheckoutKitError as err:
        raise click.ClickException(str(err)) from err


def _new_key() -> click.Command:
    @click.command("new-key")
    def new_key() -> None:
        """Print a new key for the setting users_key; keep it secret and safe."""
        click.echo(Fernet.generate_key().decode())

    return new_key


def _create(ready: _Ready) -> click.Command:
    @click.command("create")
    @click.argument("ext_id")
    @click.option("--email", help="The user's e-mail address; not kept here.")
    @click.option(
        "--auth-code",
        prompt="Code for withdrawals",
        hide_input=True,
        confirmation_prompt=True,
        help="The code that crypto withdrawals need; asked for if left out.",
    )
    def create(ext_id: str, email: str | None, auth_code: str) -> None:
        """Make a user; EXT_ID is your own name of it."""
        provisioner, vault = ready()
        try:
            user = provisioner.create(ext_id, auth_code, email)
        except ProviderError as err:
            raise click.ClickException(advice(err, ext_id)) from err
        except CheckoutKitError as err:
            raise click.ClickException(str(err)) from err
        click.echo(f"The user {ext_id} has the id {user.id}.")
        click.echo(f"Its secret is in {vault.path}; back that file up, and the key.")

    return create


def _update(ready: _Ready) -> click.Command:
    @click.command("update")
    @click.argument("user_id", type=click.IntRange(1))
    @click.option("--email", help="Another e-mail address.")
    @click.option("--auth-code", help="Another code; - asks for it.")
    def update(user_id: int, email: str | None, auth_code: str | None) -> None:
        """Change a user, or learn the secret of one that is not in the file."""
        provisioner, _ = ready()
        if auth_code == "-":
            auth_code = click.prompt("Code for withdrawals", hide_input=True)
        user = _told(lambda: provisioner.update(user_id, auth_code, email))
        click.echo(f"The user {user.id} ({user.ext_id}) is up to date.")

    return update


def _list(ready: _Ready) -> click.Command:
    @click.command("list")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def list_users(as_json: bool) -> None:
        """List the users of the file, without their secrets."""
        _, vault = ready()
        rows = [_row(user) for user in _told(vault.users)]
        if as_json:
            click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        elif not rows:
            click.echo("Nothing.")
        for row in [] if as_json else rows:
            click.echo(f"{row['id']:>12}  {row['ext_id']}  {row['state']}")

    return list_users


def _restore(ready: _Ready) -> click.Command:
    @click.command("restore")
    def restore() -> None:
        """Save a user from the encrypted text that a failed command printed."""
        provisioner, _ = ready()
        seal = click.prompt("The text")
        user = _told(lambda: provisioner.restore(seal))
        click.echo(f"The user {user.id} ({user.ext_id}) is saved.")

    return restore


def _forget(ready: _Ready) -> click.Command:
    @click.command("forget")
    @click.argument("ext_id")
    def forget(ext_id: str) -> None:
        """Take a user out of the file that was never made."""
        _, vault = ready()
        _told(lambda: vault.forget(ext_id))
        click.echo(f"{ext_id} is forgotten.")

    return forget


def _reseal(ready: _Ready) -> click.Command:
    @click.command("reseal")
    def reseal() -> None:
        """Encrypt all secrets anew by the first key of users_key."""
        _, vault = ready()
        click.echo(f"{_told(vault.reseal)} users are encrypted by the first key.")

    return reseal


def _row(user: StoredUser) -> dict[str, str]:
    if user.is_complete:
        state = "ready" if user.auth_code else "has no code for withdrawals"
    else:
        state = "not made, or its answer was lost"
    return {"id": str(user.id or "-"), "ext_id": user.ext_id, "state": state}
