"""The document's examples are read, and what is nearly right is not."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from checkout_kit.http import parse_json
from checkout_kit_quoine_exchange.schemas import (
    AccountSchema,
    CryptoWithdrawalPageSchema,
    CryptoWithdrawalSchema,
    MovementSchema,
    UserSchema,
)
from tests.plugins.quoine_exchange.fake_api import RESPONSES, read_case

CASES: dict[str, Schema] = {
    "create_user": UserSchema(),
    "update_user": UserSchema(),
    "list_accounts": AccountSchema(many=True),
    "fund_account": MovementSchema(),
    "withdraw_from_account": MovementSchema(),
    "create_crypto_withdrawal": CryptoWithdrawalSchema(),
    "get_crypto_withdrawal": CryptoWithdrawalSchema(),
    "list_crypto_withdrawals": CryptoWithdrawalPageSchema(),
}


@pytest.mark.parametrize("case", CASES)
def test_the_documents_examples_are_read(case: str) -> None:
    raw = (RESPONSES / f"{case}.json").read_bytes()
    assert CASES[case].load(parse_json(raw))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ('"200"', "200"),
        ('"100000.0"', "100000.0"),
        ("200", "200"),
        ("200.50", "200.50"),
        ('"0"', "0"),
    ],
)
def test_balances_are_exact_in_every_form(text: str, amount: str) -> None:
    document = parse_json(f'{{"id": 1, "currency": "USD", "balance": {text}}}'.encode())
    assert AccountSchema().load(document).balance == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ['"-1"', "-1", '"1e3"', "1e3", '"1,000"', '""', "null", "true", "[]", '"NaN"'],
)
def test_what_is_no_balance_is_refused(text: str) -> None:
    document = parse_json(f'{{"id": 1, "currency": "USD", "balance": {text}}}'.encode())
    with pytest.raises(ValidationError):
        AccountSchema().load(document)


@pytest.mark.parametrize(
    ("schema", "case", "changes"),
    [
        (UserSchema(), "create_user", {"id": "1200"}),
        (UserSchema(), "create_user", {"id": 0}),
        (UserSchema(), "create_user", {"secret": ""}),
        (UserSchema(), "create_user", {"secret": None}),
        (UserSchema(), "create_user", {"secret": "two words"}),
        (UserSchema(), "create_user", {"ext_id": 7}),
        (MovementSchema(), "fund_account", {"id": 2**63}),
        (MovementSchema(), "fund_account", {"currency": "dollar and cents"}),
        (MovementSchema(), "fund_account", {"request_id": 7}),
        (CryptoWithdrawalSchema(), "get_crypto_withdrawal", {"state": None}),
        (CryptoWithdrawalSchema(), "get_crypto_withdrawal", {"state": 3}),
        (CryptoWithdrawalSchema(), "get_crypto_withdrawal", {"address": "no\nline"}),
        (CryptoWithdrawalPageSchema(), "list_crypto_withdrawals", {"models": {}}),
        (CryptoWithdrawalPageSchema(), "list_crypto_withdrawals", {"total_pages": "1"}),
    ],
)
def test_wrong_types_are_refused(
    schema: Schema, case: str, changes: dict[str, Any]
) -> None:
    assert schema.load(read_case(case))
    with pytest.raises(ValidationError):
        schema.load(read_case(case) | changes)


def test_every_field_but_those_of_the_examples_alone_is_mandatory() -> None:
    optional = {"email", "auth_code", "request_id"}
    for case, schema in CASES.items():
        document = read_case(case)
        if not isinstance(document, dict):
            document, schema = document[0], AccountSchema()
        for name in document:
            rest = {k: v for k, v in document.items() if k != name}
            if name in optional:
                assert schema.load(json.loads(json.dumps(rest)))
            else:
                with pytest.raises(ValidationError):
                    schema.load(rest)
