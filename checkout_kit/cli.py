"""The commands: ``flask checkout …``, for those who run a shop."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from checkout_kit.doctor import examine
from checkout_kit.domain.checkout import Checkout
from checkout_kit.errors import CheckoutKitError, NotFoundError, PluginError
from checkout_kit.plugins.loading import installed_plugins, load_plugin_class
from checkout_kit.wiring import EXTENSION_NAME, Services

checkout = AppGroup("checkout", help="Run and inspect the checkout.")

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _services() -> Services:
    services: Services | None = current_app.extensions.get(EXTENSION_NAME)
    if services is None:
        raise click.ClickException(
            "this app has no CheckoutKit: call CheckoutKit(app) in its factory"
        )
    return services


def _told(work: Callable[[], Any]) -> Any:
    """Run work and tell an error of the kit's in one line, with exit code 1."""
    try:
        return work()
    except CheckoutKitError as err:
        raise click.ClickException(str(err)) from err


@checkout.command("init-db")
def init_db() -> None:
    """Make the kit's tables, or bring them up to date."""
    revision = _told(_services().init_db)
    click.echo(f"The database is at revision {revision}.")


@checkout.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def worker(once: bool) -> None:
    """Do due work until stopped: look for payments, settle, deliver events."""
    services = _services()
    if once:
        report = _told(services.work.run_all)
        for name in report.__slots__:
            click.echo(f"{name.replace('_', ' ')}: {getattr(report, name)}")
        return
    _told(
        lambda: services.checkouts.list(services.basis.clock.now(), limit=1, offset=0)
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    services.loop.ensure_started()
    click.echo("The worker is running; Ctrl-C ends it.")
    stop.wait()
    services.loop.stop()
    click.echo("The worker has ended.")


@checkout.command("check")
@click.argument("checkout_id")
@_json_option
def check(checkout_id: str, as_json: bool) -> None:
    """Look for payments of one checkout now, and show what is known of it."""
    services = _services()

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
        _print_json(
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
    _print_table(rows)


@checkout.command("plugins")
@_json_option
def plugins(as_json: bool) -> None:
    """List installed plugins, and what the enabled ones can do."""
    registry = _services().registry
    rows = []
    for name, distribution in sorted(installed_plugins().items()):
        if name not in registry.names:
            rows.append(_plugin_row(name, distribution, None))
    for name in registry.names:
        supports = partial(registry.supports, name)
        rows.append(_plugin_row(name, registry.distribution(name), supports))
    _print_rows(rows, as_json)


def _plugin_row(
    name: str, distribution: str | None, supports: Callable[[str], bool] | None
) -> Mapping[str, str]:
    row = {
        "plugin": name,
        "distribution": distribution or "this app",
        "enabled": "yes" if supports else "no",
    }
    for title, hook in (
        ("method", "list_payment_methods"),
        ("quote", "quote_price"),
        ("invoice", "create_invoice"),
        ("detect", "detect_payments"),
        ("webhook", "parse_webhook"),
        ("settle", "settle_invoice"),
        ("wallets", "list_wallets"),
        ("withdraw", "withdraw_funds"),
    ):
        row[title] = "yes" if supports and supports(hook) else "-"
    return row


@checkout.command("doctor")
@_json_option
def doctor(as_json: bool) -> None:
    """Look for what is wrong; exit code 1 if something is."""
    findings = examine(_services())
    _print_rows(
        [
            {
                "check": f.name,
                "result": "ok" if f.is_good else "BAD",
                "detail": f.detail,
            }
            for f in findings
        ],
        as_json,
    )
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)


@checkout.command("simulate", with_appcontext=False)
@click.argument("provider")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5001, show_default=True, type=click.IntRange(0, 65535))
def simulate(provider: str, host: str, port: int) -> None:
    """Run a provider's simulator: its API with play money, for trying things out."""
    try:
        plugin_class = load_plugin_class(provider)
    except PluginError as err:
        raise click.ClickException(str(err)) from err
    make = getattr(plugin_class, "create_simulator", None)
    if make is None:
        raise click.ClickException(f"the plugin {provider!r} has no simulator")
    # Only this command serves HTTP; the rest of the kit does without werkzeug.serving.
    from werkzeug.serving import make_server

    try:
        server = make_server(host, port, make(), threaded=True)
    except (OSError, SystemExit) as err:
        raise click.ClickException(
            f"port {port} is in use: choose another with --port"
        ) from err
    click.echo(f"The {provider} simulator is at http://{host}:{server.port}/")
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("The simulator has ended.")
    finally:
        server.server_close()


def _interrupt() -> None:
    raise KeyboardInterrupt


def _print_rows(rows: Sequence[Mapping[str, str]], as_json: bool) -> None:
    if as_json:
        _print_json(rows)
    else:
        _print_table(rows)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _print_table(rows: Sequence[Mapping[str, str]]) -> None:
    if not rows:
        click.echo("Nothing.")
        return
    names = list(rows[0])
    widths = [max(len(name), *(len(row[name]) for row in rows)) for name in names]
    for line in [dict(zip(names, names, strict=True)), *rows]:
        cells = (line[n].ljust(w) for n, w in zip(names, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
