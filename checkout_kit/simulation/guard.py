"""Who may move a simulator: this machine alone, and no other site."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import Forbidden


def check_caller() -> None:
    """Refuse other machines, and forms of other sites opened in a local browser.

    `SIMULATOR_REMOTE_CONTROL` in the app's config lets other machines in.

    :raises Forbidden: for a caller who is refused.
    """
    if not current_app.config["SIMULATOR_REMOTE_CONTROL"]:
        try:
            is_local = ipaddress.ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            is_local = False
        if not is_local:
            raise Forbidden("The control API answers this machine alone.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden("The control API answers no other site.")
