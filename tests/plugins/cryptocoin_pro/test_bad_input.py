"""Answers that are no answers: a typed error, in bounded time, and nothing credited."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from checkout_kit import (
    ProviderError,
    ProviderProtocolError,
    ProviderTimeout,
    ProviderUnavailable,
)
from checkout_kit.testing import FakeClock, LoopbackServer
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import FakeApi, data_of
from tests.plugins.cryptocoin_pro.shop_side import (
    USER,
    deposit_invoice,
    make_plugin,
    order,
)

LIST = f"GET {USER}/order"
STRANGER = {
    "id": "0d000000-0000-0000-0000-0000000000ff",
    "wallet": "0x52908400098527886E0F7030069857D2E4169EE7",
}


@pytest.mark.parametrize(
    "answer",
    [
        "<html>Maintenance</html>",
        '{"data": [{"id": "0d0000',
        '{"data": [], "data": []}',
        '{"data": NaN}',
        {"data": {"id": 1}},
        {"data": None},
        {},
        [],
        None,
        "",
        (302, {"message": "elsewhere"}),
        (200, b"\xff\xfe"),
    ],
)
def test_an_answer_that_is_none_credits_nothing(
    answer: Any, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = deposit_invoice(plugin, api)
    api.put(LIST, answer)
    with pytest.raises(ProviderProtocolError):
        plugin.detect_payments([invoice])


@pytest.mark.parametrize(
    "changes",
    [
        {"toAmount": "1e999"},
        {"toAmount": "1" * 200},
        {"toAmount": True},
        {"toAmount": {"amount": 1}},
        {"toAmount": "0,25"},
        {"toAmount": "\u0660.\u0662\u0665"},
        {"createdAt": "soon"},
        {"createdAt": 10**15},
        {"status": None},
        {"id": "../../quote"},
        {"wallet": "0x\n"},
    ],
)
def test_an_odd_order_is_left_out_and_nothing_is_missing(
    changes: dict[str, Any], api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    invoice = deposit_invoice(plugin, api)
    odd, strangers = order("APPROVED") | changes, order("APPROVED") | STRANGER
    api.put(LIST, {"data": [odd, strangers]})
    found = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert (found.payments, found.is_complete) == ([], False)


def test_a_list_of_nothing_but_odd_orders_is_refused(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    """It is no empty list: somebody has to hear that orders can't be read."""
    invoice = deposit_invoice(plugin, api)
    api.put(LIST, {"data": [order("APPROVED") | {"toAmount": ["0.25"]}]})
    with pytest.raises(ProviderProtocolError, match="no item is readable: toAmount"):
        plugin.detect_payments([invoice])


def test_a_list_whose_pages_can_not_be_told_is_refused(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    """Its further pages may hold a payment."""
    invoice = deposit_invoice(plugin, api)
    meta = {"currentPage": 1, "lastPage": ["2"]}
    api.put(LIST, {"data": [order("APPROVED") | STRANGER], "meta": meta})
    with pytest.raises(ProviderProtocolError, match="lastPage is not a number"):
        plugin.detect_payments([invoice])


def test_a_bomb_is_not_unpacked() -> None:
    packed = gzip.compress(b" " * 40_000_000, 1)

    def answer(environ: Any, start_response: Any) -> Any:
        response = Response(packed, headers={"Content-Encoding": "gzip"})
        if "authenticate" in Request(environ).path:
            body = json.dumps({"data": data_of("post_authenticate")})
            response = Response(body, content_type="application/json")
        return response(environ, start_response)

    with LoopbackServer(answer) as server:
        api = FakeApi()
        api.url = f"{server.url}/api/v1"
        plugin = make_plugin(api, FakeClock(), read_timeout=5.0, total_timeout=5.0)
        with pytest.raises(ProviderProtocolError, match="too long"):
            plugin.list_wallets()
        plugin.close()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((500, {"message": "Server Error"}), ProviderUnavailable),
        ((429, {"message": "Too Many Attempts."}), ProviderUnavailable),
        (lambda seen: _sleep(), ProviderTimeout),
    ],
    ids=["broken", "busy", "silent"],
)
def test_outages_are_told_as_what_they_are(
    answer: Any,
    kind: type[ProviderError],
    api: FakeApi,
    plugin: CryptocoinProPlugin,
) -> None:
    invoice = deposit_invoice(plugin, api)
    api.put(LIST, answer)
    with pytest.raises(kind):
        plugin.detect_payments([invoice])


def _sleep() -> Any:
    time.sleep(1.2)
    return {"data": []}
