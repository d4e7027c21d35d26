from __future__ import annotations

from collections.abc import Iterator

import pytest

from checkout_kit import WebhookRefused, WebhookRequest
from checkout_kit_quoine_pay import QuoinePayPlugin
from checkout_kit_quoine_pay.callback import derive_token
from tests.plugins.quoine_pay.fake_api import (
    make_clock,
    make_settings,
    read_text,
)
from tests.plugins.quoine_pay.shop_side import make_plugin

SETTINGS = make_settings("https://pay.quoine.com/api/v1")
TOKEN = derive_token(SETTINGS)
BODY = read_text("callback").encode()


@pytest.fixture
def plugin() -> Iterator[QuoinePayPlugin]:
    plugin = make_plugin(SETTINGS, make_clock())
    yield plugin
    plugin.close()


def request(path: str = TOKEN, body: bytes = BODY) -> WebhookRequest:
    return WebhookRequest("POST", path, {}, body)


def test_the_documents_callback_names_its_invoice(plugin: QuoinePayPlugin) -> None:
    notice = plugin.parse_webhook(request())
    assert notice.references == ("1",)
    assert not notice.is_signed


def test_the_secret_path_cannot_be_guessed_and_follows_from_the_secret() -> None:
    assert len(TOKEN) == 40
    assert derive_token(SETTINGS) == TOKEN
    others = [
        make_settings(SETTINGS.base_url, user_secret="another"),
        make_settings(SETTINGS.base_url, user_id="2"),
    ]
    assert len({TOKEN, *map(derive_token, others)}) == 3
    assert SETTINGS.user_secret not in TOKEN


@pytest.mark.parametrize("path", ["", "x", TOKEN[:-1], f"{TOKEN}0", f"x/{TOKEN}", "é"])
def test_another_path_is_refused(plugin: QuoinePayPlugin, path: str) -> None:
    with pytest.raises(WebhookRefused, match="path"):
        plugin.parse_webhook(request(path))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"<html>",
        b'{"id": 1}',
        b'{"invoice": 1}',
        b'{"invoice": {}}',
        b'{"invoice": {"id": "1"}}',
        b'{"invoice": {"id": true}}',
        b'{"invoice": {"id": 1.5}}',
        b'{"invoice": {"id": 0}}',
        b'{"invoice": {"id": -1}}',
        b'{"invoice": {"id": 99999999999999999999}}',
        b'{"invoice": {"id": 1}, "invoice": {"id": 2}}',
        b'{"invoice": {"id": 1}} {}',
        b'{"invoice": {"id": 1}, "x": "\xff"}',
        b"[" * 5000,
    ],
)
def test_a_body_that_names_no_invoice_is_refused(
    plugin: QuoinePayPlugin, body: bytes
) -> None:
    with pytest.raises(WebhookRefused):
        plugin.parse_webhook(request(body=body))
