"""Every hook of checkout-kit: what a plugin may implement, and what the kit expects.

Provider hooks are called on one plugin at a time, on a thread of the provider, without
a Flask context and outside any database transaction. Broadcast hooks tell every plugin
of an event, each on its own, at least once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.event import Event
from checkout_kit.domain.invoice import DetectionReport, Invoice, ProviderInvoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.operation import Operation
from checkout_kit.domain.proof import Proof
from checkout_kit.domain.quote import PaymentMethod, Quote
from checkout_kit.domain.rate import Rate
from checkout_kit.domain.settlement import Settlement
from checkout_kit.domain.wallet import Wallet
from checkout_kit.domain.webhook import WebhookNotice, WebhookRequest
from checkout_kit.domain.withdrawal import Withdrawal, WithdrawalRequest

if TYPE_CHECKING:
    from flask import Flask

PROJECT_NAME = "checkout_kit"

hookspec = pluggy.HookspecMarker(PROJECT_NAME)
hookimpl = pluggy.HookimplMarker(PROJECT_NAME)

# Provider hooks: addressed to one plugin.


@hookspec(firstresult=True)
def list_payment_methods(currency: Currency) -> Sequence[PaymentMethod] | None:
    """Name the ways to pay that this provider has for charges in a currency.

    Called before every quote. Return an empty sequence if there are none. The answer
    may be cached by the plugin. Moves no money.

    :raises ProviderError: if the provider can't be asked.
    """


@hookspec(firstresult=True)
def quote_price(
    charge: Charge,
    payment_methods: Sequence[PaymentMethod],
    amount_due: Money,
    settlement_currency: Currency,
) -> Sequence[Quote] | None:
    """Say what paying ``amount_due`` costs by each method, in one provider round trip.

    Called when the page opens and when a quote has expired. ``amount_due`` is below
    the charge's total after a part payment. A method below the provider's minimum is
    left out. Moves no money and binds nobody: many quotes are never used.

    :raises ProviderError: if the provider can't be asked.
    """


@hookspec(firstresult=True)
def create_invoice(
    checkout: Checkout, quote: Quote, operation: Operation
) -> ProviderInvoice | None:
    """Make the invoice that a buyer chose, and say where to pay.

    Called once per invoice, and again with the same ``operation.key`` after a crash, a
    timeout or a lost answer: the same key must give the same invoice. Record each step
    with ``operation.record`` before the next one begins. ``checkout.url`` is the page
    that a buyer who pays elsewhere comes back to. Moves no money.

    :raises QuoteExpired: if the quote can't be used any more; the kit quotes anew.
    :raises ProviderRefused: if the provider will never make this invoice.
    :raises ProviderError: if it may succeed later.
    """


@hookspec(firstresult=True)
def detect_payments(invoices: Sequence[Invoice]) -> DetectionReport | None:
    """Look at a batch of invoices, in as few provider calls as its API allows.

    Called by the worker, after a webhook, and while a page is open. Read-only. An
    invoice without a snapshot in the report is tried again later, alone. A payment is
    named by the provider's own id, the same at every look.

    :raises ProviderError: if the whole batch could not be looked at.
    """


@hookspec(firstresult=True)
def parse_webhook(request: WebhookRequest) -> WebhookNotice | None:
    """Check that a webhook is genuine and say which invoices it is about.

    Verify the raw body, in constant time, before reading it. Make no provider call:
    the kit looks at the invoices afterwards, and never trusts amounts of a webhook.
    Return None for a genuine message that is of no interest. Moves no money.

    :raises WebhookRefused: if it is not genuine.
    """


@hookspec(firstresult=True)
def settle_invoice(
    invoice: Invoice,
    operation: Operation,
    amount: Money,
    checkout: Checkout,
    earlier: Sequence[Settlement],
) -> Settlement | None:
    """Credit the merchant with what a paid invoice brought, or report it as credited.

    Called for paid checkouts only, until it returns. ``amount`` (the charge's currency)
    is frozen for this key; ``earlier`` holds what was settled of the same invoice
    before, if it grew. Return None for "not yet". **This may move money**: the same
    ``operation.key`` must never credit twice.

    :raises ProviderRefused: if the provider will never settle it.
    :raises ProviderError: if it may succeed later.
    """


@hookspec(firstresult=True)
def submit_proof(invoice: Invoice, proof: Proof) -> bool | None:
    """Hand a buyer's proof of payment on to the provider.

    Called when a buyer sends a file for an invoice whose newest snapshot
    ``wants_proof``; again if he sends another one. Nothing is kept of the file by the
    kit. Return True once the provider has it. Moves no money.

    :raises ProviderRefused: if the provider does not take it.
    :raises ProviderError: if it may succeed later.
    """


@hookspec(firstresult=True)
def close_invoice(invoice: Invoice) -> bool | None:
    """Tidy up what the provider keeps for an invoice that nobody watches any more.

    Called after the last look, when the late window is over; if it raises, again once
    an hour for a week. Closing what is closed already is fine. Whatever may still hold
    money stays. Return True. Moves no money.

    :raises ProviderError: if it has to be tried again.
    """


@hookspec(firstresult=True)
def list_wallets() -> Sequence[Wallet] | None:
    """Say what the merchant's account at this provider holds.

    Called when somebody asks for it, never in the payment path. Return one wallet per
    asset, empty ones included where the provider lists them. An amount that can't be
    read is an error, not a zero. Moves no money.

    :raises ProviderError: if the provider can't be asked.
    """


@hookspec(firstresult=True)
def prepare_withdrawal(
    withdrawal: WithdrawalRequest, operation: Operation
) -> Withdrawal | None:
    """Say what would arrive if this were withdrawn, before anybody decides on it.

    Called once when a withdrawal is made. Answer PENDING with ``received`` and ``fee``:
    ``received`` is a promise, which ``withdraw_funds`` gets as ``least_received``.
    Record what it needs to send exactly this one: it is called with the same
    ``operation.key``, if ever. Many are never sent. Moves no money.

    :raises InputError: if the target or an option can't be accepted.
    :raises NotSupported: if the provider has no way to that target.
    :raises ProviderRefused: if the provider would never send it.
    :raises ProviderError: if it can't be asked.
    """


@hookspec(firstresult=True)
def withdraw_funds(
    withdrawal: WithdrawalRequest, operation: Operation
) -> Withdrawal | None:
    """Send money from a wallet to an account of the merchant's, or say how far it is.

    Called once per withdrawal, when it is committed, and again with the same
    ``operation.key`` until the answer is COMPLETED or FAILED; after a crash, a timeout
    or a lost answer too. Return
    None if nothing can be said yet. **This may move money**: the same key must never
    send twice. Record each step with ``operation.record`` before the next one begins;
    when in doubt look the withdrawal up instead of sending again.

    :raises InputError: if the target or an option can't be accepted; nothing was sent.
    :raises NotSupported: if the provider has no way to that target; nothing was sent.
    :raises ProviderRefused: if the provider will never send it.
    :raises ProviderError: if it may succeed later.
    """


@hookspec(firstresult=True)
def fetch_rates() -> Sequence[Rate] | None:
    """Say what the market pays and asks at present, for every pair that is known.

    Called by ``flask checkout rates`` and the doctor, never in the payment path. Leave
    out what is too old by the plugin's own limit, and raise if nothing is left: a stale
    rate is never handed out. Return None if the settings name no market. Moves no
    money.

    :raises ProviderError: if no rate is fresh, or the market can't be asked.
    """


@hookspec(firstresult=True)
def check_health() -> str | None:
    """Say in a few words that the provider can be used with these credentials.

    Called by ``flask checkout doctor`` only. Make one cheap, authenticated call.
    Moves no money.

    :raises ProviderError: telling the operator what is wrong.
    """


@hookspec(firstresult=True)
def simulate_payment(invoice: Invoice, scenario: str) -> bool | None:
    """Pay an invoice at the provider's simulator, for the page's test mode.

    Only called for methods with ``is_test``. ``scenario`` is ``exact``, ``less``,
    ``more``, ``late`` or ``without_memo``. Return True if it was done. Moves no real
    money.

    :raises NotSupported: if the scenario makes no sense for this method.
    """


# Broadcast hooks: subscribers of the event log.


@hookspec
def checkout_started(event: Event, checkout: Checkout) -> None:
    """Hear that a checkout was made. Called once it is committed. Return nothing."""


@hookspec
def invoice_created(event: Event, checkout: Checkout) -> None:
    """Hear that a provider made an invoice. Return nothing."""


@hookspec
def payment_detected(event: Event, checkout: Checkout) -> None:
    """Hear that a deposit was seen for the first time. Return nothing."""


@hookspec
def checkout_paid(event: Event, checkout: Checkout) -> None:
    """Hear that a checkout is paid; written once per checkout. Return nothing."""


@hookspec
def invoice_settled(event: Event, checkout: Checkout) -> None:
    """Hear that the merchant was credited for an invoice. Return nothing."""


@hookspec
def checkout_expired(event: Event, checkout: Checkout) -> None:
    """Hear that a checkout's time is over without payment. Return nothing."""


# Set-up.


@hookspec(historic=True)
def kit_ready(app: Flask) -> Any:
    """Add routes or commands to the app; called once per app, at the end of start-up.

    Return nothing. Make no network call here.
    """
