"""The blueprint: which address leads to which view."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, request
from werkzeug.exceptions import MethodNotAllowed, default_exceptions
from werkzeug.wrappers import Response

from checkout_kit.errors import DatabaseBusy, NotFoundError
from checkout_kit.web.assets import Assets
from checkout_kit.web.desk import Desk
from checkout_kit.web.headers import set_headers, strict_headers
from checkout_kit.web.i18n import gettext, ngettext
from checkout_kit.web.languages import follow_language
from checkout_kit.web.last_word import keep_headers
from checkout_kit.web.origins import Origins
from checkout_kit.web.selling.gate import OfferGate
from checkout_kit.web.selling.storefront import Storefront
from checkout_kit.web.selling.views_link import LinkViews
from checkout_kit.web.selling.views_offer import OfferViews
from checkout_kit.web.settings import PageSettings
from checkout_kit.web.views_code import CodeViews
from checkout_kit.web.views_error import (
    show_busy,
    show_fault,
    show_http_error,
    show_missing,
)
from checkout_kit.web.views_page import PageViews
from checkout_kit.web.views_proof import ProofViews
from checkout_kit.web.views_webhook import WebhookViews

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

View = Callable[..., Response]


def create_blueprint(
    desk: Desk, storefront: Storefront, settings: PageSettings
) -> Blueprint:
    """Make the blueprint ``checkout_kit`` with the page and the webhook addresses.

    Its POSTs are authorised by the token in the URL (or a provider's signature) and
    carry no cookie: exempt it from Flask-WTF's CSRF protection.
    """
    assets = Assets()
    page = PageViews(desk, settings, assets)
    proofs = ProofViews(desk, settings)
    hooks = WebhookViews(desk, settings)
    codes = CodeViews(desk, settings)
    origins = Origins(settings)
    gate = OfferGate(settings, origins)
    offers = OfferViews(storefront, settings, gate)
    links = LinkViews(storefront, settings, gate)
    blueprint = Blueprint(
        "checkout_kit",
        __name__,
        url_prefix=settings.url_prefix.rstrip("/") or None,
        template_folder="templates",
    )
    both = {"GET": hooks.receive_webhook, "POST": hooks.receive_webhook}
    # A browser asks whether a script of another origin may.
    asked = {"OPTIONS": origins.answer_preflight}
    routes: tuple[tuple[str, str, dict[str, View]], ...] = (
        ("/brand.css", "brand", {"GET": page.show_brand}),
        ("/static/<version>/<path:filename>", "assets", {"GET": page.show_static}),
        ("/hooks/<provider>", "webhook", both),
        ("/hooks/<provider>/<path:rest>", "webhook", both),
        (
            "/offers",
            "offer",
            {"GET": offers.show, "POST": offers.take_up, **asked},
        ),
        ("/offers/campaign", "campaign", {"GET": offers.show_campaign, **asked}),
        ("/links/<token>", "link", {"GET": links.show, "POST": links.open, **asked}),
        ("/<token>", "page", {"GET": page.show_page}),
        ("/<token>/methods", "methods", {"GET": page.show_methods}),
        ("/<token>/method", "choose", {"POST": page.choose_method}),
        (
            "/<token>/cancel",
            "cancel",
            {"GET": page.confirm_cancel, "POST": page.cancel},
        ),
        ("/<token>/status", "status", {"GET": page.show_status, **asked}),
        ("/<token>/proof", "proof", {"POST": proofs.submit}),
        ("/<token>/qr.svg", "code", {"GET": codes.show}),
        ("/<token>/simulate", "simulate", {"POST": page.simulate}),
    )
    dispatchers: dict[str, View] = {}
    for rule, endpoint, views in routes:
        view = dispatchers.setdefault(endpoint, _dispatch(views))
        blueprint.add_url_rule(
            rule,
            endpoint,
            view,
            methods=_METHODS,
            provide_automatic_options=False,
        )
    blueprint.register_error_handler(NotFoundError, show_missing)
    blueprint.register_error_handler(DatabaseBusy, show_busy)
    blueprint.register_error_handler(Exception, show_fault)
    # One by one: the app's own handler of a code would come before a general one.
    for code in default_exceptions:
        blueprint.register_error_handler(code, show_http_error)
    strict = strict_headers(settings.frame_ancestors)
    # The last to be registered is the first to run.
    blueprint.after_request(keep_headers)
    blueprint.after_request(partial(set_headers, strict=strict))
    blueprint.after_request(origins.share)
    follow_language(blueprint, settings.locales)

    @blueprint.context_processor
    def add_page_context() -> dict[str, object]:
        return {
            "_": gettext,
            "ngettext": ngettext,
            "brand": settings.brand,
            "frame_origins": " ".join(settings.frame_ancestors),
            "shop_name": settings.shop_name,
            "shop_url": settings.public_url,
            "static_version": assets.version,
        }

    return blueprint


def _dispatch(views: dict[str, View]) -> View:
    """Choose the view by HTTP method.

    Flask raises "method not allowed" before it knows the blueprint, whose error page
    would then not be used; so every method is routed to us.
    """

    def dispatch(**arguments: str) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        view = views.get(method)
        if view is None:
            raise MethodNotAllowed(valid_methods=sorted(views))
        return view(**arguments)

    return dispatch
