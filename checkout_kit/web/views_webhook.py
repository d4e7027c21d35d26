"""The webhook view: hands a provider's raw request to the kit, answers in JSON."""

from __future__ import annotations

from flask import current_app, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import DatabaseBusy, NotFoundError, WebhookRefused
from checkout_kit.web.desk import Desk
from checkout_kit.web.intake import check_provider, read_body
from checkout_kit.web.settings import PageSettings


class WebhookViews:
    """The view behind every provider's webhook address."""

    def __init__(self, desk: Desk, settings: PageSettings) -> None:
        self._desk = desk
        self._settings = settings

    def receive_webhook(self, provider: str, rest: str = "") -> Response:
        """Take in a webhook; what is wrong with it is logged, never answered."""
        try:
            self._desk.receive_webhook(
                check_provider(provider),
                WebhookRequest(
                    method=request.method,
                    path=rest,
                    headers={name.lower(): value for name, value in request.headers},
                    body=read_body(self._settings.max_webhook_bytes),
                    remote_address=request.remote_addr,
                    query=request.query_string.decode("latin-1"),
                ),
            )
        except NotFoundError:
            return _answer(404)
        except WebhookRefused as err:
            current_app.logger.warning("%s", err)
            return _answer(401)
        except RequestEntityTooLarge:
            return _answer(413)
        except DatabaseBusy as err:
            current_app.logger.warning("a webhook must come again: %s", err)
            return _answer(503)
        except Exception:
            # Whatever it is, a stranger gets no traceback, and a provider tries again.
            current_app.logger.exception("a webhook of %r failed", provider)
            return _answer(500)
        return _answer(200)


def _answer(status: int) -> Response:
    response = jsonify({})
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response
