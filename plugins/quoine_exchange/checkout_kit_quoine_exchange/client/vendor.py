"""The vendor's calls: users, their fiat accounts, money in and out."""

from __future__ import annotations

from checkout_kit import Clock, Money
from checkout_kit_quoine_exchange.answers import (
    AccountAnswer,
    MovementAnswer,
    UserAnswer,
)
from checkout_kit_quoine_exchange.client.signed import SignedClient
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings
from checkout_kit_quoine_exchange.schemas import (
    AccountSchema,
    MovementSchema,
    UserSchema,
)

# The slash at the end of the first is the document's.
USERS = "/users/"
USER = "/users/{id}"
USER_ACCOUNTS = "/users/{id}/accounts"
FUND = "/accounts/{id}/fund"
WITHDRAW = "/accounts/{id}/withdraw"


class QuoineExchangeClient(SignedClient):
    """Calls the API with the vendor's id and secret.

    None of the calls that move money is ever repeated by itself: that a ``request_id``
    makes it harmless is nowhere promised.
    """

    def __init__(
        self,
        settings: QuoineExchangeSettings,
        clock: Clock,
        provider: str = "quoine_exchange",
    ) -> None:
        signer = (settings.vendor_id, settings.vendor_secret)
        super().__init__(settings, clock, provider, signer)

    def create_user(
        self, ext_id: str, *, email: str | None = None, auth_code: str | None = None
    ) -> UserAnswer:
        """Make a user, who is approved at once (POST /users/).

        :raises ProviderProtocolError: also if the answer is about another user.
        """
        body = {"ext_id": ext_id, **_given(email=email, auth_code=auth_code)}
        where = f"POST {USERS}"
        raw = self.checked(lambda: self.api.post(USERS, body))
        answer: UserAnswer = self.read(UserSchema(), raw, where)
        if answer.ext_id != ext_id:
            raise self.odd(f"{where}: answers about another user", raw)
        return answer

    def update_user(
        self, user_id: int, *, email: str | None = None, auth_code: str | None = None
    ) -> UserAnswer:
        """Change a user's e-mail address or code (PUT /users/:id).

        The answer holds the secret again. The same call twice changes nothing.

        :raises ProviderProtocolError: also if the answer is about another user.
        """
        where = f"PUT {USER}"
        body = _given(email=email, auth_code=auth_code)
        path = USER.format(id=int(user_id))
        raw = self.checked(
            lambda: self.api.request("PUT", path, payload=body, idempotent=True)
        )
        answer: UserAnswer = self.read(UserSchema(), raw, where)
        if answer.id != user_id:
            raise self.odd(f"{where}: answers about another user", raw)
        return answer

    def list_accounts(self, user_id: int) -> tuple[AccountAnswer, ...]:
        """Read a user's fiat accounts (GET /users/:id/accounts)."""
        path = USER_ACCOUNTS.format(id=int(user_id))
        raw = self.checked(lambda: self.api.get(path))
        where = f"GET {USER_ACCOUNTS}"
        found = tuple(self.read(AccountSchema(), raw, where, many=True))
        if len({account.id for account in found}) < len(found):
            raise self.odd(f"{where}: an account is listed twice", raw)
        return found

    def fund_account(
        self, account_id: int, amount: Money, *, request_id: str, notes: str
    ) -> MovementAnswer:
        """Put money into an account (PUT /accounts/:id/fund). **Moves money.**"""
        return self._move(FUND, account_id, amount, request_id, notes)

    def withdraw_from_account(
        self, account_id: int, amount: Money, *, request_id: str, notes: str
    ) -> MovementAnswer:
        """Pay money out of an account (PUT /accounts/:id/withdraw). **Moves money.**"""
        return self._move(WITHDRAW, account_id, amount, request_id, notes)

    def _move(
        self, endpoint: str, account_id: int, amount: Money, request_id: str, notes: str
    ) -> MovementAnswer:
        where = f"PUT {endpoint}"
        body = {
            "amount": f"{amount.amount:f}",
            "notes": notes,
            "request_id": request_id,
        }
        path = endpoint.format(id=int(account_id))
        raw = self.checked(lambda: self.api.request("PUT", path, payload=body))
        answer: MovementAnswer = self.read(MovementSchema(), raw, where)
        if answer.id != account_id or answer.currency != amount.currency.code:
            raise self.odd(f"{where}: answers about another account", raw)
        if answer.request_id not in (None, request_id):
            raise self.odd(f"{where}: answers about another request", raw)
        return answer


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
