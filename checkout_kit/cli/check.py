"""``flask checkout check``."""

from __future__ import annotations

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app
from checkout_kit.cli.output import print_json, print_table
from checkout_kit.domain.checkout import Checkout
from checkout_kit.errors import NotFoundError


@checkout.command("check")
@click.argument("checkout_id")
@json_option
def check(checkout_id: str, as_json: bool) -> None:
    """Look for payments of one checkout now, and show what is known of it."""
    services = services_of_app()

    def look() -> Checkout:
        services.checkouts.get(checkout_id, services.basis.clock.now())
        services.detection.check_checkout(checkout_id)
        return services.checkouts.get(checkout_id, services.basis.clock.now())

    try:
        found = look()
    except NotFoundError as err:
        raise click.ClickException(str(err)) from err
    rows = [
        {
            "invoice": invoice.id,
            "method": invoice.method.id,
            "status": invoice.status.value,
            "amount": str(invoice.amount),
            "paid": ", ".join(
                f"{payment.amount} {payment.status.value}"
                for payment in invoice.payments
            ),
            "provider_state": invoice.provider_state or "",
        }
        for invoice in found.invoices
    ]
    if as_json:
        print_json(
            {
                "id": found.id,
                "state": found.state.value,
                "is_paid": found.is_paid,
                "total": str(found.total),
                "invoices": rows,
            }
        )
        return
    click.echo(f"{found.id}  {found.state.value}  {found.total}")
    print_table(rows)
