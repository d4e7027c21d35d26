"""How a simulator sends a webhook."""

from __future__ import annotations

from collections.abc import Mapping

import requests

_TIMEOUT = (2, 5)


def post_webhook(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post the body once and return the HTTP status of the answer.

    :raises requests.RequestException: when there is none.
    :raises ValueError: for some addresses that are none.
    """
    with requests.Session() as session:
        # The environment's proxies and .netrc are no business of a webhook.
        session.trust_env = False
        with session.post(
            url,
            data=body,
            headers={**headers, "Connection": "close"},
            timeout=_TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            return response.status_code
