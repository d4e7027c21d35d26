"""Notices: what a page says above its panel about the last thing that was tried."""

from __future__ import annotations

from checkout_kit.web.i18n import gettext as _


def find_notice(name: str | None) -> str | None:
    """Find the words of a notice by its name in the page's URL; None if it has none."""
    if name is None:
        return None
    notices = {
        "expired": _("The price had expired. Here are new ones."),
        "unavailable": _(
            "That method is not available just now. Nothing was charged: "
            "please choose again."
        ),
        "test": _("The test network could not play that. Please try again."),
        "proof-sent": _("Your proof of payment was sent. It is being checked."),
        "proof-missing": _("Please choose a file first."),
        "proof-kind": _(
            "That file cannot be used. Please send a JPEG, PNG, BMP or PDF."
        ),
        "proof-large": _("That file is too large. Please send one of at most 10 MB."),
        "proof-refused": _(
            "Your proof of payment was not accepted. Please send another file, "
            "or wait: it may have been confirmed already."
        ),
        "proof-failed": _(
            "Your proof of payment could not be sent just now. Please try again."
        ),
    }
    return notices.get(name)
