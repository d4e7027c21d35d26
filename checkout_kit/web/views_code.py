"""The page's own QR code: for whoever sees it on another screen, as at a till."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import NotFound

from checkout_kit.web.desk import Desk
from checkout_kit.web.i18n import gettext
from checkout_kit.web.intake import check_token
from checkout_kit.web.qr import draw_qr
from checkout_kit.web.settings import PageSettings


class CodeViews:
    """The views of QR codes of pages."""

    def __init__(self, desk: Desk, settings: PageSettings) -> None:
        self._desk = desk
        self._settings = settings

    def show(self, token: str) -> Response:
        """Draw the address of a checkout's page."""
        self._desk.read_status(check_token(token))
        settings = self._settings
        address = f"{settings.public_url}{settings.url_prefix}/{token}"
        title = gettext("QR code of the payment page")
        drawn = draw_qr(address, title=title, description=settings.shop_name)
        if drawn is None:
            raise NotFound
        return Response(str(drawn), mimetype="image/svg+xml")
