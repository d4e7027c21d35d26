"""The JSON and text forms of the values that columns hold, each way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from checkout_kit.domain.charge_json import currency_from_text, currency_to_text
from checkout_kit.domain.invoice import DepositInstructions
from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import PaymentMethod


def money_columns(
    money: Money | None, amount: str, currency: str
) -> dict[str, str | None]:
    """Spread an amount over its two columns."""
    if money is None:
        return {amount: None, currency: None}
    return {
        amount: money.to_text(),
        currency: currency_to_text(money.currency),
    }


def money_from_columns(amount: str, currency: str) -> Money:
    """Join an amount's two columns."""
    return Money(amount, currency_from_text(currency))


def optional_money(amount: str | None, currency: str | None) -> Money | None:
    """Join an amount's two columns, both of which may be empty."""
    if amount is None or currency is None:
        return None
    return money_from_columns(amount, currency)


def fraction_to_text(value: Fraction) -> str:
    """Write an exact fraction."""
    return f"{value.numerator}/{value.denominator}"


def method_to_json(method: PaymentMethod) -> dict[str, Any]:
    """Write a payment method."""
    return {
        "provider": method.provider,
        "currency": currency_to_text(method.currency),
        "name": method.name,
        "networkName": method.network_name,
        "isQualified": method.is_qualified,
        "redirects": method.redirects,
        "isTest": method.is_test,
        "variant": method.variant,
    }


def method_from_json(data: Mapping[str, Any]) -> PaymentMethod:
    """Read what :func:`method_to_json` wrote."""
    return PaymentMethod(
        provider=data["provider"],
        currency=currency_from_text(data["currency"]),
        name=data["name"],
        network_name=data["networkName"],
        is_qualified=data["isQualified"],
        redirects=data["redirects"],
        is_test=data["isTest"],
        # Older rows have none.
        variant=data.get("variant", ""),
    )


def instructions_to_json(instructions: DepositInstructions) -> dict[str, Any]:
    """Write deposit instructions."""
    expires_at = instructions.expires_at
    return {
        "address": instructions.address,
        "amount": instructions.amount.to_text(),
        "currency": currency_to_text(instructions.amount.currency),
        "network": instructions.network,
        "memo": instructions.memo,
        "memoType": instructions.memo_type,
        "destinationTag": instructions.destination_tag,
        "paymentUri": instructions.payment_uri,
        "expiresAt": expires_at.isoformat() if expires_at else None,
    }


def instructions_from_json(data: Mapping[str, Any]) -> DepositInstructions:
    """Read what :func:`instructions_to_json` wrote."""
    expires_at = data["expiresAt"]
    return DepositInstructions(
        address=data["address"],
        amount=money_from_columns(data["amount"], data["currency"]),
        network=data["network"],
        memo=data["memo"],
        memo_type=data["memoType"],
        destination_tag=data["destinationTag"],
        payment_uri=data["paymentUri"],
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
    )
