"""The simulator's users: sign-up, passwords, profile, KYC, closing."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_EMAIL,
    SIMULATOR_PASSWORD,
    SIMULATOR_PLATFORM_ID,
    SIMULATOR_USER_ID,
)
from tests.plugins.cryptocoin_pro.simulator_caller import (
    NOW,
    PDF,
    PNG,
    Caller,
    fields,
    keys_of,
)
from tests.plugins.cryptocoin_pro.simulator_documents import PERSON

NEW_USER: dict[str, Any] = {
    "email": "new@example.com",
    "password": SIMULATOR_PASSWORD,
    "firstName": "Ana",
    "lastName": "Popa",
    "dateOfBirth": "1990-12-31",
    "phone": "40730000000",
    "address": {
        "country": "RO",
        "city": "Pitesti",
        "zip": "112233",
        "street": "Some Street name Nr. 1",
    },
    "platform": {
        "id": SIMULATOR_PLATFORM_ID,
        "userId": "123456",
        "email": "new@example.com",
        "username": "username",
        "referralId": "123456",
    },
    "redirectTo": "https://shop.example.com/",
}
REASONED = fields("status url")
DOCUMENTS = {
    name: REASONED
    for name in (
        "governmentIdFront",
        "governmentIdBack",
        "passport",
        "utilityBill",
        "selfieWithId",
    )
}
KYC: dict[str, Any] = {
    **fields("required status level"),
    "amounts": fields("buy sell"),
    "amountsNextLevel": fields("buy sell"),
    "links": fields("address documents video enhancedDueDiligence"),
    "phone": fields("required number isVerified"),
    "personal": fields("required status firstName lastName dateOfBirth"),
    "address": fields("required status country city zip street"),
    "documents": {"required": None, **DOCUMENTS, "extendedProofOfFunds": []},
    "video": fields(
        "required emailSent status videoFile scheduleDate scheduleDateTimezone "
        "cancelScheduleUrl rescheduleUrl"
    ),
    "enhancedDueDiligence": fields(
        "required status transactionsPurpose transactionsPurposeOther "
        "transactionsNatureValueField transactionsNatureFrequencyField fundsSource "
        "fundsSourceOther fundsSourceFile fundsOrigin fundsOriginOther "
        "fundsOriginFile createdAt"
    ),
    "createdAt": None,
}


def _post(merchant: Caller, path: str, body: Any, status: int = 200) -> Any:
    answer = merchant.http.post(f"/api/v1/user{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def _code(merchant: Caller, to: str) -> str:
    mails = merchant.http.get("/control/mails").get_json()["mails"]
    code: str = next(mail["code"] for mail in mails if mail["to"] == to)
    return code


@pytest.fixture
def newcomer(merchant: Caller) -> Caller:
    """Somebody who has just signed up and has shown nothing yet."""
    made = _post(merchant, "", NEW_USER, 201)["data"]
    body = {"email": made["email"], "code": _code(merchant, made["email"])}
    _post(merchant, "/verify", body)
    return Caller(merchant.http, merchant.ticker, made["email"], made["uuid"])


def test_sign_up_and_verification(merchant: Caller) -> None:
    made = _post(merchant, "", NEW_USER, 201)
    assert keys_of(made["data"]) == {"uuid": None, **PERSON}
    assert made["data"]["isActive"] is False
    assert made["meta"] == {
        "redirectTo": "https://shop.example.com/",
        "registerType": "linked",
    }
    email = made["data"]["email"]
    login = {"email": email, "password": SIMULATOR_PASSWORD}
    assert merchant.http.post("/api/v1/authenticate", json=login).status_code == 200
    new = Caller(merchant.http, merchant.ticker, email, made["data"]["uuid"])
    inactive = new.call("GET", "")
    assert (inactive.status_code, inactive.get_json()) == (
        403,
        {"message": "Your account is inactive."},
    )
    wrong = _post(merchant, "/verify", {"email": email, "code": "wrong1"}, 422)
    assert wrong["errors"] == {"code": ["The selected Code is invalid."]}
    assert _post(merchant, "/reverify", {"email": email}) == {
        "message": "Email resended."
    }
    assert _post(merchant, "/reverify", {"email": email}, 403) == {
        "message": "You can resubmit email verification once per day."
    }
    code = _code(merchant, email)
    body = {"id": made["data"]["uuid"], "code": code}
    assert _post(merchant, "/verify", body) == {
        "message": "User account successfully verified."
    }
    active = {"error": "The user account is already active."}
    assert _post(merchant, "/verify", body, 423) == active
    assert _post(merchant, "/reverify", {"email": email}, 423) == active
    assert new.get("")["data"]["isActive"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": SIMULATOR_EMAIL}, "email"),
        ({"email": "nonsense"}, "email"),
        ({"password": "1234567"}, "password"),
        ({"password": None, "platform": None}, "password"),
        ({"firstName": "R2D2"}, "firstName"),
        ({"dateOfBirth": "2015-01-01"}, "dateOfBirth"),
        ({"dateOfBirth": "31.12.1990"}, "dateOfBirth"),
        ({"phone": "+40"}, "phone"),
        ({"address": {"country": "XX"}}, "address.country"),
        ({"address": {"zip": "1"}}, "address.zip"),
        ({"platform": {"id": SIMULATOR_USER_ID, "userId": "1"}}, "platform.id"),
        ({"platform": {"id": SIMULATOR_PLATFORM_ID}}, "platform.userId"),
        ({"redirectTo": "javascript:alert(1)"}, "redirectTo"),
    ],
)
def test_sign_up_follows_its_rules(
    merchant: Caller, change: dict[str, Any], field: str
) -> None:
    refused = _post(merchant, "", {**NEW_USER, **change}, 422)
    assert refused["message"] == "The given data was invalid."
    assert list(refused["errors"]) == [field]


def test_a_platforms_user_needs_no_password(merchant: Caller) -> None:
    made = _post(merchant, "", {**NEW_USER, "password": None}, 201)["data"]
    assert made["meta"] == {"source": "api", "passwordSet": False}
    body = {"email": made["email"], "password": ""}
    assert merchant.http.post("/api/v1/authenticate", json=body).status_code == 400
    users = merchant.platform("/user").get_json()["data"]
    assert users[0] == {
        "id": "123456",
        "email": "new@example.com",
        "username": "username",
        "createdAt": NOW,
    }


def test_a_forgotten_password(merchant: Caller) -> None:
    unknown = _post(merchant, "/forgot-password", {"email": "no@example.com"}, 422)
    assert unknown["errors"] == {"email": ["The email was not found."]}
    started = _post(merchant, "/forgot-password", {"email": SIMULATOR_EMAIL})
    text = "The password reset process has started."
    assert started == {"data": {"message": text}}
    body = {"email": SIMULATOR_EMAIL, "token": "x", "password": "another-one"}
    wrong = _post(merchant, "/reset-password", body, 422)
    assert wrong["errors"] == {"token": ["The token is invalid."]}
    body["token"] = _code(merchant, SIMULATOR_EMAIL)
    assert merchant.token
    assert _post(merchant, "/reset-password", body) == {
        "data": {"message": "The password has been successfully changed."}
    }
    assert merchant.call("GET", "").status_code == 401
    assert _post(merchant, "/reset-password", body, 422) == wrong


def test_the_profile_has_everything_in_it(merchant: Caller) -> None:
    profile = merchant.get("")["data"]
    assert list(profile) == [
        *("uuid", "isActive", "tradeStatus", "email", "options", "meta"),
        *("selfDeletedAt", "createdAt", "kyc"),
        *("wallets", "cards", "banks", "externalPlatforms"),
    ]
    assert profile["uuid"] == SIMULATOR_USER_ID
    assert keys_of(profile["externalPlatforms"]) == [
        fields("code name active url createdAt")
    ]
    kyc = keys_of(profile["kyc"])
    assert kyc["documents"] == {
        **fields("required emailSent"),
        **DOCUMENTS,
        "extendedProofOfFunds": [],
        "tempFiles": [],
    }
    assert "transactionsNatureValue" in kyc["enhancedDueDiligence"]["eddData"]


def test_balances(merchant: Caller) -> None:
    merchant.control("/balances", {"symbol": "XBT", "amount": "0.011646368236156"})
    address = merchant.deposit_address("XBT")
    merchant.control("/deposits", {"address": address, "amount": "2", "confirm": False})
    balances = merchant.get("/balances")["data"]
    assert list(balances) == ["coins", "tokens"]
    raw = fields("now day week month quarter semester year")
    history = {"history": {"day": [fields("rate createdAt")]}}
    amounts = fields("available pending")
    coin = {
        **fields("name symbol alias"),
        "rates": {"raw": {**raw, **history}},
        "amounts": {"crypto": amounts, "fiat": amounts},
        "favorite": None,
    }
    assert keys_of(balances["coins"]) == [coin]
    assert "alias" not in balances["tokens"][0]
    bitcoin = balances["coins"][0]
    assert bitcoin["amounts"] == {
        "crypto": {"available": "0.011646368236156", "pending": "2"},
        "fiat": {"available": "74.268890241966812", "pending": "12754"},
    }
    for name in ("XBT", "BTC", "xbt"):
        found = merchant.get(f"/balances/{name}")["data"]
        assert (found["coins"], found["tokens"]) == ([bitcoin], [])
    assert merchant.call("GET", "/balances/DOGE").status_code == 403


def test_closing_of_the_account(merchant: Caller) -> None:
    def close(password: str, status: int) -> Any:
        body = {"password": password}
        return merchant.post("/account/close/initiate", body, status=status)

    missing = merchant.post("/account/close/initiate", {}, status=422)
    assert missing["errors"] == {"password": ["The password field is required."]}
    assert close("wrong", 422)["message"] == "The given data was invalid."
    merchant.control("/balances", {"symbol": "ETH", "amount": "1"})
    text = "Self Delete Account procedure unavailable due available balance"
    assert close(SIMULATOR_PASSWORD, 412) == {"message": text}
    merchant.control("/balances", {"symbol": "ETH", "amount": "-1"})
    text = "Self Delete Account procedure initiated. "
    assert close(SIMULATOR_PASSWORD, 200) == {
        "message": text + "Please check your Email for confirmation."
    }
    text = "You can request Self Delete Account once per day."
    assert close(SIMULATOR_PASSWORD, 425) == {"message": text}
    text = "Your account is not scheduled for Self Delete."
    abort = "/account/close/abort"
    assert merchant.post(abort, status=410) == {"message": text}
    merchant.control(f"/users/{SIMULATOR_USER_ID}", {"closing": True})
    text = "Your account is already scheduled for Self Delete."
    assert close(SIMULATOR_PASSWORD, 410) == {"message": text}
    assert merchant.get("")["data"]["selfDeletedAt"] == NOW
    refused = merchant.post("/quote", {}, status=412)
    text = "This action is not available due Self Delete Account procedure."
    assert refused == {"error": text}
    assert merchant.post(abort) == {"message": "Self Delete Account procedure aborted."}
    assert merchant.get("")["data"]["selfDeletedAt"] is None


def test_kyc_shows_what_is_missing(newcomer: Caller) -> None:
    kyc = newcomer.get("/kyc")["data"]
    assert keys_of(kyc) == KYC
    assert (kyc["required"], kyc["level"], kyc["status"]) == (
        "phone",
        1,
        "NOT COMPLETED",
    )
    assert kyc["amountsNextLevel"] == {"buy": "20000", "sell": "20000"}
    assert kyc["personal"]["dateOfBirth"] == 662_601_600
    assert "/kyc/documents/" in kyc["links"]["documents"]
    assert kyc["links"]["video"] == ""
    page = newcomer.http.get(kyc["links"]["documents"])
    assert page.status_code == 200
    assert newcomer.http.get(kyc["links"]["documents"][:-1] + "_").status_code == 403


def test_kyc_piece_by_piece(newcomer: Caller) -> None:
    person = {"firstName": "Ana", "lastName": "Pop", "dateOfBirth": "1980-12-31"}
    assert newcomer.post("/kyc/personal-data", person, status=201) is None
    address = {
        "country": "RO",
        "city": "Pitesti",
        "zip": "123456",
        "street": "Street name Nr. 1",
    }
    assert newcomer.upload("/kyc/address", {**address, "utilityBill": PNG}) is None
    text = "The KYC Address is not required at this point for current user."
    assert newcomer.post("/kyc/address", address, status=423) == {"message": text}
    document = {"type": "passport", "file": PNG}
    kyc = newcomer.upload("/kyc/document", document)["data"]
    assert keys_of(kyc) == KYC
    assert kyc["documents"]["passport"]["status"] == "PENDING"
    text = "The KYC Docs are not required at this point for current user."
    refused = newcomer.upload("/kyc/document", document, status=423)
    assert refused == {"message": text}


def test_kyc_all_at_once(newcomer: Caller) -> None:
    body = {
        "country": "RO",
        "city": "Pitesti",
        "zip": "123456",
        "street": "Street name Nr. 1",
        "documents[governmentIdFront]": PNG,
        "documents[governmentIdBack]": PNG,
        "edd[transactionsPurpose]": "investments",
        "edd[transactionsNatureValue]": "1",
        "edd[transactionsNatureFrequency]": "2",
    }
    missing = {n: v for n, v in body.items() if "Back" not in n and n != "country"}
    refused = newcomer.upload("/kyc", missing, status=422)["errors"]
    assert refused["country"] == ["The country field is required."]
    assert list(refused) == ["country", "documents.governmentIdBack"]
    kyc = newcomer.upload("/kyc", body, status=201)["data"]
    assert keys_of(kyc) == KYC
    edd = kyc["enhancedDueDiligence"]
    assert edd["transactionsNatureValueField"] == "1 - 1000"
    assert edd["transactionsNatureFrequencyField"] == "6 - 10"


def test_kyc_of_those_who_have_shown_all(merchant: Caller) -> None:
    text = "The KYC is not required at this point for current user."
    assert merchant.post("/kyc", {}, status=423) == {"message": text}
    for path, text in (
        ("/kyc/video", "The KYC Video is"),
        ("/kyc/edd", "The KYC EDD is"),
    ):
        full = f"{text} not required at this point for current user."
        assert merchant.post(path, {}, status=423) == {"message": full}
    merchant.control("/settings", {"reason_key": "error"})
    assert list(merchant.post("/kyc/edd", {}, status=423)) == ["error"]


def test_video_and_due_diligence_of_higher_levels(newcomer: Caller) -> None:
    newcomer.control(f"/users/{newcomer.user_id}", {"kyc_level": 3})
    assert newcomer.post("/kyc/video", {"date": "soon"}, status=422)["errors"]
    past = newcomer.post("/kyc/video", {"date": "2020-12-30 12:00:00"}, status=422)
    assert list(past["errors"]) == ["date"]
    night = {"date": "2027-12-30 03:00:00"}
    text = "Selected date is invalid due admins unavailability."
    assert newcomer.post("/kyc/video", night, status=421) == {"message": text}
    kyc = newcomer.post("/kyc/video", {"date": "2027-12-30 12:00:00"})["data"]
    assert kyc["video"]["scheduleDate"] == "2027-12-30 12:00:00"
    edd = {
        "transactionsPurpose": "other",
        "transactionsNatureValue": "1",
        "transactionsNatureFrequency": "1",
        "fundsSource": "bank_account",
        "fundsSourceFile": PNG,
        "fundsOrigin": "personal_savings",
        "fundsOriginFile": PNG,
    }
    refused = newcomer.upload("/kyc/edd", edd, status=422)["errors"]
    assert list(refused) == ["transactionsPurposeOther"]
    # The document's own example is none of its list.
    listed = {**edd, "transactionsPurpose": "savings", "fundsSource": "1"}
    assert list(newcomer.upload("/kyc/edd", listed, status=422)["errors"]) == [
        "fundsSource"
    ]
    kyc = newcomer.upload("/kyc/edd", {**edd, "transactionsPurpose": "savings"})["data"]
    assert kyc["enhancedDueDiligence"]["fundsOrigin"] == "personal_savings"


def test_files_are_limited_per_day(newcomer: Caller) -> None:
    newcomer.control(f"/users/{newcomer.user_id}", {"kyc_level": 3})
    document = {"type": "utilityBill", "file": PNG}
    for _ in range(20):
        newcomer.upload("/kyc/document", document)
    text = "You have reach the maximum number of files uploaded/day."
    refused = newcomer.upload("/kyc/document", document, status=403)
    assert refused == {"message": text}
    newcomer.ticker.unix += 86_400
    newcomer.upload("/kyc/document", document)
    wrong = newcomer.upload("/kyc/document", {"type": "bill", "file": PDF}, status=422)
    assert list(wrong["errors"]) == ["type", "file"]


def test_phones(merchant: Caller) -> None:
    body = {**NEW_USER, "phone": None}
    made = _post(merchant, "", body, 201)["data"]
    merchant.control(f"/users/{made['uuid']}", {"active": True})
    new = Caller(merchant.http, merchant.ticker, made["email"], made["uuid"])
    wrong = new.post("/kyc/phone/add", {"phone": "+1"}, status=422)
    assert list(wrong["errors"]) == ["phone"]
    number = "+40700000000"
    shown = {"phone": number, "status": 0, "createdAt": NOW}
    assert new.post("/kyc/phone/add", {"phone": "40700000000"})["data"] == shown
    text = "You already submit your phone number."
    refused = new.post("/kyc/phone/add", {"phone": "40700000000"}, status=423)
    assert refused == {"message": text}
    assert new.post("/kyc/phone/reverify")["data"] == shown
    text = "You can resubmit phone verification once per day."
    assert new.post("/kyc/phone/reverify", status=403) == {"message": text}
    wrong = new.post("/kyc/phone/verify", {"code": "x"}, status=422)
    assert wrong["errors"] == {"code": ["The selected Code is invalid."]}
    code = _code(merchant, number)
    verified = new.post("/kyc/phone/verify", {"code": code})["data"]
    assert verified == {**shown, "status": 1}
    done = {"message": "The phone number is already verified."}
    for path in ("add", "verify", "reverify"):
        assert new.post(f"/kyc/phone/{path}", {}, status=423) == done
