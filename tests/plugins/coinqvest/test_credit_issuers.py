"""Who issued a credit counts, not only its code: anybody may issue a dollar."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from checkout_kit import Money
from checkout_kit_coinqvest.answers import PaymentAnswer
from checkout_kit_coinqvest.observing import credit_in

ANCHOR = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
FAKE = "USD:GAFAKEISSUER"
TOKEN = f"{ANCHOR}@stellar"


def credited(code: str, issuer: str | None) -> PaymentAnswer:
    return PaymentAnswer(
        id="p1",
        timestamp=datetime(2026, 1, 1, tzinfo=timezone.utc),
        credit_asset_code=code,
        credit_amount=Decimal("10.0000000"),
        source_asset_code="XLM",
        source_amount=Decimal(170),
        source_blockchain="XLM",
        credit_asset_issuer=issuer,
    )


@pytest.mark.parametrize(
    ("currency", "code", "issuer", "trusted"),
    [
        (TOKEN, "USD", ANCHOR, {}),
        (TOKEN, ANCHOR, None, {}),
        ("USD", "USD", ANCHOR, {}),
        ("USD", "USD", FAKE, {}),
        ("USD", "USD", None, {}),
        ("USD", "USD", ANCHOR, {"USD": ANCHOR}),
        ("USD", "USD", FAKE, {"EUR": "EUR:GBEURO"}),
        ("XLM", "XLM", "XLM:NATIVE", {}),
        ("BTC", "BTC", "BTC:GBRELAY", {}),
    ],
)
def test_a_credit_of_the_right_issuer_counts(
    currency: str, code: str, issuer: str | None, trusted: dict[str, str]
) -> None:
    like = Money("1", currency)
    assert credit_in(credited(code, issuer), like, trusted) == Money("10", currency)


@pytest.mark.parametrize(
    ("currency", "code", "issuer", "trusted"),
    [
        (TOKEN, "USD", FAKE, {}),
        (TOKEN, "USD", None, {}),
        (TOKEN, FAKE, ANCHOR, {}),
        ("USD", "USD", FAKE, {"USD": ANCHOR}),
        ("USD", "USD", None, {"USD": ANCHOR}),
        ("USD", FAKE, ANCHOR, {"USD": ANCHOR}),
        ("USD", "USD", "EUR:GBEURO", {}),
        ("XLM", "XLM", "XLM:GAFAKEISSUER", {}),
        ("USD", "EUR", "EUR:GBEURO", {}),
    ],
)
def test_a_credit_of_another_issuer_is_none(
    currency: str, code: str, issuer: str | None, trusted: dict[str, str]
) -> None:
    assert credit_in(credited(code, issuer), Money("1", currency), trusted) is None
