"""``python -m bench``: measure everything; exit 1 if a goal is missed by a fifth."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import click

from bench import in_process, many_rows, served
from bench.goals import GOALS, Result
from bench.report import keep, write_down
from bench.servers import ToolMissing, find_wrk
from tests.support.postgresql import PostgresqlMissing, running_postgresql


@click.command()
@click.option("--keep", "is_kept", is_flag=True, help="Write docs/performance.md anew.")
def main(is_kept: bool) -> None:
    """Measure the kit beside a bare app; takes some minutes."""
    started = time.monotonic()
    try:
        find_wrk()
        results = _measure()
    except (ToolMissing, PostgresqlMissing) as err:
        click.echo(f"bench: {err}", err=True)
        sys.exit(2)
    order = [goal.key for goal in GOALS]
    results.sort(key=lambda result: order.index(result.goal.key))
    click.echo()
    for result in results:
        click.echo(result.to_line())
    seconds = time.monotonic() - started
    click.echo(f"\n{seconds:.0f} s; ratios are medians, absolute figures mean nothing")
    path = write_down(results, seconds)
    if is_kept:
        keep(path)
    sys.exit(any(result.is_failure for result in results))


def _measure() -> list[Result]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_postgresql(is_durable=True))
        sqlite = served.make_sqlite(folder)
        postgresql = stack.enter_context(served.made_postgresql(server))
        return [
            *served.measure_served(sqlite, postgresql, folder),
            in_process.measure_first_view(folder),
            in_process.measure_providers(folder),
            in_process.measure_plugins(folder),
            in_process.measure_delivery(folder),
            many_rows.measure_recording(folder),
            many_rows.measure_due(
                folder, lambda: stack.enter_context(server.database())
            ),
        ]


if __name__ == "__main__":
    main()
