"""The simulator's banks, cards, wallets, securities and notifications."""

from __future__ import annotations

import io

import pytest

from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_BANK_ID,
    SIMULATOR_CARD_ID,
    SIMULATOR_PASSWORD,
    SIMULATOR_USER_ID,
    SIMULATOR_WALLETS,
)
from tests.plugins.cryptocoin_pro.simulator_caller import (
    NOW,
    PDF,
    PNG,
    Caller,
    fields,
    keys_of,
)

BANK = fields("id status bankName iban swift currency createdAt")
CARD = fields(
    "id status alias holderName expirationDate lastFourDigits cardImage1 cardImage2 "
    "createdAt"
)
WALLET = fields("id status alias address coin createdAt")
INVALID = "The given data was invalid."

NEW_BANK = {
    "bankName": "ING Bank",
    "iban": "RO020NGB00009999002858000",
    "swift": "INGBROBU",
    "currency": "EUR",
}
NEW_CARD = {
    "cardImage1": PNG,
    "cardImage2": PNG,
    "holderName": "Test Holder",
    "expirationDate": "10/49",
    "lastFourDigits": "1234",
    "alias": "MyFavoriteCard",
}


def test_banks(merchant: Caller) -> None:
    made = merchant.post("/bank", NEW_BANK, status=201)["data"]
    assert keys_of(made) == BANK
    assert made | NEW_BANK == made
    assert (made["status"], made["createdAt"]) == ("CONFIRMED", NOW)
    assert merchant.get(f"/bank/{made['id']}")["data"] == made
    assert [b["id"] for b in merchant.get("/bank")["data"]] == [
        made["id"],
        SIMULATOR_BANK_ID,
    ]
    assert merchant.get("/bank?status=rejected") == {"data": []}
    assert merchant.get("/bank?currency=RON") == {"data": []}
    assert len(merchant.get("/bank?status=confirmed&currency=eur")["data"]) == 2
    gone = merchant.call("DELETE", f"/bank/{made['id']}")
    assert gone.get_json() == {"message": "This bank has been successfully deleted."}
    assert merchant.call("GET", f"/bank/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        # The document's own example has six characters.
        ({"swift": "123456"}, "swift"),
        ({"currency": "XYZ"}, "currency"),
        ({"iban": "RO 02"}, "iban"),
        ({"bankName": ""}, "bankName"),
        ({"bankName": "x" * 192}, "bankName"),
        ({"bankName": ["x"]}, "bankName"),
    ],
)
def test_banks_follow_their_rules(
    merchant: Caller, change: dict[str, object], field: str
) -> None:
    refused = merchant.post("/bank", {**NEW_BANK, **change}, status=422)
    assert refused["message"] == INVALID
    assert list(refused["errors"]) == [field]
    assert all(isinstance(text, str) for text in refused["errors"][field])


def test_an_iban_is_taken_once(merchant: Caller) -> None:
    merchant.post("/bank", NEW_BANK, status=201)
    refused = merchant.post("/bank", NEW_BANK, status=422)
    assert refused["errors"] == {"iban": ["The iban has already been taken."]}


def test_a_used_bank_stays(merchant: Caller) -> None:
    merchant.control("/balances", {"symbol": "ETH", "amount": "1"})
    merchant.post(f"/quote/{merchant.quote()['id']}", status=201)
    answer = merchant.call("DELETE", f"/bank/{SIMULATOR_BANK_ID}")
    text = "This bank has been already used in previous actions."
    assert (answer.status_code, answer.get_json()) == (403, {"message": text})


