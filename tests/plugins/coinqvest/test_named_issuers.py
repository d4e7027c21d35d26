"""Where one issuer is named, nothing goes through another and nothing counts by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit import (
    Currency,
    Invoice,
    InvoiceStatus,
    Money,
    Payment,
    PaymentMethod,
    PaymentStatus,
    ProviderProtocolError,
    Settlement,
    WithdrawalRequest,
    WithdrawalTarget,
)
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.answers import (
    CheckoutObject,
    CheckoutVerdict,
    PaymentAnswer,
    PaymentState,
)
from checkout_kit_coinqvest.observing import credit_in
from checkout_kit_coinqvest.payloads import from_asset
from checkout_kit_coinqvest.settling import settle
from tests.plugins.coinqvest.fake_api import (
    FakeApi,
    Ticker,
    read_case,
)
from tests.plugins.coinqvest.shop_side import make_checkout

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
XLM = Currency.parse("XLM")
ANCHOR = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
FAKE = "USD:GAWODAROMJ33V5YDFY3NPYTHVYQG7MJXVJ2ND3AOGIHYRWINES6ACCPD"
TEMPO = "EURT:GAP5LETOV6YIE62YAM56STDANPRDO7ZFDBGSNHJQIYGGKSMOZAHOOS2S"
STELLAR = "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCQ"
BITCOIN = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
RELAY = "BTC:GBVOL67TMUQBGL4TZYNMY3ZQ5WGQYFPFD5VJRWXR72VA33VFNL225PL5"
OTHER_RELAY = "BTC:GATEMHCCKCY67ZUCKTROYN24ZYT5GK4EQZ65JJLDHKHRUZI3EUEKMTCH"


def credited(code: str, issuer: str) -> PaymentAnswer:
    return PaymentAnswer(
        id="p1",
        timestamp=NOW,
        state=PaymentState.RESOLVED,
        credit_asset_code=code,
        credit_amount=Decimal("10.0000000"),
        source_asset_code="XLM",
        source_amount=Decimal(170),
        source_blockchain="XLM",
        credit_asset_issuer=issuer,
    )


# Credits

TRUSTED = {"EUR": TEMPO}


def test_an_issuers_own_name_of_a_currency_counts_once_it_is_named() -> None:
    euro = Money("1", "EUR")
    assert credit_in(credited("EURT", TEMPO), euro, TRUSTED) == Money("10", "EUR")
    assert credit_in(credited("EUR", TEMPO), euro, TRUSTED) == Money("10", "EUR")
    assert credit_in(credited("EURT", TEMPO), euro, {}) is None
    assert credit_in(credited("EURT", "EURT:GAFAKE"), euro, TRUSTED) is None


def settled(
    payment: PaymentAnswer, settlement: str, issuers: dict[str, str]
) -> Settlement | None:
    """Settle an invoice of 10 units that one payment of lumens paid."""
    amount = Money("170", XLM)
    paid = Payment(
        provider="coinqvest",
        external_id="p1",
        invoice_id="invoice-1",
        amount=amount,
        status=PaymentStatus.CONFIRMED,
        received_at=NOW,
        ticket=1,
        peak_confirmed=amount,
    )
    covers = Money("10", settlement.partition(":")[0])
    invoice = Invoice(
        id="invoice-1",
        checkout_id="c" * 32,
        method=PaymentMethod("coinqvest", XLM, "Stellar Lumens"),
        operation_key="invoice:1",
        covers=covers,
        amount=amount,
        status=InvoiceStatus.OPEN,
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        reference="6d55626309d6",
        payments=(paid,),
    )
    found = CheckoutObject("6d55626309d6", NOW, CheckoutVerdict.COMPLETED, (payment,))
    checkout = make_checkout(Ticker(), currency=covers.currency.code, settle=settlement)
    return settle(invoice, covers, checkout, [found], [], issuers)


@pytest.mark.parametrize(
    ("code", "issuer", "settlement", "issuers"),
    [
        ("USD", ANCHOR, "USD", {}),
        ("USD", FAKE, "USD", {}),
        ("USD", ANCHOR, "USD", {"USD": ANCHOR}),
        ("USD", ANCHOR, f"{ANCHOR}@stellar", {}),
        ("EURT", TEMPO, "EUR", TRUSTED),
    ],
)
def test_a_credit_is_settled_in_the_currency_that_was_asked_for(
    code: str, issuer: str, settlement: str, issuers: dict[str, str]
) -> None:
    found = settled(credited(code, issuer), settlement, issuers)
    assert found is not None
    assert found.amount.currency == Currency.parse(settlement)
    assert found.details["creditAsset"] == issuer


@pytest.mark.parametrize(
    ("code", "issuer", "settlement", "issuers"),
    [
        ("USD", FAKE, "USD", {"USD": ANCHOR}),
        ("USD", FAKE, f"{ANCHOR}@stellar", {}),
        (FAKE, ANCHOR, "USD", {"USD": ANCHOR}),
        ("EURT", "EURT:GAFAKE", "EUR", TRUSTED),
    ],
)
def test_a_credit_by_another_issuer_settles_nothing(
    code: str, issuer: str, settlement: str, issuers: dict[str, str]
) -> None:
    with pytest.raises(ProviderProtocolError, match="another issuer"):
        settled(credited(code, issuer), settlement, issuers)


# Withdrawals


def put_withdrawal(api: FakeApi, issuer: str, **changes: Any) -> None:
    answer = read_case("create_withdrawal")
    answer["withdrawal"] |= {
        "targetAssetCode": issuer.partition(":")[0],
        "targetAssetIssuer": issuer,
        "targetFiatCurrency": None,
        **changes,
    }
    api.put("POST /withdrawal", answer)
    done = read_case("commit_withdrawal")
    done["withdrawal"] = answer["withdrawal"] | {"state": "PROCESSING"}
    api.put("POST /withdrawal/commit", done)
    api.put("GET /withdrawal", done)


TOKENS = WithdrawalRequest(
    ANCHOR,
    Money("142.31566", from_asset(ANCHOR)),
    WithdrawalTarget(from_asset(ANCHOR), address=STELLAR),
)
COINS = replace(
    TOKENS,
    target=WithdrawalTarget(Currency.parse("BTC"), address=BITCOIN),
    options={"relay": RELAY},
)
TO_STELLAR = {"targetBlockchain": "XLM", "targetAccount": {"account": STELLAR}}
TO_BITCOIN = {"targetBlockchain": "BTC", "targetAccount": {"address": BITCOIN}}


@pytest.mark.parametrize(
    ("request_", "asked", "other", "changes"),
    [(TOKENS, ANCHOR, FAKE, TO_STELLAR), (COINS, RELAY, OTHER_RELAY, TO_BITCOIN)],
)
def test_a_withdrawal_through_another_issuer_is_never_committed(
    request_: WithdrawalRequest,
    asked: str,
    other: str,
    changes: dict[str, Any],
    api: FakeApi,
    plugin: CoinqvestPlugin,
) -> None:
    put_withdrawal(api, other, **changes)
    with pytest.raises(ProviderProtocolError, match="another issuer"):
        plugin.withdraw_funds(request_, MemoryOperation())
    assert api.calls("POST /withdrawal/commit") == []
    put_withdrawal(api, asked, **changes)
    plugin.withdraw_funds(request_, MemoryOperation())
    assert len(api.calls("POST /withdrawal/commit")) == 1
