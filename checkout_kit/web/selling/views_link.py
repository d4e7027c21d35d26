"""The views of payment links: their own page, and the checkouts that they open."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, redirect, render_template, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.payment_link import PaymentLink
from checkout_kit.errors import IdempotencyConflict, InputError, OfferRefused
from checkout_kit.web.i18n import gettext as _
from checkout_kit.web.intake import check_token
from checkout_kit.web.languages import current_locale
from checkout_kit.web.qr import draw_qr
from checkout_kit.web.selling.answers import answer_order
from checkout_kit.web.selling.gate import OfferGate
from checkout_kit.web.selling.intake import OrderForm, read_link_form, read_link_order
from checkout_kit.web.selling.page import present_offer
from checkout_kit.web.selling.storefront import Storefront
from checkout_kit.web.selling.words import ABOUT_THE_AMOUNT, conflict, explain
from checkout_kit.web.settings import PageSettings
from checkout_kit.web.views_error import Problem, show_problem


class LinkViews:
    """The views of one blueprint; what a link sells is read from the database."""

    def __init__(
        self, storefront: Storefront, settings: PageSettings, gate: OfferGate
    ) -> None:
        self._storefront = storefront
        self._settings = settings
        self._gate = gate

    def show(self, token: str) -> AnyResponse:
        """Show a link's page; nothing is held by looking at it."""
        link = self._storefront.find_link(check_token(token))
        try:
            link.check(self._settings.clock())
        except OfferRefused as err:
            return show_problem(explain(err, link.offer, self._locale))
        return self._render(link, OrderForm("", "", "", ""))

    def open(self, token: str) -> AnyResponse:
        """Make a checkout, once for each key; a form leads to its page."""
        check_token(token)
        if self._gate.admit():
            return self._open_by_script(token)
        return self._open_by_form(token)

    @property
    def _locale(self) -> str:
        return current_locale(self._settings.locales)

    def _open_by_form(self, token: str) -> AnyResponse:
        form = read_link_form(self._settings.max_form_bytes)
        link = self._storefront.find_link(token)
        try:
            amount = form.choice(link.offer).amount
            if not form.key:
                link.check(self._settings.clock())
                return self._render(link, form)
            checkout = self._storefront.open_link(token, amount, form.key)
        except OfferRefused as err:
            problem = explain(err, link.offer, self._locale)
            if link.offer.is_free and err.reason in ABOUT_THE_AMOUNT:
                return self._render(link, form, problem)
            return show_problem(problem)
        except IdempotencyConflict:
            return self._render(link, form, conflict())
        except InputError:
            raise BadRequest from None
        return redirect(url_for(".page", token=checkout.token), 303)

    def _open_by_script(self, token: str) -> AnyResponse:
        def open_checkout() -> Checkout:
            amount, key = read_link_order(self._settings.max_form_bytes)
            return self._storefront.open_link(token, amount, key)

        return answer_order(open_checkout, self._locale)

    def _render(
        self, link: PaymentLink, form: OrderForm, problem: Problem | None = None
    ) -> AnyResponse:
        model = present_offer(
            link.offer,
            form,
            self._locale,
            action=url_for(".link", token=link.token),
        )
        code = draw_qr(
            link.url,
            title=_("QR code of this page"),
            description=_("It leads to this page, to pay on another device."),
        )
        html = render_template(
            "checkout_kit/link.html",
            model=replace(model, left=link.left, qr=code),
            link_url=link.url,
            problem=problem,
        )
        return Response(html, problem.status if problem else 200)
