"""Pings: unsigned, they only say where to look."""

from __future__ import annotations

import pytest

from checkout_kit import WebhookNotice, WebhookRefused, WebhookRequest
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.shop_side import KEY


def ping(path: str) -> WebhookRequest:
    return WebhookRequest("GET", path, {}, b"")


def test_a_ping_only_says_where_to_look(plugin: CryptocoinProPlugin) -> None:
    assert plugin.parse_webhook(ping(KEY)) == WebhookNotice((KEY,), is_signed=False)


@pytest.mark.parametrize("path", ["", "a", "../etc", "x" * 200, "a b c d e f"])
def test_a_ping_without_an_invoice_is_refused(
    path: str, plugin: CryptocoinProPlugin
) -> None:
    with pytest.raises(WebhookRefused):
        plugin.parse_webhook(ping(path))
