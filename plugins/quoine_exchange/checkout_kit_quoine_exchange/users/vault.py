"""The vault: users' secrets in a file of their own, each encrypted.

The API shows a secret when a user is made. Losing it would lock the user's coins up, so
a change is on the disk, whole and under its old name, before anybody hears of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from checkout_kit import CheckoutKitError
from checkout_kit.http import JsonError, parse_json

_VERSION = 1
_PRIVATE = 0o600
_MAX_BYTES = 16_000_000


class VaultError(CheckoutKitError):
    """Raised when the users' file can't be read or written, saying what to do."""


@dataclass(frozen=True, slots=True)
class StoredUser:
    """A user with what signs for it; ``id`` None means that it was never answered.

    ``auth_code`` is the code that a crypto withdrawal needs.
    """

    ext_id: str
    id: int | None = None
    secret: str | None = field(default=None, repr=False)
    auth_code: str | None = field(default=None, repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether it is known under which id and secret it signs."""
        return self.id is not None and self.secret is not None


class UserVault:
    """Reads and writes the file (setting ``users_file``) with the keys given."""

    def __init__(self, path: Path, keys: tuple[str, ...]) -> None:
        self._path = path
        self._keys = keys

    def __repr__(self) -> str:
        return f"<UserVault {self._path}>"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def users(self) -> list[StoredUser]:
        """Read all users; none if there is no file yet.

        :raises VaultError: if the file is not one of ours, or no key fits.
        """
        return [self.open_seal(seal) for seal in self._read()]

    def get(self, user_id: int) -> StoredUser | None:
        """Read the user of an id, or None."""
        return next((user for user in self.users() if user.id == user_id), None)

    def save(self, user: StoredUser) -> None:
        """Write a user down, in place of what was known of it; durable on return.

        :raises VaultError: if it could not be written; the file is as it was.
        """

        def change(users: list[StoredUser]) -> list[StoredUser]:
            others = [
                kept
                for kept in users
                if kept.ext_id != user.ext_id
                and (user.id is None or kept.id != user.id)
            ]
            return [*others, user]

        self._change(change)

    def forget(self, ext_id: str) -> None:
        """Take a user out that was never made; one with a secret always stays.

        :raises VaultError: if there is no such user, or it has a secret.
        """

        def change(users: list[StoredUser]) -> list[StoredUser]:
            found = [user for user in users if user.ext_id == ext_id]
            if not found:
                raise VaultError(f"there is no user {ext_id!r} in {self._path}")
            if found[0].secret is not None:
                raise VaultError(f"the user {ext_id!r} has a secret; it is kept")
            return [user for user in users if user.ext_id != ext_id]

        self._change(change)

    def reseal(self) -> int:
        """Encrypt all users anew, by the first key.

        :return: how many there are.
        """
        count = 0

        def change(users: list[StoredUser]) -> list[StoredUser]:
            nonlocal count
            count = len(users)
            return users

        self._change(change)
        return count

    def seal(self, user: StoredUser) -> str:
        """Encrypt a user to a text that :meth:`open_seal` reads with the same key."""
        plain = {
            "ext_id": user.ext_id,
            "id": user.id,
            "secret": user.secret,
            "auth_code": user.auth_code,
        }
        token: bytes = self._cipher().encrypt(json.dumps(plain).encode())
        return token.decode("ascii")

    def open_seal(self, seal: str) -> StoredUser:
        """Decrypt a user.

        :raises VaultError: if no key fits, or it was changed.
        """
        try:
            plain = parse_json(self._cipher().decrypt(seal.encode()))
            return StoredUser(**plain)
        except (InvalidToken, UnicodeEncodeError):
            raise VaultError(
                "a user's secret can't be decrypted: none of the keys in users_key is "
                "the one that it was encrypted with"
            ) from None
        except (JsonError, TypeError):
            raise VaultError("a user's secret is not in a known form") from None

    def _cipher(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self._keys])

    def _read(self) -> list[str]:
        try:
            with self._path.open("rb") as file:
                raw = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return []
        except OSError as err:
            raise VaultError(
                f"the users' file {self._path} can't be read: {err.strerror}"
            ) from None
        try:
            document: Any = parse_json(raw)
        except JsonError:
            document = None
        if not isinstance(document, Mapping) or document.get("version") != _VERSION:
            raise VaultError(f"{self._path} is no file of users; bring its backup back")
        seals = document.get("users")
        if not isinstance(seals, list) or not all(isinstance(s, str) for s in seals):
            raise VaultError(f"{self._path} is damaged; bring its backup back")
        return seals

    def _change(self, change: Callable[[list[StoredUser]], list[StoredUser]]) -> None:
        with self._locked():
            # What can't be read is not written over.
            users = change(self.users())
            seals = [self.seal(user) for user in users]
            text = json.dumps({"version": _VERSION, "users": seals}, indent=1)
            try:
                self._replace(text.encode() + b"\n")
            except OSError as err:
                raise VaultError(
                    f"the users' file {self._path} can't be written: {err.strerror}"
                ) from None

    def _replace(self, content: bytes) -> None:
        """Write a file beside it, bring it to the disk, and put it in its place."""
        folder = self._path.parent
        # Made for its owner alone, whatever the umask is.
        descriptor, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.chmod(name, _PRIVATE)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        _sync_folder(folder)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep a second command out until the file is written."""
        lock = self._path.with_name(f"{self._path.name}.lock")
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))
        except FileExistsError:
            raise VaultError(
                f"another command is changing the users; if none is, delete {lock}"
            ) from None
        except OSError as err:
            raise VaultError(
                f"nothing can be written beside {self._path}: {err.strerror}"
            ) from None
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.unlink(lock)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can do that."""
    flag = getattr(os, "O_DIRECTORY", None)
    if flag is None:
        return
    descriptor = os.open(folder, flag)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
