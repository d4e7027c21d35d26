"""Words: what each panel says, and what to do next, in every state."""

from __future__ import annotations

from dataclasses import dataclass

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import Invoice
from checkout_kit.web.amounts import format_asset, format_credit, format_money
from checkout_kit.web.i18n import gettext as _
from checkout_kit.web.panels import Panel
from checkout_kit.web.text import clean


@dataclass(frozen=True, slots=True)
class Words:
    """What a panel says: its heading, what happened, and the next step.

    ``tone`` is ``calm``, ``wait``, ``good`` or ``warn``; ``status`` a word or two.
    """

    tone: str
    status: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Amounts:
    total: str
    due: str
    paid: str
    over: str
    asset: str


def write_words(checkout: Checkout, panel: Panel, *, shop: str, locale: str) -> Words:
    """Find the words for a checkout that shows this panel."""
    amounts = _Amounts(
        total=format_money(checkout.total, locale),
        due=format_money(checkout.amount_due, locale),
        paid=format_credit(checkout.status.detected_credit, checkout.total, locale),
        over=format_money(checkout.status.amount_over, locale),
        asset=_asset(checkout.invoice),
    )
    is_late = checkout.state.value.startswith("DELAYED_")
    if panel is Panel.CHOOSE:
        return _choose(checkout, amounts)
    if panel in (Panel.PAY, Panel.REDIRECT, Panel.PREPARING):
        return _pay(checkout, panel, amounts)
    if panel is Panel.SEEN:
        return _seen(checkout, amounts)
    if panel is Panel.PAID:
        return _paid(amounts, shop, is_late)
    if panel is Panel.UNDERPAID:
        return _underpaid(amounts, is_late)
    if panel is Panel.OVERPAID:
        return _overpaid(amounts, shop, is_late)
    return _over(checkout, panel, shop)


def _asset(invoice: Invoice | None) -> str:
    return format_asset(invoice.amount) if invoice is not None else ""


def _has_part(checkout: Checkout) -> bool:
    return bool(checkout.status.detected_credit)


def _choose(checkout: Checkout, amounts: _Amounts) -> Words:
    if _has_part(checkout):
        return Words(
            "calm",
            _("Partly paid"),
            _("How would you like to pay the remaining %(due)s?", due=amounts.due),
            (
                _(
                    "%(paid)s of %(total)s has arrived and counts.",
                    paid=amounts.paid,
                    total=amounts.total,
                ),
            ),
        )
    return Words(
        "calm",
        _("Choose a method"),
        _("How would you like to pay?"),
        (_("The exact amount is fixed when you choose."),),
    )


def _pay(checkout: Checkout, panel: Panel, amounts: _Amounts) -> Words:
    if panel is Panel.PREPARING:
        return Words(
            "wait",
            _("One moment"),
            _("Preparing your payment"),
            (_("Your payment details are being made. This page shows them at once."),),
        )
    part = (
        (_("%(paid)s has arrived already. This is the rest.", paid=amounts.paid),)
        if _has_part(checkout)
        else ()
    )
    name = clean(checkout.invoice.method.name) if checkout.invoice else ""
    if panel is Panel.REDIRECT:
        return Words(
            "wait",
            _("Waiting for payment"),
            _("Continue to %(name)s", name=name),
            (
                *part,
                _(
                    "You pay on their page and come back here. "
                    "Keep this page open: it follows your payment."
                ),
            ),
        )
    return Words(
        "wait",
        _("Waiting for payment"),
        _("Send %(amount)s", amount=amounts.asset),
        part,
    )


def _seen(checkout: Checkout, amounts: _Amounts) -> Words:
    paragraphs = [
        _(
            "The network is confirming it. You need not do anything, "
            "and you can close this page."
        )
    ]
    if not _has_part(checkout):
        return Words(
            "wait",
            _("Payment seen"),
            _("Your payment is on its way"),
            (
                _("A payment for this order was seen."),
                *paragraphs,
            ),
        )
    if checkout.amount_due:
        paragraphs.append(
            _(
                "So far this is less than the total: %(due)s is still missing. "
                "Once it is confirmed you can pay the rest here.",
                due=amounts.due,
            )
        )
    return Words(
        "wait",
        _("Payment seen"),
        _("%(paid)s is on its way", paid=amounts.paid),
        tuple(paragraphs),
    )


def _paid(amounts: _Amounts, shop: str, is_late: bool) -> Words:
    if is_late:
        return Words(
            "good",
            _("Paid late"),
            _("Payment received"),
            (
                _(
                    "Your payment arrived after its time had run out, and it counts. "
                    "%(shop)s was told and takes it from here.",
                    shop=shop,
                ),
            ),
        )
    return Words(
        "good",
        _("Paid"),
        _("Payment received"),
        (
            _(
                "Thank you. %(shop)s has your payment of %(total)s.",
                shop=shop,
                total=amounts.total,
            ),
        ),
    )


def _underpaid(amounts: _Amounts, is_late: bool) -> Words:
    what = (
        _("Part of the money arrived, and after its time had run out.")
        if is_late
        else _("Some wallets and exchanges take their fee out of what you send.")
    )
    return Words(
        "warn",
        _("Partly paid"),
        _("%(due)s is still missing", due=amounts.due),
        (
            what,
            _(
                "%(paid)s of %(total)s has arrived and counts.",
                paid=amounts.paid,
                total=amounts.total,
            ),
        ),
    )


def _overpaid(amounts: _Amounts, shop: str, is_late: bool) -> Words:
    late = (
        (_("It arrived after its time had run out, and it counts."),) if is_late else ()
    )
    return Words(
        "good",
        _("Paid"),
        _("Payment received, and a little more"),
        (
            *late,
            _(
                "You sent %(over)s more than the total. %(shop)s was told and will "
                "get in touch about the excess.",
                over=amounts.over,
                shop=shop,
            ),
        ),
    )


def _over(checkout: Checkout, panel: Panel, shop: str) -> Words:
    if panel is Panel.EXPIRED:
        return Words(
            "warn",
            _("Price expired"),
            _("The price has expired"),
            (
                _("Your order is still here. Choose a method to get a new price."),
                _("If you have sent the money already, wait here: it will be seen."),
            ),
        )
    if panel is Panel.CLOSED:
        return Words(
            "warn",
            _("Closed"),
            _("This checkout has closed"),
            (
                _(
                    "Its time has run out. Go back to %(shop)s to order anew.",
                    shop=shop,
                ),
                _(
                    "If you have sent money already, it is not lost: "
                    "%(shop)s will be told when it arrives.",
                    shop=shop,
                ),
            ),
        )
    if panel is Panel.REVERSED:
        return Words(
            "warn",
            _("Payment reversed"),
            _("Your payment was reversed"),
            (
                _("The network or the provider took a confirmed payment back."),
                _("Please do not pay again. Ask %(shop)s what to do.", shop=shop),
            ),
        )
    if panel is Panel.CANCELLED:
        return Words(
            "calm",
            _("Cancelled"),
            _("This checkout was cancelled"),
            (
                _("There is nothing to pay."),
                _(
                    "If you have sent money already, it is not lost: "
                    "%(shop)s will be told when it arrives.",
                    shop=shop,
                ),
            ),
        )
    if checkout.is_paid:
        return Words(
            "good",
            _("Settled"),
            _("Your order is settled"),
            (_("%(shop)s has accepted your payment.", shop=shop),),
        )
    return Words(
        "calm",
        _("Settled"),
        _("%(shop)s has settled this", shop=shop),
        (_("There is nothing more to pay here. Questions? Ask %(shop)s.", shop=shop),),
    )
