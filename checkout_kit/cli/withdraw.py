"""``flask checkout withdraw``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_json
from checkout_kit.cli.withdrawals import withdrawal_row
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.target_account import (
    network_of,
    read_target_account,
    write_target_account,
)
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.services.withdrawals import WithdrawalWish


def _read_pairs(
    context: click.Context, parameter: click.Parameter, given: Sequence[str]
) -> Mapping[str, str]:
    pairs = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name or name in pairs:
            raise click.BadParameter("give each as name=value, and once")
        pairs[name] = value
    return pairs


@checkout.command("withdraw")
@click.argument("wallet")
@click.argument("amount")
@click.argument("network")
@click.argument("account", nargs=-1, required=True, callback=_read_pairs)
@click.option("--asset", help="On XLM: what arrives, as CODE:ISSUER@stellar.")
@click.option("--least", help="Send nothing if less than this would arrive.")
@click.option(
    "--option",
    "options",
    multiple=True,
    callback=_read_pairs,
    help="The provider's own, as name=value.",
)
@click.option("--yes", is_flag=True, help="Send without asking.")
@json_option
def withdraw(
    wallet: str,
    amount: str,
    network: str,
    account: Mapping[str, str],
    asset: str | None,
    least: str | None,
    options: Mapping[str, str],
    yes: bool,
    as_json: bool,
) -> None:
    """Send money out of a wallet, after showing what would arrive and asking.

    WALLET is a wallet's id, NETWORK a chain's code or a fiat currency's, ACCOUNT what
    the network asks for, such as: first/main 0.1 BTC address=bc1…, or
    bank/usd 100 EUR iban=DE89… swift=DEUTDEFF. Money moves once "y" is answered.
    """
    services = services_of_app()

    def make() -> WithdrawalOrder:
        currency = Currency.parse(asset, field_name="asset") if asset else None
        target = read_target_account(network.upper(), account, currency)
        wish = WithdrawalWish(wallet, amount, target, least, options)
        return services.withdrawals.create(wish)

    order: WithdrawalOrder = told(make)
    if not yes:
        click.echo(_question(order), err=True)
        if not click.confirm("Send it?", err=True):
            raise click.ClickException("nothing was sent")
    order = told(lambda: services.withdrawals.commit(order.id))
    if as_json:
        print_json(withdrawal_row(order))
    else:
        click.echo(f"{order.id}  {order.state.value}")
        if order.problem:
            click.echo(order.problem, err=True)
    if order.state is WithdrawalState.FAILED:
        raise SystemExit(1)


def _question(order: WithdrawalOrder) -> str:
    target = order.request.target
    account = " ".join(
        f"{name}={value}"
        for name, value in write_target_account(target).items()
        if value is not None
    )
    lines = [
        f"from     {order.provider}/{order.request.wallet}",
        f"takes    {order.request.amount}",
        f"arrives  {order.promised or 'not promised by this provider'}",
        f"fee      {order.fee if order.fee is not None else 'unknown'}",
        f"to       {network_of(target)} {account}",
    ]
    return "\n".join(lines)
