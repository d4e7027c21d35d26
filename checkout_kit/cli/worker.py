"""``flask checkout worker``."""

from __future__ import annotations

import signal
import threading

import click

from checkout_kit.cli.group import checkout, services_of_app, told


@checkout.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def worker(once: bool) -> None:
    """Do due work until stopped: look for payments, settle, deliver events."""
    services = services_of_app()
    if once:
        report = told(services.work.run_all)
        for name in report.__slots__:
            click.echo(f"{name.replace('_', ' ')}: {getattr(report, name)}")
        return
    told(lambda: services.checkouts.list(services.basis.clock.now(), limit=1, offset=0))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    services.loop.ensure_started()
    click.echo("The worker is running; Ctrl-C ends it.")
    stop.wait()
    services.loop.stop()
    click.echo("The worker has ended.")
