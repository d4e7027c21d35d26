"""The page model: all that the page shows, made of a checkout, quotes and the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from types import MappingProxyType

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.quote import Quote
from checkout_kit.web.amounts import (
    format_asset,
    format_money,
    format_remaining,
    format_time,
)
from checkout_kit.web.deposit import Deposit, deadline_of, present_deposit
from checkout_kit.web.desk import SCENARIOS
from checkout_kit.web.i18n import gettext as _
from checkout_kit.web.order import Order, present_order
from checkout_kit.web.panels import (
    WAITING,
    Panel,
    can_cancel,
    can_choose,
    is_awaited,
    page_version,
    pick_panel,
)
from checkout_kit.web.text import clean, web_link
from checkout_kit.web.words import Words, write_words

#: Panels on which a method is chosen.
CHOOSING = frozenset({Panel.CHOOSE, Panel.EXPIRED, Panel.UNDERPAID})
#: Panels that count down.
WITH_DEADLINE = frozenset({Panel.PAY, Panel.REDIRECT})
_WITH_BAR = frozenset({Panel.PAY, Panel.UNDERPAID})
_PLAYABLE = frozenset({Panel.PAY, Panel.REDIRECT, Panel.EXPIRED, Panel.UNDERPAID})


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """A method as a big button: its name, network, and about what it costs."""

    id: str
    code: str
    name: str
    network: str
    amount: str
    is_firm: bool
    fee: str | None
    redirects: bool
    #: Whose method it is, where several providers offer the same.
    provider: str | None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment that was seen, as it stands."""

    amount: str
    status: str
    is_confirmed: bool
    received: str
    received_at: str
    transaction_id: str | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when an invoice is to be paid, for the eye and for the countdown."""

    at: str
    shown: str
    remaining: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A button of the test mode."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PageModel:
    """Everything that the page shows; holds no secret but the token of its URLs."""

    token: str
    checkout_id: str
    panel: Panel
    state: str
    version: str
    server_time: str
    words: Words
    order: Order
    methods: tuple[MethodChoice, ...]
    deposit: Deposit | None
    redirect_url: str | None
    deadline: Deadline | None
    payments: tuple[PaymentRow, ...]
    is_paid: bool
    paid_percent: int
    is_waiting: bool
    is_test: bool
    scenarios: tuple[Scenario, ...]
    can_choose: bool
    can_cancel: bool
    wants_proof: bool
    is_choosing_anew: bool

    @property
    def told(self) -> str:
        """What a page that shows this one in a frame is told of it, if anything."""
        if self.is_paid:
            return "paid"
        return {Panel.CANCELLED: "cancelled", Panel.CLOSED: "expired"}.get(
            self.panel, ""
        )


def present(
    checkout: Checkout,
    *,
    now: datetime,
    shop: str,
    locale: str = "en",
    quotes: Sequence[Quote] = (),
    is_choosing: bool = False,
    provider_names: Mapping[str, str] = MappingProxyType({}),
) -> PageModel:
    """Make the page of a checkout.

    :param is_choosing: show the methods although an invoice could be paid.
    :param provider_names: what people call each provider.
    """
    panel = pick_panel(checkout, now)
    invoice = checkout.invoice
    anew = is_choosing and panel in (Panel.PAY, Panel.REDIRECT, Panel.PREPARING)
    if anew:
        panel = Panel.CHOOSE
    is_test = invoice is not None and invoice.method.is_test
    return PageModel(
        token=checkout.token,
        checkout_id=checkout.id,
        panel=panel,
        state=checkout.state.value,
        version=page_version(checkout, now),
        server_time=to_iso(now),
        words=write_words(checkout, panel, shop=shop, locale=locale),
        order=present_order(checkout, locale),
        methods=_methods(quotes, invoice, locale, provider_names)
        if panel in CHOOSING
        else (),
        deposit=present_deposit(invoice) if invoice and panel is Panel.PAY else None,
        redirect_url=web_link(invoice.redirect_url)
        if invoice and panel is Panel.REDIRECT
        else None,
        deadline=_deadline(invoice, now, locale)
        if invoice and panel in WITH_DEADLINE
        else None,
        payments=_payments(checkout, locale),
        is_paid=checkout.is_paid,
        paid_percent=_paid_percent(checkout) if panel in _WITH_BAR else 0,
        is_waiting=panel in WAITING,
        is_test=is_test or any(quote.method.is_test for quote in quotes),
        scenarios=_scenarios(invoice)
        if invoice and is_test and panel in _PLAYABLE
        else (),
        can_choose=can_choose(checkout, now),
        can_cancel=can_cancel(checkout) and panel is not Panel.CLOSED,
        wants_proof=checkout.unproven_invoice is not None,
        is_choosing_anew=anew and is_awaited(invoice, now),
    )


def needs_quotes(checkout: Checkout, now: datetime, *, is_choosing: bool) -> bool:
    """Whether the page lists methods, so that providers have to be asked."""
    if not can_choose(checkout, now):
        return False
    return is_choosing or pick_panel(checkout, now) in CHOOSING


def _methods(
    quotes: Sequence[Quote],
    invoice: Invoice | None,
    locale: str,
    names: Mapping[str, str],
) -> tuple[MethodChoice, ...]:
    # The method chosen before comes first: paying the rest or anew is one click.
    chosen = invoice.method.id if invoice is not None else None
    ordered = sorted(quotes, key=lambda quote: quote.method.id != chosen)
    offers = Counter(
        name for name, _provider in {(q.method.name, q.method.provider) for q in quotes}
    )
    return tuple(
        MethodChoice(
            id=quote.method.id,
            code=quote.method.currency.code,
            name=clean(quote.method.name),
            network=clean(quote.method.network_name),
            amount=format_money(quote.charged or quote.amount, locale),
            is_firm=quote.is_firm,
            fee=format_asset(quote.fee) if quote.fee else None,
            redirects=quote.method.redirects,
            provider=clean(names.get(quote.method.provider, quote.method.provider))
            if offers[quote.method.name] > 1
            else None,
        )
        for quote in ordered
    )


def _deadline(invoice: Invoice, now: datetime, locale: str) -> Deadline:
    at = deadline_of(invoice)
    return Deadline(
        at=to_iso(at),
        shown=format_time(at, locale),
        remaining=format_remaining(at - now),
    )


def _payments(checkout: Checkout, locale: str) -> tuple[PaymentRow, ...]:
    found = [(p, i) for i in checkout.invoices for p in i.payments]
    found.sort(key=lambda pair: (pair[0].received_at, pair[0].external_id))
    return tuple(
        PaymentRow(
            amount=format_asset(payment.amount),
            status=_payment_status(payment, is_missing=invoice.is_missing(payment)),
            is_confirmed=payment.status is PaymentStatus.CONFIRMED,
            received=format_time(payment.received_at, locale),
            received_at=to_iso(payment.received_at),
            transaction_id=clean(payment.transaction_id)
            if payment.transaction_id
            else None,
        )
        for payment, invoice in found
    )


def _payment_status(payment: Payment, *, is_missing: bool) -> str:
    if payment.status is PaymentStatus.REVERSED:
        return _("Reversed")
    if payment.status is PaymentStatus.CONFIRMED:
        return _("Confirmed")
    return _("No longer seen") if is_missing else _("Waiting for confirmation")


def _paid_percent(checkout: Checkout) -> int:
    share = checkout.status.detected_credit / checkout.total.fraction
    return min(100, int(share * 100))


def _scenarios(invoice: Invoice) -> tuple[Scenario, ...]:
    labels = {
        "exact": _("Pay exactly"),
        "less": _("Pay less"),
        "more": _("Pay more"),
        "late": _("Pay late"),
        "without_memo": _("Pay without memo"),
    }
    instructions = invoice.instructions
    if instructions is not None and instructions.destination_tag is not None:
        labels["without_memo"] = _("Pay without tag")
    needs_memo = instructions is not None and instructions.needs_memo
    return tuple(
        Scenario(value, labels[value])
        for value in SCENARIOS
        if value != "without_memo" or needs_memo
    )


def to_iso(moment: datetime) -> str:
    """Write a moment as scripts read it, in UTC."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
