"""What shops call to see what they hold, and to withdraw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from checkout_kit.domain.wallet import WalletStatement
from checkout_kit.domain.withdrawal import WithdrawalTarget
from checkout_kit.domain.withdrawal_order import WithdrawalOrder
from checkout_kit.extension.app_services import AppServices
from checkout_kit.services.withdrawals import WithdrawalWish


class TreasuryCalls(AppServices):
    """Calls about wallets and withdrawals."""

    def list_wallets(self) -> WalletStatement:
        """Ask every provider what it holds; calls providers, moves no money.

        A provider that can't be asked is named in ``unavailable``, and nothing is
        counted for it.
        """
        return self._of_app().wallets.read()

    def create_withdrawal(
        self,
        wallet: str,
        amount: Decimal | int | str,
        target: WithdrawalTarget,
        *,
        least_received: Decimal | int | str | None = None,
        options: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> WithdrawalOrder:
        """Find out what would arrive at a target; calls providers, moves no money.

        The answer's ``promised`` is what will arrive at least once it is committed; it
        is None if the provider makes no promises.

        :param wallet: the id of one of the holdings of :meth:`list_wallets`.
        :param amount: how much of it, in its own currency.
        :param least_received: the least that may arrive, in the target's currency.
        :param options: the provider's own, such as COINQVEST's ``relay``.
        :param idempotency_key: the same key gives the same withdrawal.
        :raises InputError: naming what can't be accepted.
        :raises NotSupported: if the provider has no way to the target.
        :raises ProviderError: if the provider refuses it, or can't be asked.
        """
        wish = WithdrawalWish(
            wallet=wallet,
            amount=amount,
            target=target,
            least_received=least_received,
            options=options if options is not None else {},
        )
        return self._of_app().withdrawals.create(wish, idempotency_key=idempotency_key)

    def commit_withdrawal(self, withdrawal_id: str) -> WithdrawalOrder:
        """Send a withdrawal. **Moves money**, once, however often it is called.

        The provider's answer may be ``PROCESSING``; the worker then asks on.

        :raises InvalidTransition: if it has failed, or was not committed in time.
        """
        return self._of_app().withdrawals.commit(withdrawal_id)

    def get_withdrawal(self, withdrawal_id: str) -> WithdrawalOrder:
        """Read a withdrawal.

        :raises NotFoundError: if there is none with that id.
        """
        return self._of_app().withdrawals.get(withdrawal_id)

    def list_withdrawals(
        self, *, limit: int = 50, offset: int = 0
    ) -> Sequence[WithdrawalOrder]:
        """Read a page of withdrawals, newest first; at most 250 at once."""
        return self._of_app().withdrawals.list(limit=limit, offset=offset)
