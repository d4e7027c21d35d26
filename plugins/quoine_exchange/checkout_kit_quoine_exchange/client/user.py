"""A user's calls: crypto withdrawals."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit import Clock, Money
from checkout_kit_quoine_exchange.answers import (
    CryptoWithdrawalAnswer,
    CryptoWithdrawalPage,
)
from checkout_kit_quoine_exchange.client.signed import SignedClient
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings
from checkout_kit_quoine_exchange.schemas import (
    CryptoWithdrawalPageSchema,
    CryptoWithdrawalSchema,
)

# The slash at the end of the first is the document's.
NEW_CRYPTO_WITHDRAWAL = "/crypto_withdrawals/"
CRYPTO_WITHDRAWALS = "/crypto_withdrawals"
CRYPTO_WITHDRAWAL = "/crypto_withdrawals/{id}"


class QuoineUserClient(SignedClient):
    """Calls the API with one user's id and secret."""

    def __init__(
        self,
        settings: QuoineExchangeSettings,
        clock: Clock,
        provider: str,
        *,
        user_id: int,
        secret: str,
        auth_code: str,
    ) -> None:
        signer = (str(user_id), secret)
        super().__init__(settings, clock, provider, signer, (auth_code,))
        self._auth_code = auth_code

    def create_crypto_withdrawal(
        self, amount: Money, address: str
    ) -> CryptoWithdrawalAnswer:
        """Send coins to an address (POST /crypto_withdrawals/). **Moves money.**

        The API knows no idempotency key for it, so it is never repeated by itself.

        :raises ProviderProtocolError: also if the answer is about something else.
        """
        body = {
            "auth_code": self._auth_code,
            "crypto_withdrawal": {
                "amount": f"{amount.amount:f}",
                "address": address,
                "currency": amount.currency.code,
            },
        }
        where = f"POST {NEW_CRYPTO_WITHDRAWAL}"
        raw = self.checked(lambda: self.api.post(NEW_CRYPTO_WITHDRAWAL, body))
        answer: CryptoWithdrawalAnswer = self.read(CryptoWithdrawalSchema(), raw, where)
        if not is_for(answer, amount, address):
            raise self.odd(f"{where}: answers about another withdrawal", raw)
        return answer

    def get_crypto_withdrawal(self, withdrawal_id: int) -> CryptoWithdrawalAnswer:
        """Look at a withdrawal (GET /crypto_withdrawals/:id).

        :raises ProviderProtocolError: also if the answer is about another one.
        """
        path = CRYPTO_WITHDRAWAL.format(id=int(withdrawal_id))
        raw = self.checked(lambda: self.api.get(path))
        where = f"GET {CRYPTO_WITHDRAWAL}"
        answer: CryptoWithdrawalAnswer = self.read(CryptoWithdrawalSchema(), raw, where)
        if answer.id != withdrawal_id:
            raise self.odd(f"{where}: answers about another withdrawal", raw)
        return answer

    def list_crypto_withdrawals(self, page: int = 1) -> CryptoWithdrawalPage:
        """List the user's withdrawals (GET /crypto_withdrawals).

        The document names no paging parameter; ``page`` is its sister document's.

        :raises ProviderProtocolError: also if another page than asked for is answered.
        """
        params: Mapping[str, str | int] | None = {"page": page} if page > 1 else None
        raw = self.checked(lambda: self.api.get(CRYPTO_WITHDRAWALS, params))
        where = f"GET {CRYPTO_WITHDRAWALS}"
        found: CryptoWithdrawalPage = self.read(
            CryptoWithdrawalPageSchema(), raw, where
        )
        if found.current_page != page:
            raise self.odd(f"{where}: answers with another page", raw)
        return found


def is_for(answer: CryptoWithdrawalAnswer, amount: Money, address: str) -> bool:
    """Whether a withdrawal is of this amount to this address."""
    return (
        answer.amount == amount.amount
        and answer.address == address
        and answer.currency in (None, amount.currency.code)
    )
