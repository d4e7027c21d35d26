"""``flask checkout rates``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app
from checkout_kit.cli.output import print_rows
from checkout_kit.domain.rate import Rate

#: Digits that are shown; the rate itself is exact.
_SHOWN = 12


@checkout.command("rates")
@json_option
def rates(as_json: bool) -> None:
    """Show what the markets pay at present; exit code 1 if a source fails."""
    services = services_of_app()
    reports = services.rates.fetch_all()
    if not reports:
        raise click.ClickException("no enabled plugin is set up to know rates")
    now = services.basis.clock.now()
    rows = [
        _row(report.provider, rate, now)
        for report in reports
        for rate in [*report.rates, *report.stale]
    ]
    if rows or as_json:
        print_rows(rows, as_json)
    problems = [report for report in reports if report.problem or report.stale]
    for report in problems:
        problem = report.problem or "handed out stale rates; they are never used"
        click.echo(f"{report.provider}: {problem}", err=True)
    if problems:
        raise SystemExit(1)


def _row(provider: str, rate: Rate, now: datetime) -> Mapping[str, str]:
    return {
        "provider": provider,
        "pair": rate.pair,
        "bid": _shown(rate.bid),
        "ask": _shown(rate.ask),
        "last": "-" if rate.last is None else _shown(rate.last),
        "age": f"{max(int(rate.age(now).total_seconds()), 0)} s",
        "state": "STALE" if rate.is_stale(now) else "fresh",
        "source": rate.source,
    }


def _shown(price: Fraction) -> str:
    """Write a price in so many digits, cut and never rounded up."""
    whole = price.numerator // price.denominator
    places = max(_SHOWN - len(str(whole)), 2)
    scaled = price.numerator * 10**places // price.denominator
    digits = f"{scaled:0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:].rstrip('0') or '0'}"
