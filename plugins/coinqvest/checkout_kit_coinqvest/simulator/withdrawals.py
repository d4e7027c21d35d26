"""Withdrawals: money that leaves the simulated account, in two steps.

POST /withdrawal makes one that waits, POST /withdrawal/commit sends it on its way and
calls it COMPLETED at once, "which means the money is on the way"; what became of it
only GET /withdrawal tells.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Any

from .accounts import check_account
from .catalogue import terms_of_withdrawals
from .errors import BadRequest, Conflict, NotFound
from .markets import CHAINS, EXACT, convert, issuer_of, parse_currency
from .times import to_w3c
from .wallets import Wallets

PENDING = "PENDING_API_COMMIT"
PROCESSING = "PROCESSING"
COMPLETED = "COMPLETED"
FAILED = "FAILED"

#: So long after its commit a withdrawal is completed by itself.
DURATION = timedelta(minutes=10)
_LIMIT = 5_000
_UNIT = Decimal("0.0000001")
# As the examples, which are two hours ahead of UTC.
_OFFSET_HOURS = 2


@dataclass(slots=True)
class Withdrawal:
    """One withdrawal. `ended` is what the control API decided, if it did."""

    id: str
    created_at: datetime
    source: str
    amount: Decimal
    target_code: str
    target_asset: str
    target_amount: Decimal
    fee: Decimal
    network: str
    account: dict[str, Any]
    committed_at: datetime | None = None
    ended: str | None = None
    commits: int = 0

    def state_at(self, now: datetime) -> str:
        """Return the state that GET /withdrawal shows."""
        if self.committed_at is None:
            return PENDING
        if self.ended is not None:
            return self.ended
        return COMPLETED if now >= self.committed_at + DURATION else PROCESSING


class Withdrawals:
    """All withdrawals of the account; they share the lock of its wallets."""

    def __init__(self, wallets: Wallets) -> None:
        self._wallets = wallets
        self._clock = wallets.clock
        self._lock = wallets.lock
        self._all: OrderedDict[str, Withdrawal] = OrderedDict()

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a withdrawal that waits for its commit; nothing leaves the account.

        :raises BadRequest: when the account holds less, or the target is impossible.
        """
        with self._lock:
            made = self._parse(body)
            self._all[made.id] = made
            while len(self._all) > _LIMIT:
                self._all.popitem(last=False)
            return to_document(made, PENDING)

    def commit(self, withdrawal_id: str) -> dict[str, Any]:
        """Take the money and send it.

        :raises BadRequest: when it was committed before, or the money is gone.
        """
        with self._lock:
            found = self.find(withdrawal_id)
            found.commits += 1
            if found.committed_at is not None:
                raise BadRequest("The withdrawal is committed already.")
            self._check_funds(found.source, found.amount)
            found.committed_at = self._clock.now()
            self._wallets.add(found.source, -found.amount)
            return to_document(found, COMPLETED)

    def get(self, withdrawal_id: str, *, is_stale: bool = False) -> dict[str, Any]:
        """Return the withdrawal of GET /withdrawal."""
        with self._lock:
            found = self.find(withdrawal_id)
            # A replica that lags behind has not seen the commit.
            state = PENDING if is_stale else found.state_at(self._clock.now())
            return to_document(found, state)

    def page(self, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
        """Return the number of all withdrawals and one page, newest first."""
        with self._lock:
            now = self._clock.now()
            found = list(reversed(self._all.values()))
            page = [
                _to_listed(to_document(each, each.state_at(now)))
                for each in found[offset : offset + limit]
            ]
            return len(found), page

    def end(self, withdrawal_id: str, state: str) -> str:
        """Complete or fail a withdrawal; the money of a failed one comes back.

        :raises Conflict: when it is not on its way.
        """
        with self._lock:
            found = self.find(withdrawal_id)
            if found.state_at(self._clock.now()) != PROCESSING:
                raise Conflict("The withdrawal is not on its way.")
            found.ended = state
            if state == FAILED:
                self._wallets.add(found.source, found.amount)
            return state

    def list_all(self) -> list[dict[str, Any]]:
        """Return what the control API shows, newest first."""
        with self._lock:
            now = self._clock.now()
            return [
                {**to_document(w, w.state_at(now)), "commits": w.commits}
                for w in reversed(self._all.values())
            ]

    def find(self, withdrawal_id: str) -> Withdrawal:
        """Return a withdrawal; the caller holds the lock."""
        found = self._all.get(withdrawal_id)
        if found is None:
            raise NotFound("The withdrawal does not exist.")
        return found

    def _parse(self, body: dict[str, Any]) -> Withdrawal:
        source = body.get("sourceAsset")
        code = parse_currency(source) if isinstance(source, str) else None
        if code is None or ":" not in str(source):
            raise BadRequest("sourceAsset: unknown asset.")
        amount = _amount(body.get("sourceAmount"))
        network = str(body.get("targetNetwork") or "")
        account = check_account(network, body.get("targetAccount"))
        self._check_funds(str(source), amount)
        target = _target(network, str(source), body)
        received, fee = _price(amount, code, target)
        return Withdrawal(
            id=secrets.token_hex(6),
            created_at=self._clock.now(),
            source=str(source),
            amount=amount,
            target_code=target.partition(":")[0],
            target_asset=target,
            target_amount=received,
            fee=fee,
            network=network,
            account=account,
        )

    def _check_funds(self, asset_id: str, amount: Decimal) -> None:
        if self._wallets.balance(asset_id) < amount:
            raise BadRequest("sourceAmount: is more than your wallet holds.")


def to_document(withdrawal: Withdrawal, state: str) -> dict[str, Any]:
    """Return a withdrawal as POST and GET /withdrawal show it."""
    is_chain = withdrawal.network in CHAINS
    digest = hashlib.sha256(f"withdrawal:{withdrawal.id}".encode()).hexdigest()
    return {
        "id": withdrawal.id,
        "type": "WITHDRAWAL",
        "state": state,
        "origin": "API",
        "timestamp": to_w3c(withdrawal.created_at, _OFFSET_HOURS),
        "sourceAssetCode": withdrawal.source.partition(":")[0],
        "sourceAssetIssuer": withdrawal.source,
        "sourceAmount": f"{withdrawal.amount:.7f}",
        "targetAssetCode": withdrawal.target_code,
        "targetAssetIssuer": withdrawal.target_asset,
        "targetAmount": f"{withdrawal.target_amount:.7f}",
        "withdrawalFee": f"{withdrawal.fee:.7f}",
        "targetBlockchain": withdrawal.network if is_chain else None,
        "targetFiatCurrency": None if is_chain else withdrawal.network,
        "transactionId": None if state == PENDING else digest,
        "targetAccount": withdrawal.account,
    }


def _to_listed(document: dict[str, Any]) -> dict[str, Any]:
    # GET /withdrawals spells two names in another way.
    renamed = {
        "targetBlockchain": "targetBlockchainId",
        "targetFiatCurrency": "targetFiatCurrencyId",
    }
    return {renamed.get(name, name): value for name, value in document.items()}


def _amount(value: object) -> Decimal:
    """Read the amount: "string" in the table, a number in the examples."""
    if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        whole, _, places = text.partition(".")
        digits = whole + places
        if digits.isascii() and digits.isdigit() and len(whole) <= 15:
            if len(places.rstrip("0")) <= 7 and Decimal(text) > 0:
                return Decimal(text)
    raise BadRequest("sourceAmount: must be a positive number of 7 places at most.")


def _target(network: str, source: str, body: dict[str, Any]) -> str:
    """Return the asset id that the target is credited in."""
    if network == "XLM":
        # "If no value is given then the target account is credited in sourceAsset."
        asset = body.get("targetAsset") or source
        if not isinstance(asset, str) or parse_currency(asset) is None:
            raise BadRequest("targetAsset: unknown asset.")
        if ":" not in asset:
            raise BadRequest("targetAsset: must be such as XLM:NATIVE.")
        return asset
    relay = body.get("relay")
    if relay in (None, ""):
        return issuer_of(network)
    if not isinstance(relay, str) or parse_currency(relay) != network:
        raise BadRequest("relay: unknown asset issuer.")
    return relay


def _price(amount: Decimal, source: str, target: str) -> tuple[Decimal, Decimal]:
    """Return what arrives and what the issuer keeps, both in the target's asset."""
    code = parse_currency(target) or source
    terms = terms_of_withdrawals(code)
    if terms is None or not terms.is_enabled:
        raise BadRequest("targetNetwork: no issuer makes such withdrawals.")
    worth = convert(amount, source, code)
    if worth < terms.least:
        raise BadRequest(f"sourceAmount: is less than the minimum of {terms.least:f}.")
    with localcontext(EXACT):
        fee = terms.fee_fixed + worth * terms.fee_percent
        received = (worth - fee).quantize(_UNIT, ROUND_DOWN)
    if received <= 0:
        raise BadRequest("sourceAmount: does not pay for the fee.")
    return received, worth - received
