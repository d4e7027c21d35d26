"""``flask checkout secrets renew``."""

from __future__ import annotations

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_rows


@checkout.group("secrets")
def secrets() -> None:
    """Look after what the database keeps encrypted."""


@secrets.command("renew")
@json_option
def renew(as_json: bool) -> None:
    """Encrypt all that is kept anew with the newest key, so that old ones can go.

    Put a new key first into CHECKOUT_KIT_ENCRYPTION_KEYS, restart everything, run
    this, and then take the old key out. Exits with 1 if something stays unreadable.
    """
    services = services_of_app()
    found = told(services.resealing.run)
    rows = [
        {
            "table": kind.kind,
            "renewed": str(kind.changed),
            "unreadable": " ".join(kind.unreadable),
        }
        for kind in found
    ]
    print_rows(rows, as_json)
    if any(kind.unreadable for kind in found):
        raise SystemExit(1)
