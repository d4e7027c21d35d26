"""The simulated blockchains: what customers send, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal, localcontext

from .addresses import make_address, make_memo, make_transaction_id
from .errors import BadRequest, Conflict
from .markets import EXACT, issuer_of
from .records import Checkout, Commit, Deposit, UnmatchedDeposit
from .state import Ledger

SCENARIOS = (
    "exact",
    "less",
    "more",
    "twice",
    "late",
    "without_memo",
    "wrong_memo",
    "wrong_tag",
    "other_asset",
    "wrong_asset",
)
_LATE_BY = timedelta(minutes=5)
_DEPOSIT_LIMIT = 50
#: Lumens that one unit of the token of a path payment buys.
_PATH_ASSET = "EUR"
_PATH_PRICE = Decimal("18.5")
# What lands on an address of these chains and can't be credited.
_FOREIGN_ASSETS = {"XLM": "MOBI", "ETH": "USDT", "XRP": "CNY"}
# Bitcoin and its kin have no accounts: `sourceAccount` is nullable.
_CHAINS_WITH_ACCOUNTS = ("XLM", "XRP", "ETH")


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the customer does: a scenario with its optional details.

    `amount` is in the committed asset, for a path payment the lumens that arrive.
    """

    scenario: str = "exact"
    amount: Decimal | None = None
    confirm: bool = True
    transaction_id: str | None = None


class Network:
    """Sends transfers to the ledger's addresses and confirms or reverses them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def pay(
        self, checkout_id: str, transfer: Transfer, asset: str | None = None
    ) -> tuple[list[str], list[str]]:
        """Pay a checkout and return the ids of its deposits and of unmatched ones.

        :param asset: what to commit a hosted checkout to that has no asset yet.
        :raises BadRequest: when the scenario does not exist on that chain.
        """
        if transfer.scenario not in SCENARIOS:
            raise BadRequest(f"scenario: must be one of {', '.join(SCENARIOS)}.")
        with self._ledger.lock:
            checkout = self._ledger.find_checkout(checkout_id)
            if checkout.commit is None and checkout.hosted_url is not None:
                self._ledger.choose_asset(checkout, asset or "XLM")
            if checkout.commit is None:
                raise BadRequest("The checkout isn't committed: nothing to pay to.")
            if transfer.transaction_id and self._ledger.has_transaction(
                transfer.transaction_id
            ):
                raise Conflict("tx: this transaction has been seen already.")
            if transfer.scenario in ("without_memo", "wrong_memo", "wrong_tag"):
                return [], [self._send_astray(checkout, checkout.commit, transfer)]
            return self._send(checkout, checkout.commit, transfer), []

    def confirm(self, payment_id: str) -> Checkout:
        """Confirm a detected deposit: from now on the API lists it.

        :raises Conflict: when it is confirmed already.
        """
        with self._ledger.lock:
            checkout, deposit = self._ledger.find_deposit(payment_id)
            if deposit.is_confirmed:
                raise Conflict("The payment is confirmed already.")
            self._ledger.remember(checkout)
            self._ledger.confirm_deposit(checkout, deposit)
            return checkout

    def reverse(self, payment_id: str) -> Checkout:
        """Take a deposit back, as a reorganised chain does.

        Unconfirmed it disappears. Confirmed it turns UNRESOLVED, or disappears from
        the list with the setting `reversal` at `removed`; either way its checkout is
        UNRESOLVED_GENERIC unless other payments suffice.

        :raises Conflict: when it is reversed already.
        """
        ledger = self._ledger
        with ledger.lock:
            checkout, deposit = ledger.find_deposit(payment_id)
            if deposit.is_reversed:
                raise Conflict("The payment is reversed already.")
            ledger.remember(checkout)
            if not deposit.is_confirmed:
                ledger.drop_deposit(checkout, deposit)
                return checkout
            deposit.is_reversed = True
            deposit.is_credited = False
            checkout.is_resolved = False
            if ledger.settings.reversal == "removed":
                ledger.drop_deposit(checkout, deposit)
                checkout.lost_a_deposit = True
                ledger.settle(checkout)
            else:
                ledger.settle(checkout, appeared=deposit)
            return checkout

    def _send(
        self, checkout: Checkout, commit: Commit, transfer: Transfer
    ) -> list[str]:
        """Deposit on the checkout's own address, with the right memo or tag."""
        times = 2 if transfer.scenario == "twice" else 1
        if len(checkout.deposits) + times > _DEPOSIT_LIMIT:
            raise BadRequest("The checkout has too many payments.")
        arrives = _amount(checkout, commit, transfer)
        asset, issuer, sent, counted = _source(checkout, commit, transfer, arrives)
        self._ledger.remember(checkout)
        ids = []
        for turn in range(times):
            deposit_id, number = self._ledger.new_deposit_id()
            given = transfer.transaction_id if turn == 0 else None
            deposit = Deposit(
                id=deposit_id,
                number=number,
                checkout_id=checkout.id,
                asset=asset,
                issuer=issuer,
                amount=sent,
                counted=counted,
                timestamp=self._timestamp(commit, transfer),
                transaction_id=given or make_transaction_id(commit.asset, deposit_id),
                account=(
                    make_address(commit.asset, f"customer:{checkout.id}")
                    if commit.asset in _CHAINS_WITH_ACCOUNTS
                    else None
                ),
            )
            self._ledger.add_deposit(checkout, deposit)
            if transfer.confirm:
                self._ledger.confirm_deposit(checkout, deposit)
            ids.append(deposit_id)
        return ids

    def _send_astray(
        self, checkout: Checkout, commit: Commit, transfer: Transfer
    ) -> str:
        """Deposit on the shared account so that no checkout can claim it."""
        scenario = transfer.scenario
        if commit.memo is None and commit.destination_tag is None:
            raise BadRequest(f"scenario: {commit.asset} has neither memo nor tag.")
        if scenario == "wrong_memo" and commit.memo is None:
            raise BadRequest(f"scenario: {commit.asset} has no memo; try wrong_tag.")
        if scenario == "wrong_tag" and commit.destination_tag is None:
            raise BadRequest(f"scenario: {commit.asset} has no tag; try wrong_memo.")
        amount = _amount(checkout, commit, transfer)
        deposit_id, number = self._ledger.new_deposit_id()
        # Beyond the numbers that checkouts get, so that it never hits another one.
        nobody = 1_000_000_000 + number
        self._ledger.unmatched.append(
            UnmatchedDeposit(
                id=deposit_id,
                reason=scenario,
                meant_for=checkout.id,
                asset=commit.asset,
                amount=amount,
                address=commit.address,
                memo=make_memo(nobody) if scenario == "wrong_memo" else None,
                destination_tag=str(nobody) if scenario == "wrong_tag" else None,
                timestamp=self._timestamp(commit, transfer),
                transaction_id=transfer.transaction_id
                or make_transaction_id(commit.asset, deposit_id),
                is_confirmed=transfer.confirm,
            )
        )
        return deposit_id

    def _timestamp(self, commit: Commit, transfer: Transfer) -> datetime:
        now = self._ledger.clock.now()
        # The clock stays: only the payment says that it came after the expiry.
        return max(now, commit.expires_at + _LATE_BY) if _is_late(transfer) else now


