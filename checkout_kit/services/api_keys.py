"""API keys: made, rotated, revoked, and looked up with their secrets."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from checkout_kit.domain.api_key import ApiKey, FoundCaller, check_networks
from checkout_kit.errors import InputError, NotFoundError
from checkout_kit.services.ports import Sealing, UnitOfWorkFactory

# Shop plugins insist on keys of 12 and secrets of 29 characters.
_SECRET_GROUPS, _GROUP = 6, 4
_ALPHABET = string.ascii_letters + string.digits
MAX_OVERLAP = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A key with its secret in plain text, which is told once."""

    key: ApiKey
    secret: str = field(repr=False)


class ApiKeys:
    """Keeps the keys of the REST API, their secrets encrypted."""

    def __init__(self, units: UnitOfWorkFactory, box: Sealing) -> None:
        self._units = units
        self._box = box
        # A sealed text always opens to the same secret.
        self._decrypt = lru_cache(maxsize=256)(box.decrypt)

    def create(
        self,
        now: datetime,
        *,
        store_id: str,
        name: str = "",
        allows_basic: bool = True,
        networks: Sequence[str] = (),
    ) -> NewSecret:
        """Make a key; its secret can't be read again later.

        :raises InputError: if a network is not one.
        """
        secret = _new_secret()
        key = ApiKey(
            id=secrets.token_hex(6),
            store_id=store_id,
            name=name,
            sealed_secret=self._box.encrypt(secret),
            created_at=now,
            allows_basic=allows_basic,
            allowed_networks=check_networks(networks),
        )
        with self._units.write() as unit:
            unit.api_keys.add(key, basic_digest=_digest_of(key.id, secret))
            unit.commit()
        return NewSecret(key, secret)

    def rotate(self, key_id: str, now: datetime, *, overlap: timedelta) -> NewSecret:
        """Give a key a new secret; the former one holds for an overlap.

        :raises NotFoundError: if there is no such key, or it is revoked.
        """
        if not timedelta(0) <= overlap <= MAX_OVERLAP:
            raise InputError("overlap", f"must be from 0 to {MAX_OVERLAP.days} days")
        secret = _new_secret()
        with self._units.write() as unit:
            known = unit.api_keys.get(key_id)
            if known is None or known.revoked_at is not None:
                raise NotFoundError("API key", key_id)
            key = replace(
                known,
                sealed_secret=self._box.encrypt(secret),
                sealed_previous=known.sealed_secret,
                previous_until=now + overlap,
            )
            unit.api_keys.save_secrets(key, basic_digest=_digest_of(key.id, secret))
            unit.commit()
        return NewSecret(key, secret)

    def revoke(self, key_id: str, now: datetime) -> ApiKey:
        """End a key at once; its objects stay with its store.

        :raises NotFoundError: if there is no such key.
        """
        return self._change(key_id, lambda key: replace(key, revoked_at=now))

    def allow(
        self,
        key_id: str,
        *,
        networks: Sequence[str] | None = None,
        basic: bool | None = None,
    ) -> ApiKey:
        """Set from where a key may be used, and whether as Basic-Auth.

        :param networks: replace the allow-list; empty allows every address.
        :raises NotFoundError: if there is no such key.
        :raises InputError: if a network is not one.
        """
        checked = None if networks is None else check_networks(networks)

        def change(key: ApiKey) -> ApiKey:
            return replace(
                key,
                allowed_networks=(key.allowed_networks if checked is None else checked),
                allows_basic=key.allows_basic if basic is None else basic,
            )

        return self._change(key_id, change)

    def list(self) -> Sequence[ApiKey]:
        """All keys, oldest first, revoked ones too."""
        with self._units.read() as unit:
            return unit.api_keys.list()

    def find(self, key_id: str) -> ApiKey | None:
        """Read a key by its id."""
        found = self.find_caller(key_id)
        return found.key if found else None

    def find_caller(self, key_id: str, checkout_id: str = "") -> FoundCaller | None:
        """Read a key by its id, with the version of a checkout if it is its store's."""
        return self._units.find_caller(key_id, checkout_id)

    def find_basic(self, basic: str) -> ApiKey | None:
        """Read the key that an ``X-Basic`` header belongs to."""
        with self._units.read() as unit:
            return unit.api_keys.find_basic(_digest(basic))

    def secrets_of(self, key: ApiKey, now: datetime) -> Sequence[str]:
        """The secrets of a key that hold now, in plain text.

        :raises SecretUnreadable: if the key that they were sealed with is gone.
        """
        return [self._decrypt(sealed) for sealed in key.sealed_secrets(now)]

    def signing_secret(self, key_id: str, now: datetime) -> str | None:
        """The secret that signs for a key; None if it was revoked."""
        key = self.find(key_id)
        found = self.secrets_of(key, now) if key is not None else ()
        return found[0] if found else None

    def _change(self, key_id: str, change: Callable[[ApiKey], ApiKey]) -> ApiKey:
        with self._units.write() as unit:
            known = unit.api_keys.get(key_id)
            if known is None:
                raise NotFoundError("API key", key_id)
            changed = change(known)
            unit.api_keys.save(changed)
            unit.commit()
        return changed


def basic_hash(key_id: str, secret: str) -> str:
    """What Basic-Auth sends: the SHA-256 of key, colon and secret, in hex."""
    return hashlib.sha256(f"{key_id}:{secret}".encode()).hexdigest()


def _digest_of(key_id: str, secret: str) -> str:
    return _digest(basic_hash(key_id, secret))


def _digest(basic: str) -> str:
    # The header is as good as the secret, so that only a digest of it is kept.
    return hashlib.sha256(basic.encode("utf-8", "replace")).hexdigest()


def _new_secret() -> str:
    return "-".join(
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))
        for _ in range(_SECRET_GROUPS)
    )
