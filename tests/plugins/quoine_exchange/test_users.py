"""Users: made by commands, their secrets encrypted, on the disk, and never lost."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskCliRunner

from checkout_kit import CheckoutKit, InputError, ProviderRefused, ProviderUnavailable
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.client import QuoineExchangeClient
from checkout_kit_quoine_exchange.users import (
    StoredUser,
    UserProvisioner,
    UserVault,
    VaultError,
)
from checkout_kit_quoine_exchange.users.provisioning import SecretNotSaved
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_exchange.fake_api import (
    make_settings,
    read_case,
    running_api,
)

KEY = Fernet.generate_key().decode()
USER = StoredUser("vendor-user-id", 1200, "myUserSecret", "pin-code")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users.json"


@pytest.fixture
def vault(path: Path) -> UserVault:
    return UserVault(path, (KEY,))


def test_a_user_comes_back(path: Path, vault: UserVault) -> None:
    vault.save(USER)
    other = StoredUser("another", 1201, "s2", None)
    vault.save(other)
    assert UserVault(path, (KEY,)).users() == [USER, other]
    assert vault.get(1201) == other
    assert vault.get(7) is None
    # Saved again, it takes its own place.
    changed = StoredUser("vendor-user-id", 1200, "newSecret", "pin-code")
    vault.save(changed)
    assert vault.users() == [other, changed]


def test_nothing_is_there_before_the_first_user(vault: UserVault) -> None:
    assert vault.users() == []


def test_the_file_holds_no_secret_and_is_its_owners_alone(
    path: Path, vault: UserVault
) -> None:
    old = os.umask(0)
    try:
        vault.save(USER)
    finally:
        os.umask(old)
    text = path.read_text()
    assert "myUserSecret" not in text
    assert "pin-code" not in text
    assert "vendor-user-id" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # Nothing is left beside it.
    assert os.listdir(path.parent) == [path.name]
    assert "myUserSecret" not in repr(USER) + repr(vault)


def test_keys_are_rotated(path: Path, vault: UserVault) -> None:
    vault.save(USER)
    new = Fernet.generate_key().decode()
    assert UserVault(path, (new, KEY)).reseal() == 1
    assert UserVault(path, (new,)).users() == [USER]
    with pytest.raises(VaultError, match="none of the keys"):
        vault.users()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"version": 2, "users": []}',
        b'{"version": 1, "users": [7]}',
    ],
)
def test_a_damaged_file_is_never_written_over(
    path: Path, vault: UserVault, content: bytes
) -> None:
    path.write_bytes(content)
    with pytest.raises(VaultError):
        vault.save(USER)
    assert path.read_bytes() == content


def test_a_seal_that_was_changed_is_refused(path: Path, vault: UserVault) -> None:
    vault.save(USER)
    document = json.loads(path.read_text())
    document["users"][0] = document["users"][0][:-8] + "AAAAAAA="
    path.write_text(json.dumps(document))
    with pytest.raises(VaultError, match="can't be decrypted"):
        vault.users()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_file_as_it_was(
    path: Path, vault: UserVault, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    vault.save(USER)
    before = path.read_bytes()

    def fail(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, step, fail)
        with pytest.raises(VaultError, match="No space left on device"):
            vault.save(StoredUser("another", 1201, "s2"))
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_the_new_file_is_on_the_disk_before_it_takes_its_place(
    path: Path, vault: UserVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def watch(step: str) -> None:
        real = getattr(os, step)

        def note(*arguments: Any) -> Any:
            done.append(step)
            return real(*arguments)

        monkeypatch.setattr(os, step, note)

    watch("fsync")
    watch("replace")
    vault.save(USER)
    # The file, its new name, and the folder that the name is in.
    assert done == ["fsync", "replace", "fsync"]


def test_two_commands_do_not_write_at_once(path: Path, vault: UserVault) -> None:
    lock = path.with_name("users.json.lock")
    lock.touch()
    with pytest.raises(VaultError, match="another command"):
        vault.save(USER)
    lock.unlink()
    vault.save(USER)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="No such file"):
        UserVault(tmp_path / "nowhere" / "users.json", (KEY,)).save(USER)


# Provisioning.


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as api:
        api.put("POST /users/", read_case("create_user"))
        api.put("PUT /users/1200", read_case("update_user"))
        yield api


@pytest.fixture
def provisioner(api: FakeApi, vault: UserVault) -> Iterator[UserProvisioner]:
    client = QuoineExchangeClient(make_settings(api.url), FakeClock())
    yield UserProvisioner(client, vault)
    client.close()


def test_a_user_is_made_and_kept(
    api: FakeApi, provisioner: UserProvisioner, vault: UserVault
) -> None:
    made = provisioner.create("vendor-user-id", "pin-code", "u@example.com")
    assert vault.users() == [made] == [USER]
    assert api.seen[0].data["email"] == "u@example.com"


def test_a_name_is_used_once(api: FakeApi, provisioner: UserProvisioner) -> None:
    provisioner.create("vendor-user-id", "pin-code", None)
    with pytest.raises(InputError, match="already"):
        provisioner.create("vendor-user-id", "pin-code", None)
    assert len(api.seen) == 1


def test_where_nothing_can_be_written_nothing_is_sent(
    api: FakeApi, provisioner: UserProvisioner, path: Path
) -> None:
    path.with_name("users.json.lock").touch()
    with pytest.raises(VaultError):
        provisioner.create("vendor-user-id", "pin-code", None)
    assert api.seen == []


def test_a_secret_that_could_not_be_saved_is_handed_out_encrypted(
    api: FakeApi,
    provisioner: UserProvisioner,
    vault: UserVault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The disk is full just after the API has told the secret.
    def answer(seen: Any) -> Any:
        monkeypatch.setattr(os, "fsync", full)
        return read_case("create_user")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    api.put("POST /users/", answer)
    with pytest.raises(SecretNotSaved) as caught:
        provisioner.create("vendor-user-id", "pin-code", None)
    monkeypatch.undo()
    assert "myUserSecret" not in str(caught.value)
    assert "users restore" in str(caught.value)
    assert not vault.users()[0].is_complete
    assert provisioner.restore(f"  {caught.value.seal}\n") == USER
    assert vault.users() == [USER]


def test_a_lost_answer_leaves_a_trace_and_a_way_on(
    api: FakeApi, provisioner: UserProvisioner, vault: UserVault
) -> None:
    api.put("POST /users/", (500, read_case("error_message")))
    with pytest.raises(ProviderUnavailable):
        provisioner.create("vendor-user-id", "pin-code", None)
    assert vault.users() == [StoredUser("vendor-user-id", auth_code="pin-code")]
    # Once its id is known, PUT /users/:id tells the secret again.
    provisioner.update(1200, None, None)
    assert vault.users() == [USER]


def test_only_a_user_without_a_secret_is_forgotten(
    api: FakeApi, provisioner: UserProvisioner, vault: UserVault
) -> None:
    api.put("POST /users/", (422, read_case("error_fields")))
    with pytest.raises(ProviderRefused):
        provisioner.create("vendor-user-id", "pin-code", None)
    vault.forget("vendor-user-id")
    assert vault.users() == []
    vault.save(USER)
    with pytest.raises(VaultError, match="has a secret"):
        vault.forget("vendor-user-id")
    with pytest.raises(VaultError, match="no user"):
        vault.forget("nobody")


# Commands.


def make_app(tmp_path: Path, api: FakeApi, **settings: Any) -> Flask:
    app = Flask("shop")
    app.config.update(
        TESTING=True,
        SECRET_KEY="not a secret",
        CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / 'kit.db'}",
        CHECKOUT_KIT_PLUGINS={
            "quoine_exchange": {
                "vendor_id": "7",
                "vendor_secret": "s",
                "base_url": api.url,
                "test_mode": True,
                **settings,
            }
        },
    )
    plugins = [("quoine_exchange", QuoineExchangePlugin)]
    CheckoutKit(app, plugins=plugins).close()
    return app


@pytest.fixture
def runner(tmp_path: Path, api: FakeApi, path: Path) -> FlaskCliRunner:
    return make_app(
        tmp_path, api, users_file=str(path), users_key=KEY
    ).test_cli_runner()


def run(runner: FlaskCliRunner, *arguments: str, **options: Any) -> Any:
    return runner.invoke(args=["checkout", "quoine-exchange", *arguments], **options)


def test_the_commands_make_list_and_change(
    runner: FlaskCliRunner, vault: UserVault
) -> None:
    # The code is asked for, twice, and not shown.
    made = run(
        runner,
        "users",
        "create",
        "vendor-user-id",
        "--email",
        "u@example.com",
        input="pin-code\npin-code\n",
    )
    assert made.exit_code == 0
    assert "has the id 1200" in made.output
    listed = run(runner, "users", "list")
    assert listed.output.split() == ["1200", "vendor-user-id", "ready"]
    shown = json.loads(run(runner, "users", "list", "--json").output)
    assert shown == [{"id": "1200", "ext_id": "vendor-user-id", "state": "ready"}]
    changed = run(
        runner, "users", "update", "1200", "--auth-code", "-", input="new-code\n"
    )
    assert changed.exit_code == 0
    user = vault.get(1200)
    assert user is not None and user.auth_code == "new-code"
    assert run(runner, "users", "reseal").exit_code == 0
    for result in (made, listed, changed):
        assert "myUserSecret" not in result.output
        assert "pin-code" not in result.output


def test_the_commands_tell_what_to_do(
    runner: FlaskCliRunner, api: FakeApi, vault: UserVault
) -> None:
    assert run(runner, "users", "list").output == "Nothing.\n"
    api.put("POST /users/", (500, read_case("error_message")))
    lost = run(runner, "users", "create", "vendor-user-id", "--auth-code", "c")
    assert lost.exit_code == 1
    assert "users update ID" in lost.output
    assert "not made" in run(runner, "users", "list").output
    again = run(runner, "users", "create", "vendor-user-id", "--auth-code", "c")
    assert again.exit_code == 1 and "already" in again.output
    assert run(runner, "users", "forget", "vendor-user-id").exit_code == 0
    api.put("POST /users/", (422, read_case("error_fields")))
    refused = run(runner, "users", "create", "vendor-user-id", "--auth-code", "c")
    assert "users forget" in refused.output
    restored = run(runner, "users", "restore", input=f"{vault.seal(USER)}\n")
    assert restored.exit_code == 0
    assert vault.users() == [USER]
    assert run(runner, "users", "restore", input="rubbish\n").exit_code == 1


def test_new_key_makes_one(runner: FlaskCliRunner) -> None:
    key = run(runner, "new-key").output.strip()
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"


def test_without_a_file_the_commands_say_what_is_missing(
    tmp_path: Path, api: FakeApi
) -> None:
    runner = make_app(tmp_path, api).test_cli_runner()
    result = run(runner, "users", "list")
    assert result.exit_code == 1
    assert "users_file" in result.output
    assert run(runner, "new-key").exit_code == 0
