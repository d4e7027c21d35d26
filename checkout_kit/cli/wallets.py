"""``flask checkout wallets``."""

from __future__ import annotations

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app
from checkout_kit.cli.output import print_json, print_table
from checkout_kit.domain.wallet import Wallet, WalletStatement


@checkout.command("wallets")
@json_option
def wallets(as_json: bool) -> None:
    """Show what the accounts at all providers hold; exit code 1 if one can't be asked.

    A provider that can't be asked is named, and nothing is counted for it.
    """
    statement = services_of_app().wallets.read()
    if as_json:
        print_json(_document(statement))
    else:
        print_table(
            [
                {
                    "wallet": holding.id,
                    "balance": _told(holding.wallet),
                    "name": holding.wallet.name,
                }
                for holding in statement.holdings
            ]
        )
        for currency in statement.currencies:
            click.echo(f"{currency.code} in all: {currency.balance_text}")
    for provider, problem in statement.unavailable.items():
        click.echo(f"Left out: {provider} can't be asked ({problem})", err=True)
    if statement.unavailable:
        raise SystemExit(1)


def _told(wallet: Wallet) -> str:
    return "not told" if wallet.balance is None else str(wallet.balance)


def _document(statement: WalletStatement) -> dict[str, object]:
    return {
        "currencies": [
            {
                "code": currency.code,
                "balance": currency.balance_text,
                "wallets": [
                    {
                        "id": holding.id,
                        "balance": holding.wallet.balance_text,
                        "currency": str(holding.wallet.currency),
                        "name": holding.wallet.name,
                    }
                    for holding in currency.holdings
                ],
            }
            for currency in statement.currencies
        ],
        "unavailable": dict(statement.unavailable),
    }
