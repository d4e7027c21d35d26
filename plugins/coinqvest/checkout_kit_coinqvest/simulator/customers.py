"""Customers of the simulated account."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import OrderedDict
from datetime import datetime
from typing import Any

from checkout_kit.simulation import SimulatorClock

from .errors import BadRequest, NotFound
from .times import to_w3c

_FIELDS = (
    "firstname",
    "lastname",
    "company",
    "adr1",
    "adr2",
    "zip",
    "city",
    "countrycode",
    "phonenumber",
    "taxid",
    "note",
)
#: "Must be provided alongside" each other.
_ADDRESS = ("adr1", "zip", "city", "countrycode")
_COUNTRIES = {"US": "United States", "DE": "Germany", "FR": "France", "NG": "Nigeria"}
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_COUNTRY_CODE = re.compile(r"[A-Z]{2}", re.ASCII)
_TEXT_LIMIT = 2_000
_META_LIMIT = 10_000
_CUSTOMER_LIMIT = 5_000

Record = dict[str, Any]


class Customers:
    """All customers, newest first. Every public method takes the one lock."""

    def __init__(self, clock: SimulatorClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all: OrderedDict[str, Record] = OrderedDict()

    def create(self, given: object) -> str:
        """Make a customer, or update the one of this e-mail; return its id."""
        changes = _parse(given)
        if not changes.get("email"):
            raise BadRequest("customer.email: is mandatory.")
        with self._lock:
            for record in self._all.values():
                if record["email"].lower() == changes["email"].lower():
                    self._change(record, changes)
                    return str(record["id"])
            now = self._clock.now()
            record = {
                "id": secrets.token_hex(6),
                **dict.fromkeys(("email", *_FIELDS, "meta")),
                "inserted_at": now,
                "updated_at": now,
            }
            self._change(record, changes)
            self._all[record["id"]] = record
            while len(self._all) > _CUSTOMER_LIMIT:
                self._all.popitem(last=False)
            return str(record["id"])

    def update(self, given: object) -> None:
        """Change what is named; null empties an attribute."""
        changes = _parse(given)
        customer_id = given.get("id") if isinstance(given, dict) else None
        if "email" in changes and not changes["email"]:
            raise BadRequest("customer.email: can't be emptied.")
        with self._lock:
            self._change(self._find(customer_id), changes)

    def get(self, customer_id: str) -> Record:
        """Return the customer of GET /customer."""
        with self._lock:
            return _to_document(self._find(customer_id))

    def delete(self, customer_id: object) -> None:
        """Forget a customer."""
        with self._lock:
            del self._all[self._find(customer_id)["id"]]

    def page(self, limit: int, offset: int) -> tuple[int, list[Record]]:
        """Return the number of all customers and one page, newest first."""
        with self._lock:
            found = list(reversed(self._all.values()))
            return len(found), [_to_document(r) for r in found[offset : offset + limit]]

    def _find(self, customer_id: object) -> Record:
        record = self._all.get(customer_id) if isinstance(customer_id, str) else None
        if record is None:
            raise NotFound("The customer does not exist.")
        return record

    def _change(self, record: Record, changes: Record) -> None:
        """Change all or nothing; the caller holds the lock."""
        changed = {**record, **changes}
        parts = [bool(changed[name]) for name in _ADDRESS]
        if any(parts) and not all(parts):
            raise BadRequest(
                "customer.adr1: must be provided alongside zip, city and countrycode."
            )
        record.update(changes, updated_at=self._clock.now())


def _parse(given: object) -> Record:
    if not isinstance(given, dict):
        raise BadRequest("customer: is mandatory and must be an object.")
    reasons = []
    changes: Record = {}
    for name in ("email", *_FIELDS):
        if name not in given:
            continue
        value = given[name]
        if value is not None and not (
            isinstance(value, str) and len(value) <= _TEXT_LIMIT
        ):
            reasons.append(f"customer.{name}: must be a text.")
        changes[name] = value
    email, country = changes.get("email"), changes.get("countrycode")
    if isinstance(email, str) and not _EMAIL.fullmatch(email):
        reasons.append("customer.email: must be an e-mail address.")
    if isinstance(country, str) and not _COUNTRY_CODE.fullmatch(country):
        reasons.append("customer.countrycode: must be of two letters.")
    if "meta" in given:
        meta = given["meta"]
        if meta is not None and not isinstance(meta, (dict, str)):
            reasons.append("customer.meta: must be an object.")
        elif len(json.dumps(meta, default=str)) > _META_LIMIT:
            reasons.append("customer.meta: is too long.")
        changes["meta"] = json.loads(json.dumps(meta, default=str))
    if reasons:
        raise BadRequest(*reasons)
    return changes


def _to_document(record: Record) -> Record:
    names = [record["firstname"], record["lastname"]]
    is_named = all(names) or bool(record["company"])
    inserted: datetime = record["inserted_at"]
    updated: datetime = record["updated_at"]
    return {
        "id": record["id"],
        "email": record["email"],
        "firstname": record["firstname"],
        "lastname": record["lastname"],
        "name": " ".join(name for name in names if name) or None,
        **{name: record[name] for name in ("company", "adr1", "adr2", "zip", "city")},
        "countrycode": record["countrycode"],
        "country": _COUNTRIES.get(record["countrycode"] or ""),
        **{name: record[name] for name in ("phonenumber", "taxid", "note", "meta")},
        "inserttime": to_w3c(inserted),
        "updatetime": to_w3c(updated),
        "invoiceable": is_named and all(record[name] for name in _ADDRESS),
    }
