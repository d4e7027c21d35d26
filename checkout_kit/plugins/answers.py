"""Answers: what a plugin returned is checked before anybody relies on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from checkout_kit.domain.invoice import (
    DetectionReport,
    InvoiceSnapshot,
    ProviderInvoice,
    UnmatchedDeposit,
)
from checkout_kit.domain.payment import PaymentObservation
from checkout_kit.domain.quote import PaymentMethod, Quote
from checkout_kit.domain.rate import Rate
from checkout_kit.domain.settlement import Settlement
from checkout_kit.domain.wallet import Wallet
from checkout_kit.domain.webhook import WebhookNotice
from checkout_kit.domain.withdrawal import Withdrawal, WithdrawalStatus
from checkout_kit.errors import ProviderProtocolError


def check_answer(
    provider: str, hook: str, answer: Any, arguments: Mapping[str, Any]
) -> Any:
    """Refuse an answer that the hook's contract does not allow.

    :raises ProviderProtocolError: nothing of such an answer is used.
    """
    problem = _CHECKS[hook](provider, answer, arguments) if hook in _CHECKS else None
    if problem:
        raise ProviderProtocolError(provider, f"{hook} answered {problem}")
    return answer


def _methods(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if not _is_sequence_of(answer, PaymentMethod):
        return "something other than payment methods"
    if any(method.provider != provider for method in answer):
        return "payment methods of another provider"
    ids = [method.id for method in answer]
    if len(set(ids)) < len(ids):
        return "two payment methods with the same id"
    return None


def _quotes(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if not _is_sequence_of(answer, Quote):
        return "something other than quotes"
    asked = {method.id for method in arguments["payment_methods"]}
    ids = [quote.method.id for quote in answer]
    if not set(ids) <= asked or len(set(ids)) < len(ids):
        return "quotes for methods that were not asked for"
    if any(quote.covers != arguments["amount_due"] for quote in answer):
        return "quotes for another amount"
    return None


def _invoice(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if not isinstance(answer, ProviderInvoice):
        return "something other than an invoice"
    if answer.amount.currency != arguments["quote"].amount.currency:
        return "an invoice in another currency than its quote"
    if answer.redirect_url and not answer.redirect_url.startswith(
        ("https://", "http://")
    ):
        return "a redirect to something other than a web page"
    return None


def _report(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if not isinstance(answer, DetectionReport):
        return "something other than a detection report"
    asked = {invoice.id for invoice in arguments["invoices"]}
    if not set(answer.snapshots) <= asked:
        return "snapshots of invoices that were not asked for"
    for snapshot in answer.snapshots.values():
        if not isinstance(snapshot, InvoiceSnapshot):
            return "something other than snapshots"
        if not _is_sequence_of(snapshot.payments, PaymentObservation):
            return "something other than payments"
    if not _is_sequence_of(answer.unmatched, UnmatchedDeposit):
        return "something other than unmatched deposits"
    return None


def _notice(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if answer is not None and not isinstance(answer, WebhookNotice):
        return "something other than a webhook notice"
    return None


def _settlement(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if answer is not None and not isinstance(answer, Settlement):
        return "something other than a settlement"
    return None


def _wallets(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if not _is_sequence_of(answer, Wallet):
        return "something other than wallets"
    references = [wallet.reference for wallet in answer]
    if len(set(references)) < len(references):
        return "two wallets with the same reference"
    return None


def _withdrawal(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if answer is None:
        return None
    if not isinstance(answer, Withdrawal):
        return "something other than a withdrawal"
    asked = arguments["withdrawal"]
    if answer.amount.currency != asked.amount.currency:
        return "a withdrawal in another currency than was asked for"
    if answer.amount > asked.amount:
        return "a withdrawal of more than was asked for"
    received = answer.received
    if received is not None and received.currency != asked.target.currency:
        return "a withdrawal that arrives in another currency than was asked for"
    return None


def _rates(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    if answer is None:
        return None
    if not _is_sequence_of(answer, Rate):
        return "something other than rates"
    pairs = [(rate.base, rate.counter) for rate in answer]
    if len(set(pairs)) < len(pairs):
        return "two rates of the same pair"
    return None


def _prepared(provider: str, answer: Any, arguments: Mapping[str, Any]) -> str | None:
    problem = _withdrawal(provider, answer, arguments)
    if problem or answer is None:
        return problem or "nothing"
    if answer.status is not WithdrawalStatus.PENDING:
        return "a withdrawal that is under way already"
    if answer.amount != arguments["withdrawal"].amount:
        return "a withdrawal of another amount than was asked for"
    if answer.received is None:
        return "a withdrawal without what would arrive"
    return None


_Check = Callable[[str, Any, Mapping[str, Any]], "str | None"]
_CHECKS: Mapping[str, _Check] = {
    "list_payment_methods": _methods,
    "quote_price": _quotes,
    "create_invoice": _invoice,
    "detect_payments": _report,
    "parse_webhook": _notice,
    "settle_invoice": _settlement,
    "list_wallets": _wallets,
    "prepare_withdrawal": _prepared,
    "withdraw_funds": _withdrawal,
    "fetch_rates": _rates,
}


def _is_sequence_of(answer: Any, kind: type) -> bool:
    return (
        isinstance(answer, Sequence)
        and not isinstance(answer, str)
        and all(isinstance(item, kind) for item in answer)
    )
