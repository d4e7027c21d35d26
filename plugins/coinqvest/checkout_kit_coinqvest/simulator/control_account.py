"""The control API of wallets and withdrawals: play money, and what banks do."""

from __future__ import annotations

from flask import jsonify
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import answer, read_body, read_decimal, read_text

from .control import control
from .errors import BadRequest
from .wiring import simulator
from .withdrawals import COMPLETED, FAILED


@control.post("/wallets")
def fund_wallet() -> AnyResponse:
    """Give the account play money."""
    body = read_body()
    amount = read_decimal(body, "amount")
    if amount is None or amount <= 0:
        raise BadRequest("amount: must be more than zero.")
    simulator().wallets.add(read_text(body, "assetId") or "", amount)
    return answer({"wallets": simulator().wallets.list_all()})


@control.get("/withdrawals")
def list_withdrawals() -> AnyResponse:
    """List all withdrawals, newest first, with how often each was committed."""
    return jsonify(withdrawals=simulator().withdrawals.list_all())


@control.post("/withdrawals/<withdrawal_id>/complete")
def complete_withdrawal(withdrawal_id: str) -> AnyResponse:
    """Let the money arrive."""
    state = simulator().withdrawals.end(withdrawal_id, COMPLETED)
    return answer({"withdrawal": withdrawal_id, "state": state})


@control.post("/withdrawals/<withdrawal_id>/fail")
def fail_withdrawal(withdrawal_id: str) -> AnyResponse:
    """Let the money come back."""
    state = simulator().withdrawals.end(withdrawal_id, FAILED)
    return answer({"withdrawal": withdrawal_id, "state": state})
