"""The simulator's transfers between users: sent, asked for, expired."""

from __future__ import annotations

from decimal import Decimal

from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_NEIGHBOUR_EMAIL,
    SIMULATOR_NEIGHBOUR_ID,
    SIMULATOR_USER_ID,
)
from tests.plugins.cryptocoin_pro.simulator_caller import (
    NOW,
    Caller,
    available,
    keys_of,
)
from tests.plugins.cryptocoin_pro.simulator_documents import TRANSFER


def test_transfers(seller: Caller, neighbour: Caller) -> None:
    body = {
        "action": "send",
        "amount": "1",
        "type": "coin",
        "symbol": "ETH",
        "user": SIMULATOR_NEIGHBOUR_EMAIL,
    }
    made = seller.post("/transfer", body)["data"]
    assert keys_of(made) == TRANSFER
    assert (
        made
        | {
            "status": "pending",
            "amount": "1.0000000000000000000000000",
            "total": "0.9500000000000000000000000",
            "commission": {"value": "0.0500000000000000000000000", "percent": "5"},
            "lifeSeconds": 180,
            "lifeUntilAt": NOW + 180,
        }
        == made
    )
    path = f"/transfer/{made['id']}"
    assert neighbour.get(path)["data"] == made
    refused = neighbour.post(path, status=409)
    assert refused == {"message": "This action is unauthorized."}
    done = seller.post(path)["data"]
    assert (done["status"], keys_of(done)) == ("completed", TRANSFER)
    assert available(seller) == 9
    assert available(neighbour) == Decimal("0.95")
    order = neighbour.get(f"/order/{done['toOrder']['id']}")["data"]
    assert order["transfer"] == {"id": made["id"], "publicId": made["publicId"]}
    assert seller.post(path, status=403)
    for role, is_there in (("", True), ("/by", True), ("/from", True), ("/to", False)):
        assert bool(seller.get(f"/transfer{role}")["data"]) is is_there
    assert neighbour.get("/transfer/to")["data"] == [done]
    assert neighbour.get("/transfer/by")["data"] == []


def test_transfers_are_asked_for_and_expire(seller: Caller, neighbour: Caller) -> None:
    body = {
        "action": "receive",
        "amount": "1",
        "type": "coin",
        "symbol": "ETH",
        "user": SIMULATOR_USER_ID,
    }
    first = neighbour.post("/transfer", body)["data"]
    assert (first["fromUser"]["id"], first["byUser"]["id"]) == (
        SIMULATOR_USER_ID,
        SIMULATOR_NEIGHBOUR_ID,
    )
    seller.post(f"/transfer/{first['id']}", {"wallet": "anything"})
    assert available(neighbour) == Decimal("0.95")
    second = neighbour.post("/transfer", body)["data"]
    seller.ticker.unix += 180
    assert seller.get(f"/transfer/{second['id']}")["data"]["status"] == "expired"
    seller.post(f"/transfer/{second['id']}", status=403)
    poor = neighbour.post("/transfer", {**body, "amount": "1000"})["data"]
    seller.post(f"/transfer/{poor['id']}", status=403)
    for change in ({"user": "nobody"}, {"user": SIMULATOR_NEIGHBOUR_ID}):
        refused = neighbour.post("/transfer", {**body, **change}, status=422)
        assert list(refused["errors"]) == ["user"]
