"""The proof view: takes a buyer's proof of payment and hands it on."""

from __future__ import annotations

from flask import current_app, redirect, url_for
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response

from checkout_kit.domain.proof import MAX_PROOF_BYTES, Proof
from checkout_kit.errors import (
    InputError,
    InvalidTransition,
    NotSupported,
    ProviderError,
    ProviderRefused,
)
from checkout_kit.web.desk import Desk
from checkout_kit.web.intake import check_token, read_file
from checkout_kit.web.settings import PageSettings


class ProofViews:
    """The view behind the page's form for a proof of payment."""

    def __init__(self, desk: Desk, settings: PageSettings) -> None:
        self._desk = desk
        self._settings = settings

    def submit(self, token: str) -> Response:
        """Hand the file on; the page says what became of it."""
        # Before a large body is read: not for tokens that are nobody's.
        checkout = self._desk.read_status(check_token(token))
        if checkout.unproven_invoice is None:
            return redirect(url_for(".page", token=token), 303)
        try:
            content, name = read_file(
                "proof", maximum_bytes=self._settings.max_proof_bytes
            )
        except RequestEntityTooLarge:
            return _see_page(token, "proof-large")
        except BadRequest:
            return _see_page(token, "proof-missing")
        if not content:
            return _see_page(token, "proof-missing")
        if len(content) > MAX_PROOF_BYTES:
            return _see_page(token, "proof-large")
        try:
            proof = Proof.read(content, name)
        except InputError:
            return _see_page(token, "proof-kind")
        try:
            self._desk.submit_proof(token, proof)
        except InvalidTransition:
            return redirect(url_for(".page", token=token), 303)
        except (ProviderError, NotSupported) as err:
            current_app.logger.warning("handing a proof of payment on: %s", err)
            is_final = isinstance(err, ProviderRefused)
            return _see_page(token, "proof-refused" if is_final else "proof-failed")
        return _see_page(token, "proof-sent")


def _see_page(token: str, notice: str) -> Response:
    return redirect(url_for(".page", token=token, notice=notice), 303)
