"""Mails in the page's words: what a buyer is told is what the page says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask, render_template

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.mail import Mail
from checkout_kit.domain.states import CheckoutState
from checkout_kit.web.amounts import format_credit, format_money
from checkout_kit.web.catalogues import SOURCE
from checkout_kit.web.i18n import gettext as _
from checkout_kit.web.i18n import html_language, speaking, text_direction
from checkout_kit.web.panels import Panel
from checkout_kit.web.settings import PageSettings
from checkout_kit.web.text import clean
from checkout_kit.web.words import Words, write_words

_PANELS = {"receipt": Panel.PAID, "payment_needed": Panel.UNDERPAID}
#: For those who run the shop, in the language of its commands.
_TO_DO = {
    CheckoutState.UNRESOLVED_UNDERPAID: "Less than the total arrived.",
    CheckoutState.UNRESOLVED_OVERPAID: "More than the total arrived.",
    CheckoutState.UNRESOLVED_GENERIC: "Confirmed money has gone again.",
    CheckoutState.DELAYED_UNDERPAID: "Less than the total arrived, and late.",
    CheckoutState.DELAYED_OVERPAID: "More than the total arrived, and late.",
}


@dataclass(frozen=True, slots=True)
class PageMails:
    """Writes mails with the page's words, languages and amounts."""

    app: Flask
    settings: PageSettings
    page_url: Callable[[str], str]

    def compose(
        self, checkout: Checkout, *, message: str, role: str, to: str, id: str
    ) -> Mail:
        """Write a mail; text of others is escaped in HTML and has no controls.

        :raises InputError: if the address is none.
        """
        locale = SOURCE if role == "merchant" else self._locale(checkout)
        with self.app.app_context(), speaking(locale):
            shop = clean(self.settings.shop_name)
            words = self._words(checkout, message, role, shop, locale)
            context = {
                "words": words,
                "facts": _facts(checkout, role, locale),
                "link": self._link(checkout, message, role),
                "shop": shop,
                "language": html_language(locale),
                "direction": text_direction(locale),
            }
            subject = f"{words.heading} ({shop})"
            if checkout.reference:
                subject = f"{words.heading}: {clean(checkout.reference)} ({shop})"
            return Mail(
                id=id,
                to=to,
                subject=subject,
                text=render_template("checkout_kit/mail/message.txt", **context),
                html=render_template("checkout_kit/mail/message.html", **context),
            )

    def _locale(self, checkout: Checkout) -> str:
        wanted = checkout.customer.get("language")
        locales = self.settings.locales
        return wanted if wanted in locales else locales[0]

    def _words(
        self, checkout: Checkout, message: str, role: str, shop: str, locale: str
    ) -> Words:
        if role == "merchant":
            heading = f"{message.replace('_', ' ')}: {checkout.state.value}"
            to_do = _TO_DO.get(checkout.state)
            command = f"flask checkout check {checkout.id}"
            return Words(
                "calm",
                checkout.state.value,
                heading,
                (*([to_do] if to_do else []), f"{command} shows what is known of it."),
            )
        panel = _PANELS.get(message, Panel.REVERSED)
        if message == "receipt" and checkout.status.amount_over:
            panel = Panel.OVERPAID
        if message == "unresolved" and checkout.state.value.endswith("UNDERPAID"):
            panel = Panel.UNDERPAID
        if message == "unresolved" and checkout.state.value.endswith("OVERPAID"):
            panel = Panel.OVERPAID
        words = write_words(checkout, panel, shop=shop, locale=locale)
        return replace(words, paragraphs=tuple(map(clean, words.paragraphs)))

    def _link(
        self, checkout: Checkout, message: str, role: str
    ) -> tuple[str, str] | None:
        # The page's address grants to choose and cancel: it is the buyer's alone.
        if role == "merchant":
            return None
        label = _("Pay the rest") if message == "payment_needed" else _("Checkout")
        return label, self.page_url(checkout.token)


def _facts(checkout: Checkout, role: str, locale: str) -> list[tuple[str, str]]:
    status, total = checkout.status, checkout.total
    facts = [
        (_("Total"), format_money(total, locale)),
        (_("Received"), format_credit(status.detected_credit, total, locale)),
    ]
    if checkout.amount_due:
        facts.append((_("Still to pay"), format_money(checkout.amount_due, locale)))
    if checkout.reference:
        facts.insert(0, (_("Order"), clean(checkout.reference)))
    if role == "merchant":
        facts.append((_("Checkout"), checkout.id))
    return facts
