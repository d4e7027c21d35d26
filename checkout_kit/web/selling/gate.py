"""The gate before offers and links: who may open a checkout, and how often."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import TooManyRequests, UnsupportedMediaType

from checkout_kit.web.api.limiting import RateLimits
from checkout_kit.web.api.problems import Problem
from checkout_kit.web.origins import Origins
from checkout_kit.web.settings import PageSettings

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class OfferGate:
    """Looks at a request before it is read."""

    def __init__(self, settings: PageSettings, origins: Origins) -> None:
        self._origins = origins
        self._limits = RateLimits(
            settings.offer_rate, settings.offer_rate, settings.rate_storage
        )

    def admit(self) -> bool:
        """Let a request pass that would open a checkout.

        :return: whether it is a script's; else it is a form.
        :raises Forbidden: if it comes from a page of an unknown origin.
        :raises TooManyRequests: if its address has opened too many.
        :raises UnsupportedMediaType: if it is neither. A script of another origin is
            asked for by its browser first, a form is not: they are not mixed up.
        """
        self._origins.check()
        self._count()
        if request.mimetype == "application/json":
            return True
        if request.mimetype not in _FORMS:
            raise UnsupportedMediaType
        return False

    def _count(self) -> None:
        try:
            self._limits.check_call(f"offer {request.remote_addr}")
        except Problem as err:
            wait = int(err.headers.get("Retry-After", "60"))
            raise TooManyRequests(retry_after=wait) from None
