"""``flask checkout plugins``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from checkout_kit.cli.group import checkout, json_option, services_of_app
from checkout_kit.cli.output import print_rows
from checkout_kit.plugins.loading import installed_plugins


@checkout.command("plugins")
@json_option
def plugins(as_json: bool) -> None:
    """List installed plugins, and what the enabled ones can do."""
    registry = services_of_app().registry
    rows = []
    for name, distribution in sorted(installed_plugins().items()):
        if name not in registry.names:
            rows.append(_plugin_row(name, distribution, None))
    for name in registry.names:
        supports = partial(registry.supports, name)
        rows.append(_plugin_row(name, registry.distribution(name), supports))
    print_rows(rows, as_json)


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
        ("refund", "refund_payment"),
        ("wallets", "list_wallets"),
        ("withdraw", "withdraw_funds"),
        ("rates", "fetch_rates"),
    ):
        row[title] = "yes" if supports and supports(hook) else "-"
    return row
