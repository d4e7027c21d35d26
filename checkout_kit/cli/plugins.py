"""``flask checkout plugins``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from checkout_kit.cli.group import checkout, json_option, services_of_app
from checkout_kit.cli.output import print_rows
from checkout_kit.errors import PluginError
from checkout_kit.plugins.loading import (
    display_name_of,
    installed_plugins,
    load_plugin_class,
)


@checkout.command("plugins")
@json_option
def plugins(as_json: bool) -> None:
    """List installed plugins, and what the enabled ones can do."""
    registry = services_of_app().registry
    rows = []
    for name, distribution in sorted(installed_plugins().items()):
        if name not in registry.names:
            rows.append(_plugin_row(name, _name_of(name), distribution, None))
    for name in registry.names:
        supports = partial(registry.supports, name)
        shown = registry.display_name(name)
        rows.append(_plugin_row(name, shown, registry.distribution(name), supports))
    print_rows(rows, as_json)


def _name_of(name: str) -> str:
    """What people call a plugin that is not enabled, if it can be loaded at all."""
    try:
        return display_name_of(name, load_plugin_class(name))
    except PluginError:
        return "-"


def _plugin_row(
    name: str,
    display_name: str,
    distribution: str | None,
    supports: Callable[[str], bool] | None,
) -> Mapping[str, str]:
    row = {
        "plugin": name,
        "name": display_name,
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
