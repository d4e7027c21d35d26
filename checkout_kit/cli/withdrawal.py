"""``flask checkout withdrawal resolve``."""

from __future__ import annotations

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_rows
from checkout_kit.cli.withdrawals import withdrawal_row
from checkout_kit.domain.withdrawal_order import WithdrawalState

_ENDS = {"completed": WithdrawalState.COMPLETED, "failed": WithdrawalState.FAILED}


@checkout.group("withdrawal")
def withdrawal() -> None:
    """Look after a single withdrawal."""


@withdrawal.command("resolve")
@click.argument("withdrawal_id")
@click.option("--as", "end", required=True, type=click.Choice(list(_ENDS)))
@click.option("--note", required=True, help="How you know; kept in the event.")
@json_option
def resolve(withdrawal_id: str, end: str, note: str, as_json: bool) -> None:
    """Close a withdrawal that stays PROCESSING, after looking at the account.

    Moves no money and asks no provider: it only keeps what you found out.
    """
    services = services_of_app()
    resolved = told(
        lambda: services.withdrawal_resolving.resolve(
            withdrawal_id, _ENDS[end], actor="operator", note=note
        )
    )
    print_rows([withdrawal_row(resolved)], as_json)
