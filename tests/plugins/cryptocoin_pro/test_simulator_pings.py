"""The simulator's pings: unsigned, of what became of a checkout."""

from __future__ import annotations

import json
import time

import pytest
import requests

from checkout_kit.testing import LoopbackServer, WebhookRecorder
from checkout_kit_cryptocoin_pro.simulator import create_simulator, simulator_of
from tests.plugins.cryptocoin_pro.simulator_caller import (
    Caller,
    Ticker,
    fields,
    keys_of,
    orders_of,
    pay,
    pings,
)


def test_what_becomes_of_a_checkout_is_pinged_unsigned(merchant: Caller) -> None:
    page = merchant.visit()
    assert pings(merchant) == []
    pay(merchant, page, "wait")
    (ping,) = pings(merchant)
    assert (ping["url"], ping["result"]) == ("https://shop.example.com/ping", "waiting")
    assert json.loads(ping["body"]) == {"requestId": "invoice:1", "status": "finished"}
    order = orders_of(merchant)["buy_with_fiat"]
    merchant.control("/settings", {"pings": "twice"})
    merchant.control(f"/orders/{order['id']}/approve")
    assert len(pings(merchant)) == 3
    merchant.control("/settings", {"pings": "off"})
    pay(merchant, merchant.visit(request_id="invoice:2"), "approve")
    assert len(pings(merchant)) == 3
    calls = merchant.platform("/call").get_json()["data"]
    assert keys_of(calls) == [fields("endpoint verb request status response createdAt")]
    assert (calls[0]["verb"], len(calls)) == ("POST", 3)


@pytest.mark.slow
def test_pings_are_sent_over_real_http_off_the_request() -> None:
    app, recorder = create_simulator(), WebhookRecorder("ping")
    with LoopbackServer(app) as server, LoopbackServer(recorder) as shop:
        ticker = Ticker()
        ticker.unix = time.time()
        link = Caller(app.test_client(), ticker).link(ping_url=f"{shop.url}/ping")
        try:
            page = requests.get(f"{server.url}/checkout", params=link, timeout=5)
            paid = requests.post(
                f"{page.url}/pay",
                data={"method": "card", "outcome": "approve"},
                timeout=5,
            )
            assert "APPROVED" in paid.text
            (ping,) = recorder.wait_for(1)
            assert json.loads(ping.body) == {
                "requestId": "invoice:1",
                "status": "finished",
            }
            assert "authorization" not in ping.headers
        finally:
            simulator_of(app).background.stop()
    (sent,) = simulator_of(app).pings.log()
    assert sent.result == "200"
