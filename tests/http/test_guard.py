"""The guard: what is no public address is refused, however it is written."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import pytest

from checkout_kit import InputError
from checkout_kit.errors import TargetRefused
from checkout_kit.http.guard import EVERYWHERE, AddressGuard

PUBLIC, PUBLIC_6 = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "2606:2800::5efe:7f00:1",
    "2606:2800::200:5efe:10.0.0.1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


class Names:
    """A name server whose answers a test writes, one list for each question."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.questions: list[tuple[Any, ...]] = []

    def __call__(self, *question: Any) -> list[tuple[Any, ...]]:
        self.questions.append(question)
        answer = self.answers.pop(0)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, question[1]),
            )
            for address in answer
        ]


class Dialled:
    """Stands in for sockets, and notes where they were connected to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, refuse: str = "") -> None:
        self.targets: list[str] = []
        dialled = self

        class Socket:
            def __init__(self, *kind: Any) -> None:
                pass

            def settimeout(self, seconds: float) -> None:
                pass

            def connect(self, address: Any) -> None:
                dialled.targets.append(address[0])
                if address[0] == refuse:
                    raise ConnectionRefusedError

            def close(self) -> None:
                pass

        monkeypatch.setattr("checkout_kit.http.guard.socket.socket", Socket)


def _connect(guard: AddressGuard, port: int = 443, *, is_https: bool = True) -> None:
    guard.connect("hooks.example", port, is_https=is_https, timeout=1)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_not_connected_to(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled = Dialled(monkeypatch)
    with pytest.raises(TargetRefused):
        _connect(AddressGuard(resolve=Names([address])))
    # One bad answer among good ones spoils them all.
    with pytest.raises(TargetRefused):
        _connect(AddressGuard(resolve=Names([PUBLIC, address, PUBLIC_6])))
    assert dialled.targets == []


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_6, "1.1.1.1", "2a00:1450::1"])
def test_a_public_address_is_connected_to(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled = Dialled(monkeypatch)
    _connect(AddressGuard(resolve=Names([address])))
    assert dialled.targets == [address]


def test_what_was_checked_is_what_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that answers otherwise the second time is not asked again."""
    dialled = Dialled(monkeypatch)
    names = Names([PUBLIC], ["127.0.0.1"])
    _connect(AddressGuard(resolve=names))
    assert dialled.targets == [PUBLIC]
    assert len(names.questions) == 1
    with pytest.raises(TargetRefused):
        _connect(AddressGuard(resolve=names))


def test_a_host_without_an_address_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialled = Dialled(monkeypatch)
    with pytest.raises(OSError, match="no address"):
        _connect(AddressGuard(resolve=Names([])))

    def unknown(*question: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(OSError, match="unknown"):
        _connect(AddressGuard(resolve=unknown))
    assert dialled.targets == []


def test_the_next_address_is_tried_where_one_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialled = Dialled(monkeypatch, refuse=PUBLIC)
    _connect(AddressGuard(resolve=Names([PUBLIC, PUBLIC_6])))
    assert dialled.targets == [PUBLIC, PUBLIC_6]


@pytest.mark.parametrize(("port", "is_https"), [(443, False), (22, True), (80, False)])
def test_the_public_internet_is_reached_by_https_alone(
    port: int, is_https: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled = Dialled(monkeypatch)
    with pytest.raises(TargetRefused):
        _connect(AddressGuard(resolve=Names([PUBLIC])), port, is_https=is_https)
    assert dialled.targets == []


def test_networks_that_are_allowed_may_be_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialled = Dialled(monkeypatch)
    some = ["10.1.0.0/16", "fd12::/16"]
    _connect(AddressGuard(some, resolve=Names(["10.1.2.3"])), 8080, is_https=False)
    with pytest.raises(TargetRefused):
        _connect(AddressGuard(some, resolve=Names(["10.2.0.1"])))
    _connect(AddressGuard(EVERYWHERE, resolve=Names(["127.0.0.1"])), 80, is_https=False)
    assert dialled.targets == ["10.1.2.3", "127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            f"https://[{address}]/" if ":" in address else f"https://{address}/"
            for address in NOT_PUBLIC
        ),
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://127.1/",
        "https://shop.example@127.0.0.1/",
        "https://user:word@shop.example/",
        "https://shop.example:22/",
        "https://shop.example:8080/",
        "http://shop.example/",
        "ftp://shop.example/",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example/\r\nX: y",
        "https://\uff11\uff12\uff17.0.0.1/",
        "",
        None,
    ],
)
def test_an_address_that_could_mislead_is_refused_when_it_is_handed_in(
    url: object,
) -> None:
    with pytest.raises(InputError, match="url"):
        AddressGuard().check_url("url", url)


@pytest.mark.parametrize(
    "url", ["https://shop.example/hook?a=b", "https://shop.example:8443/"]
)
def test_a_plain_https_address_is_taken(url: str) -> None:
    assert AddressGuard().check_url("url", url) == url


def test_an_allowed_network_may_be_named_without_https() -> None:
    guard = AddressGuard(["127.0.0.0/8"])
    assert guard.check_url("url", "http://127.0.0.1:9000/")
    with pytest.raises(InputError):
        guard.check_url("url", "http://10.0.0.1/")
