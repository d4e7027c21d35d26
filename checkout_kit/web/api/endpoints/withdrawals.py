"""Endpoints of withdrawals: looked at first, then sent by a commit."""

from __future__ import annotations

from typing import Any

from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.paging import IdQuerySchema, PageQuerySchema
from checkout_kit.web.api.schemas.withdrawals import (
    WithdrawalAnswerSchema,
    WithdrawalIdSchema,
    WithdrawalRequestSchema,
    WithdrawalsSchema,
)

_TAG = "Withdrawals"
_WHO = "Only from an address that the key's allow-list names."


def create_withdrawal(call: Call) -> Any:
    """Find out what would arrive; nothing is sent."""
    made = call.store.withdrawals.create(call.body, idempotency_key=call.operation_key)
    return {"withdrawal": made}


def commit_withdrawal(call: Call) -> Any:
    """Send it. **Moves money**, once."""
    withdrawal_id = call.body["withdrawal_id"]
    return {"withdrawal": call.store.withdrawals.commit(withdrawal_id)}


def get_withdrawal(call: Call) -> Any:
    """Show a withdrawal."""
    return {"withdrawal": call.store.withdrawals.get(call.query["id"])}


def list_withdrawals(call: Call) -> Any:
    """Show a page of withdrawals, newest first."""
    page = dict(call.query)
    found = call.store.withdrawals.list(**page)
    return {"count": call.store.withdrawals.count(), **page, "withdrawals": found}


ENDPOINTS = (
    Endpoint(
        "POST",
        "/withdrawal",
        create_withdrawal,
        WithdrawalAnswerSchema,
        "Find out what a withdrawal would bring",
        _TAG,
        body=WithdrawalRequestSchema,
        description=(
            "Nothing is sent. `targetAmount` is what will arrive at least once it is "
            "committed, until `expirationTime`; `null` if the provider promises "
            f"nothing. {_WHO}"
        ),
        calls_providers=True,
        needs_allow_list=True,
    ),
    Endpoint(
        "POST",
        "/withdrawal/commit",
        commit_withdrawal,
        WithdrawalAnswerSchema,
        "Send a withdrawal",
        _TAG,
        body=WithdrawalIdSchema,
        description=(
            "Moves money, once, however often it is called. While the state is "
            f"`PROCESSING` it may still come back: read it again. {_WHO}"
        ),
        calls_providers=True,
        needs_allow_list=True,
    ),
    Endpoint(
        "GET",
        "/withdrawal",
        get_withdrawal,
        WithdrawalAnswerSchema,
        "Read a withdrawal",
        _TAG,
        query=IdQuerySchema,
    ),
    Endpoint(
        "GET",
        "/withdrawals",
        list_withdrawals,
        WithdrawalsSchema,
        "List withdrawals, newest first",
        _TAG,
        query=PageQuerySchema,
    ),
)
