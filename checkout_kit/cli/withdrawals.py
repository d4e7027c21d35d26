"""``flask checkout withdrawals``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_rows
from checkout_kit.domain.target_account import network_of
from checkout_kit.domain.withdrawal_order import WithdrawalOrder


@checkout.command("withdrawals")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 250))
@click.option("--offset", default=0, show_default=True, type=click.IntRange(0))
@json_option
def withdrawals(limit: int, offset: int, as_json: bool) -> None:
    """List withdrawals, newest first."""
    services = services_of_app()
    found: Sequence[WithdrawalOrder] = told(
        lambda: services.withdrawals.list(limit=limit, offset=offset)
    )
    print_rows([withdrawal_row(order) for order in found], as_json)


def withdrawal_row(order: WithdrawalOrder) -> dict[str, str]:
    """A withdrawal, for a table or JSON; not where the money goes."""
    transaction = order.result.transaction_id if order.result else None
    return {
        "id": order.id,
        "state": order.state.value,
        "created": order.created_at.isoformat(timespec="seconds"),
        "from": f"{order.provider}/{order.request.wallet}",
        "takes": str(order.request.amount),
        "arrives": str(order.received) if order.received is not None else "",
        "to": network_of(order.request.target),
        "transaction": transaction or "",
        "problem": order.problem or "",
    }