def test_cards(merchant: Caller) -> None:
    made = merchant.upload("/card", NEW_CARD, status=201)["data"]
    assert keys_of(made) == CARD
    assert (made["expirationDate"], made["lastFourDigits"]) == ("10/49", "1234")
    assert merchant.get(f"/card/{made['id']}")["data"] == made
    changed = merchant.upload(f"/card/{made['id']}", {**NEW_CARD, "alias": "Other"})
    assert changed["data"] == {**made, "alias": "Other"}
    assert len(merchant.get("/card?status=confirmed")["data"]) == 2
    gone = merchant.call("DELETE", f"/card/{made['id']}")
    assert gone.get_json() == {"message": "This card has been successfully deleted."}
    assert [c["id"] for c in merchant.get("/card")["data"]] == [SIMULATOR_CARD_ID]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cardImage1": b"GIF89a"}, "cardImage1"),
        ({"cardImage2": PDF}, "cardImage2"),
        ({"cardImage1": "File"}, "cardImage1"),
        ({"cardImage1": PNG + bytes(10_240 * 1024)}, "cardImage1"),
        ({"expirationDate": "10/19"}, "expirationDate"),
        ({"expirationDate": "13/49"}, "expirationDate"),
        ({"lastFourDigits": "12345"}, "lastFourDigits"),
        ({"alias": "two words"}, "alias"),
    ],
)
def test_cards_follow_their_rules(
    merchant: Caller, change: dict[str, object], field: str
) -> None:
    refused = merchant.upload("/card", {**NEW_CARD, **change}, status=422)
    assert list(refused["errors"]) == [field]


def test_a_missing_field_is_named_in_words(merchant: Caller) -> None:
    body = {n: v for n, v in NEW_CARD.items() if n != "lastFourDigits"}
    refused = merchant.upload("/card", body, status=422)
    text = "The last four digits field is required."
    assert refused == {"message": INVALID, "errors": {"lastFourDigits": [text]}}


def test_a_files_name_must_fit_its_content(merchant: Caller) -> None:
    data = {**NEW_CARD, "cardImage1": (io.BytesIO(PNG), "program.exe")}
    data["cardImage2"] = (io.BytesIO(PNG), "card.png")
    answer = merchant.call("POST", "/card", data=data)
    assert list(answer.get_json()["errors"]) == ["cardImage1"]


def test_wallets(merchant: Caller) -> None:
    address = "0xEfC0c81abd46941766E2Ae9a30c57DF75b161111"
    body = {"address": address, "alias": "Thanos", "coin": "ETH"}
    made = merchant.post("/wallet", body, status=201)["data"]
    assert keys_of(made) == WALLET
    assert made | body == made
    assert merchant.get(f"/wallet/{made['id']}")["data"] == made
    changed = merchant.post(f"/wallet/{made['id']}", {"alias": "Other"})["data"]
    assert changed == {**made, "alias": "Other"}
    assert len(merchant.get("/wallet?coin=eth&status=confirmed")["data"]) == 2
    again = {**body, "address": address.lower(), "alias": "Third"}
    refused = merchant.post("/wallet", again, status=422)["errors"]
    assert refused == {"address": ["The address has already been taken."]}
    taken = merchant.post(f"/wallet/{made['id']}", {"alias": "XBT"}, status=422)
    assert list(taken["errors"]) == ["alias"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "0x123456789012345678901234567890"}, "address"),
        ({"address": "0xEfC0c81abd-46941766E2Ae9a30c57DF75b161111"}, "address"),
        ({"coin": "IPSX"}, "coin"),
        ({"coin": "DOGE"}, "coin"),
        ({"alias": "two words"}, "alias"),
    ],
)
def test_wallets_follow_their_rules(
    merchant: Caller, change: dict[str, str], field: str
) -> None:
    body = {"address": "0x" + "ab" * 20, "alias": "Thanos", "coin": "ETH"}
    refused = merchant.post("/wallet", {**body, **change}, status=422)
    assert list(refused["errors"]) == [field]


@pytest.mark.parametrize("kind", ["bank", "card", "wallet", "order", "quote"])
def test_unknown_ids_answer_404(merchant: Caller, kind: str) -> None:
    for name in ("00000000-0000-0000-0000-000000000000", "nothing", "%2e%2e"):
        answer = merchant.call("GET", f"/{kind}/{name}")
        assert (answer.status_code, answer.get_json()) == (
            404,
            {"message": "No query results."},
        )


