"""Customers over the REST API: as COINQVEST's document has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import MINIMAL, Merchant, errors_of

#: The document's example, with an address of nobody's.
ADA = {
    "email": "ada@example.com",
    "firstname": "Ada",
    "lastname": "Example",
    "company": "ACME Inc.",
    "adr1": "810 Beach St",
    "adr2": "Finance Dept",
    "zip": "CA 94133",
    "city": "San Francisco",
    "countrycode": "US",
    "phonenumber": "+14155550100",
    "taxid": "US1234567890",
    "note": "Always pays on time.\nNever late.",
    "meta": {"reference": 123},
}
ADDRESS = ("adr1", "adr2", "zip", "city", "countrycode")


@pytest.fixture
def api_database(migrated_database_url: str) -> str:
    """Each kind of database: what is here writes."""
    return migrated_database_url


def save(merchant: Merchant, **fields: Any) -> str:
    answer = merchant.post("/customer", {"customer": fields})
    assert answer.status_code == 200, answer.text
    assert list(answer.get_json()) == ["customerId"]
    customer_id: str = answer.get_json()["customerId"]
    return customer_id


def read(merchant: Merchant, customer_id: str) -> Any:
    answer = merchant.get("/customer", id=customer_id)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["customer"]


def test_a_customer_is_kept_as_in_the_document(merchant: Merchant) -> None:
    customer_id = save(merchant, **ADA)
    found = read(merchant, customer_id)
    assert found.items() >= ADA.items()
    assert found["id"] == customer_id
    assert found["name"] == "Ada Example"
    assert found["country"] == "United States"
    assert found["invoiceable"] is True
    assert found["inserttime"] == found["updatetime"]
    assert found["inserttime"].endswith("+00:00")


def test_posting_the_same_address_again_updates(merchant: Merchant) -> None:
    first = save(merchant, **ADA)
    merchant.clock.advance(60)
    again = save(merchant, email="ADA@example.com", firstname="Ida", taxid=None)
    assert again == first
    found = read(merchant, first)
    assert (found["name"], found["taxid"]) == ("Ida Example", None)
    assert found["adr1"] == ADA["adr1"]
    assert found["inserttime"] < found["updatetime"]
    assert merchant.get("/customers").get_json()["count"] == 1


def test_put_changes_what_is_given_and_null_unsets(merchant: Merchant) -> None:
    customer_id = save(merchant, **ADA)
    change = {"id": customer_id, "city": "Oakland", "company": None, "note": None}
    answer = merchant.call("PUT", "/customer", {"customer": change})
    assert (answer.status_code, answer.get_json()) == (200, {"success": True})
    found = read(merchant, customer_id)
    assert (found["city"], found["company"], found["note"]) == ("Oakland", None, None)
    assert found["invoiceable"] is True
    gone = {"id": customer_id, **dict.fromkeys(ADDRESS)}
    assert merchant.call("PUT", "/customer", {"customer": gone}).status_code == 200
    found = read(merchant, customer_id)
    assert found["invoiceable"] is False
    assert (found["adr1"], found["country"]) == (None, None)


@pytest.mark.parametrize("missing", ["adr1", "zip", "city", "countrycode"])
def test_an_address_is_whole_or_not_there(merchant: Merchant, missing: str) -> None:
    part = {name: ADA[name] for name in ADDRESS if name != missing}
    body = {"customer": {"email": "ada@example.com", **part}}
    answer = merchant.post("/customer", body)
    assert answer.status_code == 400
    assert missing in errors_of(answer)[0]
    customer_id = save(merchant, **ADA)
    change = {"customer": {"id": customer_id, missing: None}}
    assert merchant.call("PUT", "/customer", change).status_code == 400
    assert read(merchant, customer_id)[missing] == ADA[missing]


def test_an_invoice_needs_an_address_and_a_name_or_company(merchant: Merchant) -> None:
    address = {name: ADA[name] for name in ADDRESS}
    only = save(merchant, email="a@example.com", **address, firstname="Ada")
    assert read(merchant, only)["invoiceable"] is False
    firm = save(merchant, email="b@example.com", **address, company="ACME")
    assert read(merchant, firm)["invoiceable"] is True


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"email": None}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a b@example.com"}, "email"),
        ({"email": "a@example.com\r\nX: y"}, "email"),
        ({"email": "a" * 250 + "@example.com"}, "email"),
        ({"countrycode": "XX"}, "countrycode"),
        ({"countrycode": "USA"}, "countrycode"),
        ({"firstname": 5}, "firstname"),
        ({"firstname": ""}, "firstname"),
        ({"lastname": "x" * 101}, "lastname"),
        ({"note": "x" * 5001}, "note"),
        ({"note": "\u202e"}, "note"),
        ({"meta": "text"}, "meta"),
        ({"meta": {"a": "x" * 20_000}}, "meta"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changed(
    merchant: Merchant, change: dict[str, Any], named: str
) -> None:
    answer = merchant.post("/customer", {"customer": {**ADA, **change}})
    assert answer.status_code == 400
    assert named in errors_of(answer)[0]
    assert merchant.get("/customers").get_json()["customers"] == []


@pytest.mark.parametrize("body", [None, {}, {"customer": None}, {"customer": []}])
def test_a_body_without_a_customer_is_refused(merchant: Merchant, body: Any) -> None:
    for method in ("POST", "PUT"):
        answer = merchant.call(method, "/customer", body)
        assert answer.status_code == 400
        assert errors_of(answer)


def test_unknown_fields_are_ignored(merchant: Merchant) -> None:
    customer_id = save(merchant, email="ada@example.com", favouriteColour="red")
    assert "favouriteColour" not in read(merchant, customer_id)


def test_two_customers_never_share_an_address(merchant: Merchant) -> None:
    save(merchant, email="ada@example.com")
    other = save(merchant, email="ida@example.com")
    change = {"customer": {"id": other, "email": "Ada@Example.com"}}
    answer = merchant.call("PUT", "/customer", change)
    assert answer.status_code == 400
    assert "another customer" in errors_of(answer)[0]
    assert read(merchant, other)["email"] == "ida@example.com"


def test_customers_are_listed_newest_first(merchant: Merchant) -> None:
    ids = []
    for number in range(3):
        ids.append(save(merchant, email=f"c{number}@example.com"))
        merchant.clock.advance(1)
    page = merchant.get("/customers", limit=2, offset=1).get_json()
    assert (page["count"], page["limit"], page["offset"]) == (3, 2, 1)
    assert [each["id"] for each in page["customers"]] == ids[::-1][1:]
    assert merchant.get("/customers", limit=251).status_code == 400


def test_deleting_forgets_the_customer_and_keeps_the_books(
    merchant: Merchant, app: Flask
) -> None:
    customer_id = save(merchant, **ADA)
    charge = {**MINIMAL["charge"], "customerId": customer_id}
    made = merchant.post("/checkout/hosted", {"charge": charge})
    assert made.status_code == 200, made.text
    answer = merchant.call("DELETE", "/customer", {"id": customer_id})
    assert (answer.status_code, answer.get_json()) == (200, {"success": True})
    # The very same signed request would be a replay.
    merchant.clock.advance(1)
    change = {"customer": {"id": customer_id}}
    assert merchant.get("/customer", id=customer_id).status_code == 404
    assert merchant.call("PUT", "/customer", change).status_code == 404
    again = merchant.call("DELETE", "/customer", {"id": customer_id})
    assert again.status_code == 404
    services = app.extensions["checkout_kit"]
    kept = services.checkouts.get(made.get_json()["id"], merchant.clock.now())
    assert dict(kept.customer) == {"id": customer_id}
    # The address is free again, for somebody new.
    assert save(merchant, email=ADA["email"]) != customer_id
    refused = merchant.post("/checkout/hosted", {"charge": charge})
    assert refused.status_code == 400
    assert "charge.customerId" in errors_of(refused)[0]


def test_another_stores_customer_is_like_an_unknown_one(
    merchant: Merchant, make_merchant: MerchantMaker
) -> None:
    customer_id = save(merchant, **ADA)
    other = make_merchant("other")
    unknown = "0" * 32
    calls: tuple[Callable[[str], Any], ...] = (
        lambda i: other.get("/customer", id=i),
        lambda i: other.call("PUT", "/customer", {"customer": {"id": i}}),
        lambda i: other.call("DELETE", "/customer", {"id": i}),
        lambda i: other.post(
            "/checkout/hosted", {"charge": {**MINIMAL["charge"], "customerId": i}}
        ),
    )
    for call in calls:
        foreign, missing = call(customer_id), call(unknown)
        assert foreign.status_code in (400, 404)
        assert (foreign.status_code, foreign.get_json()) == (
            missing.status_code,
            missing.get_json(),
        )
    assert other.get("/customers").get_json()["customers"] == []
    assert read(merchant, customer_id)["email"] == ADA["email"]
    # The same address is somebody else in another store.
    assert save(other, email=ADA["email"]) != customer_id
