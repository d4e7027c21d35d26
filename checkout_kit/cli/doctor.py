"""``flask checkout doctor``."""

from __future__ import annotations

from flask import current_app

from checkout_kit.cli.group import checkout, json_option, services_of_app
from checkout_kit.cli.output import print_rows
from checkout_kit.doctor import examine


@checkout.command("doctor")
@json_option
def doctor(as_json: bool) -> None:
    """Look for what is wrong; exit code 1 if something is."""
    findings = examine(services_of_app(), has_secret_key=bool(current_app.secret_key))
    print_rows(
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