def test_securities_tell_what_happened(merchant: Caller) -> None:
    events = merchant.get("/securities")["data"]
    assert events == [
        {
            "code": "login_success",
            "name": "Login Success",
            "by": "User",
            "ip": "127.0.0.1",
            "createdAt": NOW,
        }
    ]


def test_tokens_are_listed_by_a_mask_and_ended_by_it(merchant: Caller) -> None:
    other = Caller(merchant.http, merchant.ticker)
    assert other.token
    listed = merchant.get("/securities/access")["data"]
    assert keys_of(listed[0]) == fields("type you token lastUsedAt createdAt")
    assert [token["you"] for token in listed] == [False, True]
    for shown in listed:
        assert shown["token"][14:] == "X" * 24
        assert shown["token"][:14] not in (merchant.token, other.token)
    path = f"/securities/invalidate/{listed[0]['token']}"
    text = "This token has been successfully invalidated."
    assert merchant.post(path) == {"message": text}
    assert other.call("GET", "/bank").status_code == 401
    assert merchant.post(path, status=403) == {
        "message": "This action is unauthorized."
    }


def test_change_of_the_password(merchant: Caller) -> None:
    def change(current: str, new: str, status: int) -> object:
        body = {"current_password": current, "new_password": new}
        return merchant.post("/securities/change-password", body, status=status)

    assert change("wrong-one", "new-password", 412) == {
        "message": "The current password is incorrect."
    }
    assert change(SIMULATOR_PASSWORD, "short", 422) != {}
    assert change(SIMULATOR_PASSWORD, "new-password", 200) == {
        "message": "Password successfully changed."
    }
    body = {"email": merchant.email, "password": SIMULATOR_PASSWORD}
    assert merchant.http.post("/api/v1/authenticate", json=body).status_code == 403


def test_standing_notifications_follow_the_state_of_things(merchant: Caller) -> None:
    assert merchant.get("/notifications/permanently") == {
        "data": [],
        "meta": {"total": 0},
    }
    merchant.quote()
    merchant.control(f"/users/{SIMULATOR_USER_ID}", {"closing": True})
    found = merchant.get("/notifications/permanently")
    assert found == {
        "data": [
            {
                "type": "permanently",
                "category": "user",
                "code": "self_deleted_at",
                "message": "Your account is in pending self deleting.",
            },
            {
                "type": "permanently",
                "category": "quote",
                "code": "quote_available",
                "message": "You have available quotes.",
            },
        ],
        "meta": {"total": 2},
    }


def test_news_are_read_once(merchant: Caller) -> None:
    address = merchant.deposit_address()
    made = merchant.control("/deposits", {"address": address, "amount": "1"})["order"]
    listed = merchant.get("/notifications/temporary?type=unread")
    (news,) = listed["data"]
    assert keys_of(news) == {
        **fields("id title message category code"),
        "meta": fields("id publicId"),
        **fields("createdAt readAt"),
    }
    assert (news["title"], news["code"]) == ("Order Approved", "order_approved")
    assert news["meta"] == {"id": made["id"], "publicId": made["publicId"]}
    assert news["message"] == f"Your order {made['publicId']} has been approved"
    meta = {"total": 1, "currentPage": 1, "perPage": 25, "lastPage": 1}
    assert listed["meta"] == meta
    one = merchant.get(f"/notifications/temporary/{news['id']}")
    assert one["data"] == [news]
    read = merchant.post("/notifications/temporary/mark-as-read")
    assert (read["data"][0]["readAt"], read["meta"]) == (NOW, meta)
    assert merchant.get("/notifications/temporary?type=unread")["data"] == []
    answer = merchant.call("GET", "/notifications/temporary/nothing")
    assert answer.get_json() == {"message": "Unable to process your request."}


def test_wallets_of_the_merchant_are_the_exported_ones(merchant: Caller) -> None:
    listed = merchant.get("/wallet")["data"]
    assert {w["coin"]: w["address"] for w in listed} == dict(SIMULATOR_WALLETS)
