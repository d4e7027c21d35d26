"""The commands: ``flask checkout …``, for those who run a shop; a module for each."""

from checkout_kit.cli import (
    check,
    doctor,
    endpoints,
    events,
    init_db,
    keys,
    listen,
    new_plugin,
    plugins,
    rates,
    report,
    simulate,
    wallets,
    withdraw,
    withdrawals,
    worker,
)
from checkout_kit.cli.group import checkout

__all__ = [
    "check",
    "checkout",
    "doctor",
    "endpoints",
    "events",
    "init_db",
    "keys",
    "listen",
    "new_plugin",
    "plugins",
    "rates",
    "report",
    "simulate",
    "wallets",
    "withdraw",
    "withdrawals",
    "worker",
]
