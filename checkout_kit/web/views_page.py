"""The page's views: each reads a request, calls the desk once, and renders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import (
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.quote import Quote
from checkout_kit.errors import (
    InvalidTransition,
    MethodUnavailable,
    NotSupported,
    ProviderError,
    QuoteExpired,
)
from checkout_kit.web.assets import Assets
from checkout_kit.web.deposit import deadline_of
from checkout_kit.web.desk import SCENARIOS, Desk
from checkout_kit.web.headers import FOR_EVER
from checkout_kit.web.intake import check_token, read_field
from checkout_kit.web.kept_answers import KeptAnswers
from checkout_kit.web.languages import current_choice, current_locale
from checkout_kit.web.mould import Mould
from checkout_kit.web.notices import find_notice
from checkout_kit.web.own_templates import are_own
from checkout_kit.web.page_text import SERVER_TIME, TimedText, with_places
from checkout_kit.web.panels import (
    can_cancel,
    can_choose,
    has_failed,
    page_version,
)
from checkout_kit.web.presentation import CHOOSING, PageModel, needs_quotes, present
from checkout_kit.web.settings import PageSettings
from checkout_kit.web.signatures import sign_return
from checkout_kit.web.status import POLL_CALM, POLL_WAITING, present_status
from checkout_kit.web.text import web_link

_KEPT_PAGES, _KEPT_STATUSES = 256, 1024


class PageViews:
    """The views of one blueprint; keeps nothing but answers that still hold."""

    def __init__(self, desk: Desk, settings: PageSettings, assets: Assets) -> None:
        self._desk = desk
        self._settings = settings
        self._assets = assets
        self._pages = KeptAnswers[TimedText](_KEPT_PAGES)
        self._statuses = KeptAnswers[tuple[str, TimedText]](_KEPT_STATUSES)
        self._is_own: bool | None = None

    def show_page(self, token: str) -> AnyResponse:
        """Show the page, whatever the checkout is at."""
        check_token(token)
        now = self._settings.clock()
        # All that a page of the kit's own templates depends on but the checkout.
        key = (
            token,
            current_locale(self._settings.locales),
            current_choice(),
            find_notice(request.args.get("notice")),
            _refreshes(),
            request.script_root,
        )
        kept = self._pages.find(key, now)
        if kept and self._desk.is_fresh(token, kept.version, for_page=True):
            return Response(kept.content.fill(now))
        checkout = self._desk.open_page(token)

        def keep(text: TimedText) -> None:
            self._pages.keep(key, text, checkout, now)

        return self._render(checkout, keep=keep)

    def show_methods(self, token: str) -> AnyResponse:
        """Show the methods again, to choose another one."""
        checkout = self._desk.open_page(check_token(token))
        if not can_choose(checkout, self._settings.clock()):
            return _see_page(token)
        return self._render(checkout, is_choosing=True)

    def choose_method(self, token: str) -> AnyResponse:
        """Make the invoice for the chosen method, then show it."""
        check_token(token)
        method_id = read_field("method", maximum_bytes=self._settings.max_form_bytes)
        try:
            self._desk.choose_method(token, method_id)
        except QuoteExpired:
            return _see_methods(token, "expired")
        except (MethodUnavailable, NotSupported, ProviderError) as err:
            current_app.logger.warning("choosing %r failed: %s", method_id, err)
            return _see_methods(token, "unavailable")
        except InvalidTransition:
            return _see_page(token)
        return _see_page(token)

    def confirm_cancel(self, token: str) -> AnyResponse:
        """Ask whether the buyer means it."""
        checkout = self._desk.open_page(check_token(token))
        if not can_cancel(checkout):
            return _see_page(token)
        return self._render(checkout, template="checkout_kit/cancel.html")

    def cancel(self, token: str) -> AnyResponse:
        """Cancel the checkout; its page says what became of it."""
        try:
            self._desk.cancel(check_token(token))
        except InvalidTransition:
            return _see_page(token)
        return _see_page(token)

    def simulate(self, token: str) -> AnyResponse:
        """Play a scenario of the test mode; anything else is not found."""
        checkout = self._desk.open_page(check_token(token))
        if checkout.invoice is None or not checkout.invoice.method.is_test:
            raise NotFound
        scenario = read_field("scenario", maximum_bytes=self._settings.max_form_bytes)
        if scenario not in SCENARIOS:
            raise BadRequest
        try:
            self._desk.simulate(token, scenario)
        except (InvalidTransition, NotSupported, ProviderError) as err:
            current_app.logger.warning("simulating %r failed: %s", scenario, err)
            return redirect(url_for(".page", token=token, notice="test"), 303)
        return _see_page(token)

    def show_status(self, token: str) -> AnyResponse:
        """Tell the page's script whether there is anything new."""
        check_token(token)
        now = self._settings.clock()
        kept = self._statuses.find(token, now)
        if kept and self._desk.is_fresh(token, kept.version, for_page=False):
            version, text = kept.content
        else:
            checkout = self._desk.read_status(token)
            version, text = _write_status(checkout, self._settings.clock())
            self._statuses.keep(token, (version, text), checkout, now)
        headers = {"ETag": f'W/"{version}"'}
        if _is_known(version, headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(text.fill(now), headers=headers, mimetype="application/json")

    def show_brand(self) -> AnyResponse:
        """Send the brand's colours, cached for ever under their own version."""
        response = Response(self._settings.brand.to_css(), content_type="text/css")
        if request.args.get("v") == self._settings.brand.version:
            response.headers["Cache-Control"] = FOR_EVER
        return response

    def show_static(self, version: str, filename: str) -> AnyResponse:
        """Send one of the page's own files."""
        return self._assets.send(version, filename)

    def _present(
        self,
        checkout: Checkout,
        now: datetime,
        *,
        quotes: Sequence[Quote] = (),
        is_choosing: bool = False,
    ) -> PageModel:
        return present(
            checkout,
            now=now,
            shop=self._settings.shop_name,
            locale=current_locale(self._settings.locales),
            quotes=quotes,
            is_choosing=is_choosing,
            provider_names=self._settings.provider_names,
        )

    def _render(
        self,
        checkout: Checkout,
        *,
        is_choosing: bool = False,
        template: str = "checkout_kit/page.html",
        keep: Callable[[TimedText], None] | None = None,
    ) -> AnyResponse:
        now = self._settings.clock()
        wanted = needs_quotes(checkout, now, is_choosing=is_choosing)
        quotes = self._desk.list_quotes(checkout) if wanted else ()
        if quotes:
            # Asking the providers took a moment.
            now = self._settings.clock()
        model = self._present(checkout, now, quotes=quotes, is_choosing=is_choosing)
        is_kept = keep is not None and not wanted and self._may_keep()
        html = render_template(
            template,
            model=with_places(model) if is_kept else model,
            back_url=_back_url(checkout),
            notice=find_notice(_notice_name(checkout, model)),
            poll_seconds=POLL_WAITING if model.is_waiting else POLL_CALM,
            # Never while a form is shown: it would be emptied.
            refreshes=model.is_waiting and not model.wants_proof and _refreshes(),
        )
        if keep is None or not is_kept:
            return Response(html)
        invoice = checkout.invoice
        text = TimedText(Mould(html), deadline_of(invoice) if invoice else None)
        keep(text)
        return Response(text.fill(now))

    def _may_keep(self) -> bool:
        if self._is_own is None:
            self._is_own = are_own(current_app)
        return self._is_own


def _is_known(version: str, etag: str) -> bool:
    """Whether the page has this version; browsers send the ETag back as it was."""
    known = request.environ.get("HTTP_IF_NONE_MATCH")
    if known is None:
        return False
    return known == etag or request.if_none_match.contains_weak(version)


def _write_status(checkout: Checkout, now: datetime) -> tuple[str, TimedText]:
    """The status and its version."""
    version = page_version(checkout, now)
    told = present_status(checkout, now, version=version, server_time=SERVER_TIME)
    return version, TimedText(Mould(current_app.json.dumps(told)))


def _back_url(checkout: Checkout) -> str | None:
    """The way back: signed if something was paid or may be, else the cancel URL."""
    unpaid = not checkout.is_paid and not checkout.status.detected_credit
    if unpaid and checkout.cancel_url:
        return web_link(checkout.cancel_url)
    url = web_link(checkout.return_url)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return sign_return(app, checkout.id, url) if url else None


def _see_page(token: str) -> AnyResponse:
    return redirect(url_for(".page", token=token), 303)


def _see_methods(token: str, notice: str) -> AnyResponse:
    return redirect(url_for(".methods", token=token, notice=notice), 303)


def _notice_name(checkout: Checkout, model: PageModel) -> str | None:
    # The provider may refuse only after the page said that it was being asked.
    if model.panel in CHOOSING and has_failed(checkout):
        return "unavailable"
    return request.args.get("notice")


def _refreshes() -> bool:
    return request.args.get("refresh") != "off"
