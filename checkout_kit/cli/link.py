"""``flask checkout link``: addresses that any number of buyers pay at."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_json, print_rows, print_table
from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.payment_link import PaymentLink
from checkout_kit.extension.offer_terms import make_offer
from checkout_kit.wiring import Services

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@checkout.group("link")
def link() -> None:
    """Make, list and close payment links."""


@link.command("create")
@click.argument("description")
@click.argument("price")
@click.argument("currency")
@click.option("--min", "minimum", help="The least, if buyers say how much.")
@click.option("--max", "maximum", help="The most, if buyers say how much.")
@click.option("--stock", type=click.IntRange(1), help="How many; any number if none.")
@click.option("--expires", type=_DAY, help="When it ends, in UTC.")
@click.option("--hours", type=click.IntRange(1), help="Or after how many hours.")
@click.option("--reference", help="The shop's own id, kept with each checkout.")
@click.option("--campaign", help="What a donation is for.")
@click.option("--return-url", help="Where the page links to once it is paid.")
@json_option
def create(
    description: str,
    price: str,
    currency: str,
    minimum: str | None,
    maximum: str | None,
    stock: int | None,
    expires: datetime | None,
    hours: int | None,
    reference: str | None,
    campaign: str | None,
    return_url: str | None,
    as_json: bool,
) -> None:
    """Make a link: what for, its price (or the one suggested), and the currency."""
    if expires is not None and hours is not None:
        raise click.UsageError("say --expires or --hours, not both")
    services = services_of_app()
    now = services.basis.clock.now()
    until = expires.replace(tzinfo=timezone.utc) if expires else None

    def make() -> PaymentLink:
        offer = make_offer(
            Charge(currency, [LineItem(description, price)]),
            now,
            minimum=minimum,
            maximum=maximum,
            expires=until if hours is None else timedelta(hours=hours),
            settlement_currency=None,
            reference=reference,
            campaign=campaign,
            return_url=return_url,
        )
        return services.links.create(offer, stock, now)

    made: PaymentLink = told(make)
    row = _row(services, made)
    if as_json:
        print_json(row)
        return
    print_table([{"id": row["id"], "url": row["url"]}])


@link.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 250))
@click.option("--offset", default=0, show_default=True, type=click.IntRange(0))
@json_option
def list_links(limit: int, offset: int, as_json: bool) -> None:
    """List links, newest first."""
    services = services_of_app()
    now = services.basis.clock.now()
    found = told(lambda: services.links.list(now, limit=limit, offset=offset))
    print_rows([_row(services, item) for item in found], as_json)


@link.command("close")
@click.argument("link_id", metavar="ID")
@json_option
def close(link_id: str, as_json: bool) -> None:
    """End a link; what was opened by it can still be paid."""
    services = services_of_app()
    now = services.basis.clock.now()
    closed = told(lambda: services.links.close(link_id, now))
    print_rows([_row(services, closed)], as_json)


def _row(services: Services, item: PaymentLink) -> dict[str, str]:
    offer = item.offer
    amount = str(offer.charge.total)
    if offer.minimum is not None and offer.maximum is not None:
        amount = f"{offer.minimum.to_text()} to {offer.maximum}"
    return {
        "id": item.id,
        "state": item.state(services.basis.clock.now()).value,
        "for": offer.charge.line_items[0].description,
        "amount": amount,
        "stock": "any" if item.stock is None else str(item.stock),
        "sold": str(item.sold),
        "held": str(item.held),
        "expires": item.expires_at.isoformat(timespec="seconds")
        if item.expires_at
        else "never",
        "url": services.counter.with_address(item).url,
    }
