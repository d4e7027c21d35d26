"""Secrets at rest: encrypted with the newest key, read with every one that is left."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from checkout_kit import ConfigurationError
from checkout_kit.errors import SecretUnreadable
from checkout_kit.storage.encryption import SecretBox, derive_key

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_secret_comes_back_and_is_not_to_be_read_in_between() -> None:
    box = SecretBox([NEW])
    token = box.encrypt("whsec_abc")
    assert "whsec_abc" not in token
    assert box.decrypt(token) == "whsec_abc"


def test_a_new_key_reads_what_an_old_one_wrote_until_the_old_one_goes() -> None:
    token = SecretBox([OLD]).encrypt("secret")
    assert SecretBox([NEW, OLD]).decrypt(token) == "secret"
    assert Fernet(NEW).decrypt(SecretBox([NEW, OLD]).encrypt("secret").encode())
    with pytest.raises(SecretUnreadable, match="SECRET_KEY_FALLBACKS"):
        SecretBox([NEW]).decrypt(token)


def test_keys_are_derived_from_the_apps_own_too() -> None:
    token = SecretBox.from_app_keys((), ["old app key"]).encrypt("secret")
    rotated = SecretBox.from_app_keys((), ["new app key", b"old app key"])
    assert rotated.decrypt(token) == "secret"
    own = SecretBox.from_app_keys([NEW], ["old app key"])
    assert own.decrypt(token) == "secret"
    assert SecretBox([NEW]).decrypt(own.encrypt("secret")) == "secret"
    # Not the key of anything else that the app signs with its SECRET_KEY.
    assert derive_key("key") != derive_key("Key") != b"key"


def test_without_any_key_nothing_is_kept() -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        SecretBox().encrypt("secret")


def test_a_wrong_key_is_named_and_not_quoted() -> None:
    with pytest.raises(ConfigurationError, match="Fernet") as caught:
        SecretBox(["not-a-key-but-secret"])
    assert "not-a-key-but-secret" not in str(caught.value)
    assert NEW not in repr(SecretBox([NEW]))
