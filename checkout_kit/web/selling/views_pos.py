"""The till's page: the shop's guard before it, and signed offers in it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, url_for

from checkout_kit.domain.offer import Offer
from checkout_kit.web.assets import Assets
from checkout_kit.web.headers import strict_headers
from checkout_kit.web.i18n import gettext, text_direction
from checkout_kit.web.languages import current_locale, follow_language
from checkout_kit.web.last_word import keep_headers
from checkout_kit.web.selling.signed_offers import sign_offer
from checkout_kit.web.selling.till import Till
from checkout_kit.web.settings import PageSettings

NAME = "checkout_kit_pos"
_MANIFEST_TYPE = "application/manifest+json"


def create_pos_blueprint(till: Till, settings: PageSettings) -> Blueprint:
    """Make the blueprint ``checkout_kit_pos``: the till's page, and its manifest.

    All that a till sends goes to the route of offers, with offers that its page
    carries: who can't see the page can't sell anything by it.
    """
    views = PosViews(till, settings)
    prefix = f"{settings.url_prefix.rstrip('/')}/pos"
    blueprint = Blueprint(NAME, __name__, url_prefix=prefix)
    blueprint.add_url_rule("", "page", till.guard(views.show_page))
    blueprint.add_url_rule("/manifest.webmanifest", "manifest", views.show_manifest)
    follow_language(blueprint, settings.locales)
    headers = dict(strict_headers())
    headers["Content-Security-Policy"] += "; manifest-src 'self'"

    # The last to be registered is the first to run.
    blueprint.after_request(keep_headers)

    @blueprint.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(headers)
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint


class PosViews:
    """The views of one till."""

    def __init__(self, till: Till, settings: PageSettings) -> None:
        self._till = till
        self._settings = settings
        self._version = Assets().version

    def _asset(self, name: str) -> str:
        return url_for("checkout_kit.assets", version=self._version, filename=name)

    def show_page(self) -> Response:
        """Show the till with offers that hold for a day."""
        till, now = self._till, self._settings.clock()
        items = [
            {
                "name": name,
                "price": price.to_text(),
                "offer": _sign(till.offer_item(name, now)),
            }
            for name, price in till.items.items()
        ]
        html = render_template(
            "checkout_kit/pos.html",
            _=gettext,
            asset=self._asset,
            brand=self._settings.brand,
            shop_name=self._settings.shop_name,
            till=till,
            items=items,
            amount_offer=_sign(till.offer_amount(gettext("Amount"), now)),
            tip_offer=_sign(till.offer_amount(gettext("Tip"), now)),
        )
        return Response(html)

    def show_manifest(self) -> Response:
        """Tell how the till is installed on a tablet."""
        locale = current_locale(self._settings.locales)
        shop = self._settings.shop_name
        manifest = {
            "name": f"{shop} · {gettext('Point of sale')}",
            "short_name": shop,
            "lang": locale.replace("_", "-"),
            "dir": text_direction(locale),
            "start_url": url_for(f"{NAME}.page"),
            "scope": url_for(f"{NAME}.page"),
            "display": "standalone",
            "background_color": "#f4f5f7",
            "theme_color": self._settings.brand.accent,
            "icons": [
                {
                    "src": self._asset("icon.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                }
            ],
        }
        return Response(current_app.json.dumps(manifest), mimetype=_MANIFEST_TYPE)


def _sign(offer: Offer) -> str:
    return sign_offer(current_app._get_current_object(), offer)  # type: ignore[attr-defined]