def _is_late(transfer: Transfer) -> bool:
    return transfer.scenario == "late"


def _amount(checkout: Checkout, commit: Commit, transfer: Transfer) -> Decimal:
    """Return what arrives: given, or what is still due, changed by the scenario."""
    places = commit.chain.places
    unit = Decimal(1).scaleb(-places)
    with localcontext(EXACT):
        if transfer.amount is not None:
            exponent = transfer.amount.as_tuple().exponent
            is_exact = isinstance(exponent, int) and exponent >= -places
            if not is_exact or not 0 < transfer.amount < 10**15:
                raise BadRequest(
                    f"amount: must be positive, with {places} decimals at most."
                )
            return transfer.amount
        due = commit.amount - checkout.sum_counted(confirmed_only=False)
        if due <= 0 or transfer.scenario == "twice":
            due = commit.amount
        if transfer.scenario == "less":
            return max((due * 9 / 10).quantize(unit, ROUND_DOWN), unit)
        if transfer.scenario == "more":
            return (due * 11 / 10).quantize(unit, ROUND_UP)
        return due


def _source(
    checkout: Checkout, commit: Commit, transfer: Transfer, arrives: Decimal
) -> tuple[str, str, Decimal, Decimal]:
    """Return asset, issuer, amount sent and the amount that counts."""
    if transfer.scenario == "other_asset":
        # "any other asset on the Stellar Network in the form of path payments".
        if commit.asset != "XLM":
            raise BadRequest("scenario: only Stellar has path payments.")
        issuer = issuer_of(_PATH_ASSET)
        with localcontext(EXACT):
            sent = (arrives / _PATH_PRICE).quantize(Decimal("1e-7"), ROUND_UP)
        return issuer.partition(":")[0], issuer, sent, arrives
    if transfer.scenario == "wrong_asset":
        asset = _FOREIGN_ASSETS.get(commit.asset)
        if asset is None:
            raise BadRequest(f"scenario: {commit.asset} addresses hold nothing else.")
        issuer = f"{asset}:{make_address('XLM', 'issuer:' + asset)}"
        return asset, issuer, arrives, Decimal(0)
    issuer = checkout.request.issuers.get(commit.asset) or issuer_of(commit.asset)
    return commit.asset, issuer, arrives, arrives
