"""Words about offers that can't be taken up, for people and for scripts."""

from __future__ import annotations

from checkout_kit.domain.offer import Offer
from checkout_kit.errors import OfferRefused
from checkout_kit.web.amounts import format_money
from checkout_kit.web.i18n import gettext as _
from checkout_kit.web.views_error import Problem

#: Reasons that another amount puts right.
ABOUT_THE_AMOUNT = frozenset({"amount", "bounds"})


def bounds_of(offer: Offer, locale: str) -> str | None:
    """Tell from what to what a free amount may be."""
    if offer.minimum is None or offer.maximum is None:
        return None
    return _(
        "From %(least)s to %(most)s",
        least=format_money(offer.minimum, locale),
        most=format_money(offer.maximum, locale),
    )


def explain(error: OfferRefused, offer: Offer | None, locale: str) -> Problem:
    """Say why an offer was refused, and what to do."""
    if error.reason == "expired":
        return Problem(
            410,
            _("This offer has ended"),
            _(
                "Its price no longer holds. Nothing was charged: please go back to the "
                "shop for a new one."
            ),
        )
    if error.reason == "closed":
        return Problem(
            410,
            _("This link has ended"),
            _("It takes no more payments. Nothing was charged."),
        )
    if error.reason == "sold_out":
        return Problem(
            409,
            _("Sold out"),
            _(
                "All of it was bought, or is being paid for just now. Nothing was "
                "charged. Try again later: some of it may be free again."
            ),
        )
    if error.reason in ABOUT_THE_AMOUNT and offer is not None and offer.is_free:
        bounds = bounds_of(offer, locale) or ""
        return Problem(400, _("Please enter another amount"), bounds)
    return Problem(
        400,
        _("This offer is not valid"),
        _(
            "It was changed on its way, or cannot be bought like that. Nothing was "
            "charged: please go back to the shop and try again."
        ),
    )


def conflict() -> Problem:
    """Say that a form came twice, with different choices."""
    return Problem(
        409,
        _("This was sent before with another choice"),
        _("Please check it and send it again."),
    )
