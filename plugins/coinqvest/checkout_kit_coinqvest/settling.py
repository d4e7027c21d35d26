"""Settling: what the merchant's account was credited for an invoice; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from checkout_kit import (
    Checkout,
    Currency,
    CurrencyError,
    Invoice,
    Money,
    ProviderProtocolError,
    Settlement,
)
from checkout_kit_coinqvest.answers import CheckoutObject, PaymentAnswer, code_of
from checkout_kit_coinqvest.observing import (
    credited_assets,
    is_code_of,
    wanted_asset,
)


def settle(
    invoice: Invoice,
    amount: Money,
    checkout: Checkout,
    checkouts: Sequence[CheckoutObject],
    earlier: Sequence[Settlement],
    issuers: Mapping[str, str],
) -> Settlement | None:
    """Report what was credited, or None while it is less than is to be settled.

    :param amount: what this settlement is for, in the charge's currency.
    :param earlier: former settlements of the invoice; their payments are left out.
    :param issuers: who must have issued what a fiat currency is credited in, by code.
    :raises ProviderProtocolError: if the credit can't be understood.
    """
    payments = {p.id: p for c in checkouts for p in c.payments}
    settled = {
        payment_id for former in earlier for payment_id in former.details["payments"]
    }
    credited = [payment for payment in payments.values() if payment.is_credited]
    new = [payment for payment in credited if payment.id not in settled]
    if not new:
        if credited and len(credited) == len(payments):
            # The former settlement was reported after this one's payment had come.
            return Settlement(
                reference=f"{invoice.reference}:{len(earlier) + 1}",
                amount=Money.zero(earlier[-1].amount.currency),
                details={"payments": []},
            )
        return None
    # The amount was rounded down to a whole minor unit when it was frozen.
    if _worth(invoice, {payment.id for payment in new}) < amount.fraction:
        return None
    # The same code of two issuers is two assets.
    if len({_asset(payment) for payment in new}) > 1:
        raise ProviderProtocolError(
            invoice.provider, "the payments of one checkout are credited in two assets"
        )
    new.sort(key=lambda payment: (payment.timestamp, payment.id))
    reference = str(invoice.reference)
    if earlier:
        reference = f"{reference}:{len(earlier) + 1}"
    total = sum((payment.credit_amount for payment in new), Decimal(0))
    return Settlement(
        reference=reference,
        amount=Money.round_down(
            Fraction(total), _currency(new, invoice, checkout, issuers)
        ),
        settled_at=new[-1].timestamp,
        details={
            "payments": [payment.id for payment in new],
            "creditAmount": format(total, "f"),
            "creditAsset": _asset(new[0]),
        },
    )


def _worth(invoice: Invoice, payment_ids: set[str]) -> Fraction:
    """What payments pay off, in the charge's currency."""
    rate = invoice.covers.fraction / invoice.amount.fraction
    return sum(
        (
            payment.credited.fraction
            if payment.credited is not None
            else payment.amount.fraction * rate
            for payment in invoice.payments
            if payment.external_id in payment_ids
        ),
        Fraction(0),
    )


def _currency(
    payments: Sequence[PaymentAnswer],
    invoice: Invoice,
    checkout: Checkout,
    issuers: Mapping[str, str],
) -> Currency:
    """What payments of one asset are credited in."""
    for currency in (checkout.settlement_currency, checkout.charge.currency):
        wanted = wanted_asset(currency, issuers)
        if not is_code_of(payments[0], currency, wanted):
            continue
        if wanted and any(credited_assets(p) != {wanted} for p in payments):
            raise ProviderProtocolError(
                invoice.provider, "the payments are credited by another issuer"
            )
        return currency
    try:
        return Currency.parse(code_of(payments[0].credit_asset_code))
    except CurrencyError:
        raise ProviderProtocolError(
            invoice.provider, "the payments are credited in an unknown asset"
        ) from None


def _asset(payment: PaymentAnswer) -> str:
    return payment.credit_asset_issuer or payment.credit_asset_code
