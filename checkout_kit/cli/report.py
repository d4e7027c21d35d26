"""``flask checkout report``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_json, print_table
from checkout_kit.domain.money import Money
from checkout_kit.domain.report import DayReport, ReportLine, UnmatchedLine


@checkout.command("report")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day of UTC, such as 2026-11-25; today's by default.",
)
@json_option
def report(day: datetime | None, as_json: bool) -> None:
    """Add up a day's checkouts through all providers; exit code 1 if sums don't agree.

    The day goes from 00:00 to 24:00 UTC, and a checkout belongs to the day on which it
    was made.
    """
    services = services_of_app()
    wanted: date = (day or services.basis.clock.now()).date()
    made: DayReport = told(lambda: services.reporting.report_day(wanted))
    if as_json:
        print_json(_to_json(made))
    else:
        _print(made)
    for problem in made.problems:
        click.echo(f"PROBLEM: {problem}", err=True)
    if made.problems:
        raise SystemExit(1)


def _print(report: DayReport) -> None:
    so_far = "" if report.is_over else ", so far"
    click.echo(f"Checkouts made on {report.day}, 00:00 to 24:00 UTC{so_far}")
    print_table([_row(line) for line in (*report.lines, *report.totals)])
    if report.unmatched:
        click.echo("\nDeposits that fitted no invoice")
        print_table([_unmatched_row(line) for line in report.unmatched])


def _row(line: ReportLine) -> Mapping[str, str]:
    return {
        "provider": line.provider,
        "currency": str(line.currency),
        "checkouts": str(line.checkouts),
        **{name: _amount(getattr(line, name)) for name in _AMOUNTS},
        **{name: _joined(getattr(line, name)) for name in _SUMS},
    }


_AMOUNTS = ("charged", "paid", "over", "under", "unsettled")
_SUMS = ("received", "settled", "fees")


def _unmatched_row(line: UnmatchedLine) -> Mapping[str, str]:
    return {
        "provider": line.provider,
        "deposits": str(line.deposits),
        "amounts": _joined(line.amounts),
    }


def _to_json(report: DayReport) -> Mapping[str, Any]:
    return {
        "day": report.day.isoformat(),
        "time_zone": "UTC",
        "at": report.at.isoformat(),
        "is_over": report.is_over,
        "lines": [_line_to_json(line) for line in report.lines],
        "totals": [_line_to_json(line) for line in report.totals],
        "unmatched": [
            {
                "provider": line.provider,
                "deposits": line.deposits,
                "amounts": _moneys_to_json(line.amounts),
            }
            for line in report.unmatched
        ],
        "problems": list(report.problems),
    }


def _line_to_json(line: ReportLine) -> Mapping[str, Any]:
    return {
        "provider": line.provider,
        "currency": str(line.currency),
        "checkouts": line.checkouts,
        **{name: _amount(getattr(line, name)) for name in _AMOUNTS},
        **{name: _moneys_to_json(getattr(line, name)) for name in _SUMS},
    }


def _moneys_to_json(moneys: Iterable[Money]) -> list[Mapping[str, str]]:
    return [
        {"amount": _amount(money), "currency": str(money.currency)} for money in moneys
    ]


def _amount(money: Money) -> str:
    return f"{money.amount:f}"


def _joined(moneys: Iterable[Money]) -> str:
    return ", ".join(str(money) for money in moneys) or "-"
