"""The simulated ledger: every checkout and payment of one account, in memory."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from decimal import ROUND_UP, Decimal, localcontext
from typing import Any

from checkout_kit.simulation import SimulatorClock

from .addresses import make_address, make_memo
from .charges import CheckoutRequest
from .documents import (
    to_checkout_document,
    to_commit_document,
    to_payment_document,
)
from .errors import BadRequest, Conflict, NotFound
from .markets import CHAINS, EXACT, quote_all
from .records import WINDOW, Checkout, Commit, Deposit, UnmatchedDeposit
from .settings import Settings
from .states import (
    COMPLETED,
    DELAYED_COMPLETED,
    EXPIRED,
    RESOLVABLE_STATES,
    derive_state,
)

_CHECKOUT_LIMIT = 5_000
_UNMATCHED_LIMIT = 1_000
# The tag of the document's XRP example; the next checkouts count on from it.
_FIRST_TAG = 15918

PaymentListener = Callable[[dict[str, Any], str | None], None]


class Ledger:
    """The account's books. Every public method takes the one lock.

    `on_payment` is called, under the lock, with the document and webhook URL of each
    payment that appears or whose state changes.
    """

    def __init__(self, clock: SimulatorClock, settings: Settings) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.settings = settings
        self.unmatched: deque[UnmatchedDeposit] = deque(maxlen=_UNMATCHED_LIMIT)
        self.on_payment: PaymentListener | None = None
        self._checkouts: OrderedDict[str, Checkout] = OrderedDict()
        self._deposits: dict[str, Deposit] = {}
        self._count = 0

    def create_checkout(
        self, request: CheckoutRequest, hosted_base: str | None = None
    ) -> Checkout:
        """Open a checkout; `hosted_base` makes it a hosted one."""
        quotes = quote_all(request.total, request.currency)
        if not quotes:
            raise BadRequest("charge: the total is too low for every blockchain.")
        with self.lock:
            self._count += 1
            checkout = Checkout(
                id=self._new_id(),
                number=self._count,
                created_at=self.clock.now(),
                request=request,
                quotes=quotes,
            )
            if hosted_base is not None:
                # As the document's https://www.coinqvest.com/en/checkout?id=….
                base = hosted_base.rstrip("/")
                checkout.hosted_url = f"{base}/en/checkout?id={checkout.id}"
            self._checkouts[checkout.id] = checkout
            while len(self._checkouts) > _CHECKOUT_LIMIT:
                _, oldest = self._checkouts.popitem(last=False)
                for deposit in oldest.deposits:
                    self._deposits.pop(deposit.id, None)
            return checkout

    def commit_checkout(self, checkout_id: str, asset: str) -> dict[str, Any]:
        """Choose the asset of a checkout made by POST /checkout.

        :raises BadRequest: when it is hosted, expired, or committed in another way.
        """
        with self.lock:
            checkout = self.find_checkout(checkout_id)
            if checkout.hosted_url is not None:
                raise BadRequest("checkoutId: a hosted checkout can't be committed.")
            return to_commit_document(checkout.id, self.choose_asset(checkout, asset))

    def choose_asset(self, checkout: Checkout, asset: str) -> Commit:
        """Fix the asset and return the commit; the caller holds the lock."""
        if asset not in checkout.quotes:
            raise BadRequest("assetCode: no payment method of this checkout.")
        commit = checkout.commit
        if commit is not None:
            if commit.asset != asset:
                raise BadRequest("The checkout is committed to another asset.")
            # Whether a second commit is allowed is stated nowhere: a switch.
            if self.settings.refuse_second_commit:
                raise BadRequest("The checkout is committed already.")
            return commit
        now = self.clock.now()
        if derive_state(checkout, now) == EXPIRED:
            raise BadRequest("The checkout has expired.")
        # Stellar and the XRP Ledger share one account, told apart by memo and tag;
        # elsewhere each checkout has an address of its own.
        is_shared = asset in ("XLM", "XRP")
        commit = Commit(
            asset=asset,
            amount=self._amount_due(checkout, asset),
            address=make_address(asset, "account" if is_shared else checkout.id),
            memo=make_memo(checkout.number) if asset == "XLM" else None,
            destination_tag=(
                str(_FIRST_TAG + checkout.number) if asset == "XRP" else None
            ),
            expires_at=now + WINDOW,
        )
        self.remember(checkout)
        checkout.commit = commit
        return commit

    def resolve_checkout(self, checkout_id: str) -> str:
        """Mark a checkout as resolved by the merchant and return its state.

        :raises Conflict: when there is nothing to resolve.
        """
        with self.lock:
            checkout = self.find_checkout(checkout_id)
            state = derive_state(checkout, self.clock.now())
            if state not in RESOLVABLE_STATES:
                raise Conflict(f"A checkout in state {state} can't be resolved.")
            self.remember(checkout)
            checkout.is_resolved = True
            self.settle(checkout, is_accepted=True)
            return derive_state(checkout, self.clock.now())

    def find_checkout(self, checkout_id: str) -> Checkout:
        """Return a checkout; the caller holds the lock."""
        checkout = self._checkouts.get(checkout_id)
        if checkout is None:
            raise NotFound("The checkout does not exist.")
        return checkout

    def find_deposit(self, payment_id: str) -> tuple[Checkout, Deposit]:
        """Return a deposit, confirmed or not; the caller holds the lock."""
        deposit = self._deposits.get(payment_id)
        if deposit is None:
            raise NotFound("The payment does not exist.")
        return self.find_checkout(deposit.checkout_id), deposit

    def list_checkouts(self) -> list[Checkout]:
        """Return all checkouts, newest first; the caller holds the lock."""
        return list(reversed(self._checkouts.values()))

    def has_transaction(self, transaction_id: str) -> bool:
        """Tell whether a deposit of this transaction is known."""
        known = (d.transaction_id for d in self._deposits.values())
        others = (d.transaction_id for d in self.unmatched)
        return transaction_id in known or transaction_id in others

    def add_deposit(self, checkout: Checkout, deposit: Deposit) -> None:
        """Record a detected deposit; the caller holds the lock."""
        checkout.deposits.append(deposit)
        self._deposits[deposit.id] = deposit

    def drop_deposit(self, checkout: Checkout, deposit: Deposit) -> None:
        """Forget a deposit; the caller holds the lock."""
        checkout.deposits.remove(deposit)
        del self._deposits[deposit.id]

    def confirm_deposit(self, checkout: Checkout, deposit: Deposit) -> None:
        """List a deposit as a payment; the caller holds the lock."""
        deposit.is_confirmed = True
        self.settle(checkout, appeared=deposit)

    def settle(
        self,
        checkout: Checkout,
        appeared: Deposit | None = None,
        *,
        is_accepted: bool = False,
    ) -> None:
        """Credit what the state now allows and report every payment that changed.

        A payment stays credited when a later one brings too much. The merchant's
        resolution credits the payments that it was made for, not later ones.
        """
        state = derive_state(checkout, self.clock.now())
        is_complete = is_accepted or state in (COMPLETED, DELAYED_COMPLETED)
        for deposit in checkout.deposits:
            was_credited = deposit.is_credited
            if is_complete and deposit.is_confirmed and deposit.is_live:
                deposit.is_credited = True
            if deposit is appeared or deposit.is_credited != was_credited:
                self._report(checkout, deposit)

    def remember(self, checkout: Checkout) -> None:
        """Keep the present document for stale answers, before a change."""
        checkout.earlier = to_checkout_document(
            checkout,
            self.clock.now(),
            with_payment_state=not self.settings.omit_payment_state,
        )

    def new_deposit_id(self) -> tuple[str, int]:
        """Return an unused payment id and the deposit's running number."""
        with self.lock:
            self._count += 1
            return self._new_id(), self._count

    def _report(self, checkout: Checkout, deposit: Deposit) -> None:
        if self.on_payment is not None:
            document = to_payment_document(checkout, deposit)
            self.on_payment(document, checkout.request.webhook)

    def _amount_due(self, checkout: Checkout, asset: str) -> Decimal:
        """Return the amount of the commit.

        The document's commit asks for another amount than its quote, so the two
        differ here by up to 0.2 percent, in a way that depends on the id alone.
        """
        amount = checkout.quotes[asset]
        # Coins charged in their own currency have no rate that could move.
        if not self.settings.drift or asset == checkout.request.currency:
            return amount
        unit = Decimal(1).scaleb(-CHAINS[asset].places)
        step = int(checkout.id, 16) % 40 - 20
        step += step >= 0
        with localcontext(EXACT):
            drifted = amount * (10_000 + step) / 10_000
            drifted = drifted.quantize(unit, ROUND_UP)
        return drifted + unit if drifted == amount else drifted

    def _new_id(self) -> str:
        while True:
            new = secrets.token_hex(6)
            if new not in self._checkouts and new not in self._deposits:
                return new
