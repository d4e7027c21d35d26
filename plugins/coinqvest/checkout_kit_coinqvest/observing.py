"""Observing: what the provider's checkouts say about one of our invoices; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from checkout_kit import (
    Currency,
    Invoice,
    InvoiceSnapshot,
    Money,
    PaymentObservation,
    PaymentStatus,
    UnmatchedDeposit,
)
from checkout_kit_coinqvest.answers import (
    CheckoutObject,
    CheckoutVerdict,
    PaymentAnswer,
    code_of,
)
from checkout_kit_coinqvest.methods import chain_of
from checkout_kit_coinqvest.payloads import to_asset

_ANY_ISSUER: Mapping[str, str] = MappingProxyType({})
_NATIVE_LUMENS = ("XLM", "NATIVE", "XLM:NATIVE")
# While a checkout is in one of these, a payment that is not credited may still change.
_UNSURE = frozenset(
    {
        CheckoutVerdict.NEW_CHARGE,
        CheckoutVerdict.IN_PROGRESS,
        CheckoutVerdict.EXPIRED,
        CheckoutVerdict.UNRESOLVED_GENERIC,
    }
)


def checkout_ids(invoice: Invoice) -> tuple[str, ...]:
    """All checkouts at the provider that money for an invoice may arrive at."""
    ids = [str(item) for item in invoice.provider_data.get("checkoutIds", ())]
    if invoice.reference and invoice.reference not in ids:
        ids.append(invoice.reference)
    return tuple(ids)


def observe(
    invoice: Invoice,
    checkouts: Sequence[CheckoutObject],
    issuers: Mapping[str, str] = _ANY_ISSUER,
) -> tuple[InvoiceSnapshot, Sequence[UnmatchedDeposit]]:
    """Read an invoice's payments off its checkouts.

    A payment in the invoice's asset counts by what was sent. One in another Stellar
    asset, and any on a hosted page, counts by what it was credited as, if that is in
    the charge's currency. All others go to the operators' inbox.

    :param issuers: who must have issued what a fiat currency is credited in, by code.
    """
    found: dict[str, PaymentObservation] = {}
    unmatched: dict[str, UnmatchedDeposit] = {}
    for checkout in checkouts:
        is_doubted = _is_doubted(invoice, checkout, issuers)
        for payment in checkout.payments:
            status = _status(invoice, checkout, payment)
            if is_doubted and not payment.is_credited:
                status = PaymentStatus.DETECTED
            observed = _observe(invoice, checkout, payment, status, issuers)
            if isinstance(observed, UnmatchedDeposit):
                unmatched[payment.id] = observed
            else:
                found[payment.id] = observed
    own = [c for c in checkouts if c.id == invoice.reference] or list(checkouts)
    snapshot = InvoiceSnapshot(
        payments=tuple(found.values()),
        seen=any(c.state is CheckoutVerdict.IN_PROGRESS for c in checkouts),
        provider_state=own[0].state.value if own else None,
    )
    return snapshot, tuple(unmatched.values())


def state_text(payment: PaymentAnswer) -> str:
    """A payment's state as it is kept in an observation's details."""
    return payment.state.value if payment.state else ""


def _observe(
    invoice: Invoice,
    checkout: CheckoutObject,
    payment: PaymentAnswer,
    status: PaymentStatus,
    issuers: Mapping[str, str],
) -> PaymentObservation | UnmatchedDeposit:
    currency = invoice.amount.currency
    credited: Money | None = None
    if invoice.method.redirects:
        amount = credit_in(payment, invoice.covers, issuers)
        if amount is None:
            return _unmatched(checkout, payment, "credited in another currency")
    elif _is_in_asset(payment, currency.code):
        # Never more than what was sent, should there be more places than exist.
        amount = Money.round_down(Fraction(payment.source_amount), currency)
    elif payment.is_on_stellar and currency.code == "XLM":
        credited = credit_in(payment, invoice.covers, issuers)
        if credited is None or not credited:
            return _unmatched(checkout, payment, "sent in another asset")
        # What the same credit would have cost in the invoice's own asset.
        share = credited.fraction / invoice.covers.fraction
        amount = Money.round_down(share * invoice.amount.fraction, currency)
    else:
        return _unmatched(checkout, payment, "sent in another asset")
    return PaymentObservation(
        external_id=payment.id,
        amount=amount,
        status=status,
        received_at=payment.timestamp,
        credited=credited,
        transaction_id=payment.source_tx_id,
        details=_details(checkout, payment),
    )


def _is_in_asset(payment: PaymentAnswer, code: str) -> bool:
    """Whether a payment is in the native asset of the chain of that code.

    On Stellar anybody may issue an asset with any code, so chain and issuer count. On
    the other chains the issuer named is the relay that took the payment in.
    """
    if code_of(payment.source_asset_code) != code:
        return False
    if chain_of(payment.source_blockchain) != code:
        return False
    if code != "XLM":
        return True
    # Wherever an issuer is named: the code's own spelling may hold one as well.
    named = (payment.source_asset_code, payment.source_asset_issuer or code)
    return all(name in _NATIVE_LUMENS for name in named)


def credit_in(
    payment: PaymentAnswer, like: Money, issuers: Mapping[str, str]
) -> Money | None:
    """What a payment was credited as, if that is in the currency of ``like``.

    Credits carry seven places; they are rounded to the currency's own, half-up.
    """
    if not _is_credited_in(payment, like.currency, issuers):
        return None
    return Money.round_half_up(Fraction(payment.credit_amount), like.currency)


def wanted_asset(currency: Currency, issuers: Mapping[str, str]) -> str | None:
    """The one asset that a currency may be credited as; None if any issuer will do.

    A currency that has an issuer is that issuer's alone. Money of a state is whatever
    the account's issuers stand for, unless the settings name one.
    """
    if currency.is_fiat:
        return issuers.get(currency.code)
    return to_asset(currency) if currency.issuer else None


def is_code_of(payment: PaymentAnswer, currency: Currency, wanted: str | None) -> bool:
    """Whether a credit has a currency's code, or that of the one asset for it.

    The euro of an issuer may be called EURT.
    """
    return code_of(payment.credit_asset_code) in (
        currency.code,
        code_of(wanted or currency.code),
    )


def credited_assets(payment: PaymentAnswer) -> set[str]:
    """The assets with their issuers that a credit names, in either of its fields."""
    given = (payment.credit_asset_code, payment.credit_asset_issuer)
    return {name for name in given if name and ":" in name}


def _is_credited_in(
    payment: PaymentAnswer, currency: Currency, issuers: Mapping[str, str]
) -> bool:
    """Whether a credit is in a currency: its code, and its issuer where one counts.

    Anybody may issue a dollar on Stellar. Another chain's coin is issued by the relay
    that took it in.
    """
    wanted = wanted_asset(currency, issuers)
    if not is_code_of(payment, currency, wanted):
        return False
    named = credited_assets(payment)
    if wanted is not None:
        return named == {wanted}
    if currency.code == "XLM":
        return named <= set(_NATIVE_LUMENS)
    return all(code_of(name) == currency.code for name in named)


def _status(
    invoice: Invoice, checkout: CheckoutObject, payment: PaymentAnswer
) -> PaymentStatus:
    """Say how sure a payment is; the document names no state for that.

    Credited is sure. Not credited, but judged by the amount (underpaid, overpaid), is
    sure as well: the money is there. If the provider takes its judgement back to
    UNRESOLVED_GENERIC, what was sure before is gone.
    """
    if payment.is_credited or checkout.state not in _UNSURE:
        return PaymentStatus.CONFIRMED
    was_confirmed = any(
        known.external_id == payment.id and known.peak_confirmed is not None
        for known in invoice.payments
    )
    if checkout.state is CheckoutVerdict.UNRESOLVED_GENERIC and was_confirmed:
        return PaymentStatus.REVERSED
    return PaymentStatus.DETECTED


def _is_doubted(
    invoice: Invoice, checkout: CheckoutObject, issuers: Mapping[str, str]
) -> bool:
    """Whether amounts and judgement contradict each other.

    Underpaid, says the provider, though as much was sent as was asked for: a partial
    payment of the XRP Ledger, or an asset that is not what it seems. What is not
    credited then stays unsure.
    """
    if checkout.state is not CheckoutVerdict.UNRESOLVED_UNDERPAID:
        return False
    observed = [
        _observe(invoice, checkout, payment, PaymentStatus.DETECTED, issuers)
        for payment in checkout.payments
    ]
    amounts = [o.amount for o in observed if isinstance(o, PaymentObservation)]
    return Money.total(amounts, invoice.amount.currency) >= invoice.amount


def _unmatched(
    checkout: CheckoutObject, payment: PaymentAnswer, reason: str
) -> UnmatchedDeposit:
    return UnmatchedDeposit(
        external_id=payment.id,
        reason=reason,
        received_at=payment.timestamp,
        details=_details(checkout, payment),
    )


def _details(checkout: CheckoutObject, payment: PaymentAnswer) -> dict[str, Any]:
    def text(amount: Decimal) -> str:
        return format(amount, "f")

    return {
        "state": state_text(payment),
        "checkoutId": checkout.id,
        "checkoutState": checkout.state.value,
        "sourceAmount": text(payment.source_amount),
        "sourceAsset": payment.source_asset_issuer or payment.source_asset_code,
        "sourceBlockchain": payment.source_blockchain,
        "sourceAccount": payment.source_account,
        "creditAmount": text(payment.credit_amount),
        "creditAsset": payment.credit_asset_issuer or payment.credit_asset_code,
    }
