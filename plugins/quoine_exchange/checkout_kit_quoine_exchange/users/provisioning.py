"""Provisioning: users are made and changed by an operator, never in a payment."""

from __future__ import annotations

from dataclasses import replace

from checkout_kit import CheckoutKitError, InputError, ProviderError
from checkout_kit_quoine_exchange.answers import UserAnswer
from checkout_kit_quoine_exchange.client import QuoineExchangeClient
from checkout_kit_quoine_exchange.users.vault import StoredUser, UserVault, VaultError


class SecretNotSaved(CheckoutKitError):
    """Raised when the API told a secret that could not be written down.

    ``seal`` is the user, encrypted: whoever restores it loses nothing.
    """

    def __init__(self, problem: str, seal: str) -> None:
        super().__init__(
            f"{problem}. The user was made and its secret is NOT saved. Keep this "
            "text, put the cause right, and give the text to `flask checkout "
            f"quoine-exchange users restore`: {seal}"
        )
        self.seal = seal


class UserProvisioner:
    """Makes and changes users; a secret is safe before success is told."""

    def __init__(self, client: QuoineExchangeClient, vault: UserVault) -> None:
        self._client = client
        self._vault = vault

    def create(self, ext_id: str, auth_code: str, email: str | None) -> StoredUser:
        """Make a user (POST /users/).

        :raises InputError: if the name is used already.
        :raises VaultError: if nothing can be saved; nothing was sent.
        :raises SecretNotSaved: if the secret could not be written down.
        :raises ProviderError: if the API refused, or its answer was lost.
        """
        if any(user.ext_id == ext_id for user in self._vault.users()):
            raise InputError(
                "ext_id",
                "is in the users' file already; `users list` shows how far it came",
            )
        # What can be written now can be written in a moment, when it has to be.
        intended = StoredUser(ext_id, auth_code=auth_code)
        self._vault.save(intended)
        answer = self._client.create_user(ext_id, email=email, auth_code=auth_code)
        return self._save(replace(intended, id=answer.id, secret=answer.secret))

    def update(
        self, user_id: int, auth_code: str | None, email: str | None
    ) -> StoredUser:
        """Change a user, or learn its secret again (PUT /users/:id).

        :raises SecretNotSaved: if the secret could not be written down.
        """
        users = self._vault.users()
        answer = self._client.update_user(user_id, email=email, auth_code=auth_code)
        known = _find(users, answer)
        return self._save(
            StoredUser(
                answer.ext_id,
                answer.id,
                answer.secret,
                auth_code or (known.auth_code if known else None),
            )
        )

    def restore(self, seal: str) -> StoredUser:
        """Save a user whose secret could not be written down before."""
        user = self._vault.open_seal(seal.strip())
        self._vault.save(user)
        return user

    def _save(self, user: StoredUser) -> StoredUser:
        try:
            self._vault.save(user)
        except VaultError as err:
            raise SecretNotSaved(str(err), self._vault.seal(user)) from None
        return user


def advice(error: ProviderError, ext_id: str) -> str:
    """Say what to do after a user could not be made."""
    if not error.should_retry:
        return f"{error}. `users forget {ext_id}` takes the name free again."
    return (
        f"{error}. Whether the user was made is not known. Ask Quoine for the id of "
        f"{ext_id!r}: `users update ID` then learns its secret. If there is none, "
        f"`users forget {ext_id}` and make it anew."
    )


def _find(users: list[StoredUser], answer: UserAnswer) -> StoredUser | None:
    for user in users:
        if user.id == answer.id or user.ext_id == answer.ext_id:
            return user
    return None
