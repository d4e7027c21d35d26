"""The views of offers: a signed offer becomes a checkout, by form or by script."""

from __future__ import annotations

from flask import Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.offer import Offer
from checkout_kit.errors import IdempotencyConflict, InputError, OfferRefused
from checkout_kit.web.languages import current_locale
from checkout_kit.web.selling.answers import answer_order, tell
from checkout_kit.web.selling.gate import OfferGate
from checkout_kit.web.selling.intake import (
    OrderForm,
    read_order,
    read_order_form,
    signed_offer,
)
from checkout_kit.web.selling.page import present_offer
from checkout_kit.web.selling.storefront import Storefront
from checkout_kit.web.selling.words import (
    ABOUT_THE_AMOUNT,
    conflict,
    explain,
)
from checkout_kit.web.settings import PageSettings
from checkout_kit.web.views_error import Problem, show_problem


class OfferViews:
    """The views of one blueprint; the shop alone decides prices, by its signature."""

    def __init__(
        self, storefront: Storefront, settings: PageSettings, gate: OfferGate
    ) -> None:
        self._storefront = storefront
        self._settings = settings
        self._gate = gate

    def show(self) -> AnyResponse:
        """Show an offer with its form; nothing is made by looking at it."""
        form = OrderForm(request.args.get("offer", ""), "", "", "")
        offer: Offer | None = None
        try:
            offer = signed_offer(form.offer)
            offer.check_time(self._settings.clock())
        except OfferRefused as err:
            return show_problem(explain(err, offer, self._locale))
        return self._render(offer, form)

    def take_up(self) -> AnyResponse:
        """Make a checkout, once for each key; a form leads to its page."""
        if self._gate.admit():
            return self._take_up_by_script()
        return self._take_up_by_form()

    def show_campaign(self) -> AnyResponse:
        """Tell what the campaign of an offer has collected, in the offer's currency."""
        try:
            offer = signed_offer(request.args.get("offer"))
        except OfferRefused as err:
            return tell(explain(err, None, self._locale), err.reason)
        if offer.campaign is None:
            raise BadRequest
        collected = self._storefront.collected(offer.campaign, offer.currency)
        told = {
            "campaign": offer.campaign,
            "collected": collected.to_text(),
            "currency": offer.currency.code,
        }
        return jsonify(told)

    @property
    def _locale(self) -> str:
        return current_locale(self._settings.locales)

    def _take_up_by_form(self) -> AnyResponse:
        form = read_order_form(self._settings.max_form_bytes)
        offer: Offer | None = None
        try:
            offer = signed_offer(form.offer)
            offer.check_time(self._settings.clock())
            choice = form.choice(offer)
            if not form.key:
                # A page that may be anybody's has none: one for this buyer is made.
                return self._render(offer, form)
            checkout = self._storefront.open_offers([choice], form.key)
        except OfferRefused as err:
            problem = explain(err, offer, self._locale)
            if offer is not None and offer.is_free and err.reason in ABOUT_THE_AMOUNT:
                return self._render(offer, form, problem)
            return show_problem(problem)
        except IdempotencyConflict:
            return self._render(offer, form, conflict()) if offer else _bad_request()
        except InputError:
            raise BadRequest from None
        return redirect(url_for(".page", token=checkout.token), 303)

    def _take_up_by_script(self) -> AnyResponse:
        def open_checkout() -> Checkout:
            order = read_order(self._settings.max_order_bytes)
            if not isinstance(order.key, str):
                raise BadRequest
            return self._storefront.open_offers(order.choices, order.key)

        return answer_order(open_checkout, self._locale)

    def _render(
        self, offer: Offer, form: OrderForm, problem: Problem | None = None
    ) -> AnyResponse:
        html = render_template(
            "checkout_kit/offer.html",
            model=present_offer(
                offer,
                form,
                self._locale,
                action=url_for(".offer", offer=form.offer),
            ),
            problem=problem,
        )
        return Response(html, problem.status if problem else 200)


def _bad_request() -> AnyResponse:
    raise BadRequest
