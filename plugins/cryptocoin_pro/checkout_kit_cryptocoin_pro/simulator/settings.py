"""The switches of the simulator: what the document leaves open, or says twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checkout_kit.simulation import Switches


@dataclass(slots=True)
class Settings(Switches):
    """The switches; their defaults are the mildest reading of the document."""

    #: Whether a deposit address is new with each call, the same until coins came to
    #: it, or always the same.
    addresses: Literal["new", "open", "always"] = "new"
    #: How an order begins whose coins were seen and not confirmed.
    seen_deposits: Literal["PROCESSING_PAYMENT", "PAYMENT_WAITING"] = (
        "PROCESSING_PAYMENT"
    )
    #: Let every new deposit have a status that the document does not name.
    odd_status: bool = False
    #: Whether deposits that were reversed are rejected, or on no list any more.
    reversed_deposits: Literal["rejected", "gone"] = "rejected"
    #: Whether sales are approved by themselves, after a few seconds.
    completes_sales: bool = True
    #: Refuse to confirm quotes.
    refuses_confirmation: bool = False
    #: How many seconds a quote lives.
    quote_life: Literal["3600", "300", "30"] = "3600"
    #: Whether the quote inside an order has numbers and exponents, as in the example,
    #: or nothing but texts.
    order_numbers: Literal["mixed", "texts"] = "mixed"
    #: Whether rates and amounts are written with an exponent wherever they are small.
    small_numbers: Literal["plain", "exponent"] = "plain"
    #: Whether lists are cut into pages, and how their `meta` is spelled.
    pages: Literal["none", "perPage", "per_page"] = "none"
    #: Whether lists begin with the oldest or the newest.
    order: Literal["newest", "oldest"] = "newest"
    #: The status for somebody else's resources.
    unauthorized: Literal["409", "403"] = "409"
    #: Under which key 403, 412 and 423 give their reason.
    reason_key: Literal["as_documented", "message", "error"] = "as_documented"
    #: What a limit that is not set is.
    no_limit: Literal["null", "empty"] = "null"
    #: Whether a second link with the same request id leads to the same checkout.
    repeated_requests: Literal["same", "new"] = "same"
    #: Whether a checkout has the public id of its newest quote, as in the example.
    checkout_public_id: Literal["quote", "own"] = "quote"
    #: What a checkout is whose payment is awaited.
    waiting_checkout: Literal["finished", "processing"] = "finished"
    #: How often a ping is sent.
    pings: Literal["on", "off", "twice"] = "on"
