"""Mails over real SMTP: each once per state, in the buyer's words, not forged."""

from __future__ import annotations

import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from checkout_kit import ConfigurationError, InputError
from checkout_kit.domain.mail import Mail, is_mail_address
from checkout_kit.mail.settings import MailSettings
from checkout_kit.mail.smtp import SmtpTransport
from checkout_kit.testing.clock import START, FakeClock
from tests.fakes.scripted import Script, scripted_kit
from tests.outgoing.conftest import Sender
from tests.support.certificates import make_certificate


class MailBox:
    """What a mail server took, and how it answers."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.replies: list[str] = []
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail, unless the test wants another reply."""
        reply = self.replies.pop(0) if self.replies else "250 taken"
        if reply.startswith("250"):
            read: Any = email.message_from_bytes(envelope.content, policy=default)
            self.mails.append(read)
            self.to.append(envelope.rcpt_tos)
        return reply


@contextmanager
def _server(**options: Any) -> Iterator[MailBox]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = MailBox()
    box.port = port
    controller = Controller(
        box, hostname="127.0.0.1", port=port, server_hostname="localhost", **options
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def box() -> Iterator[MailBox]:
    """A plain mail server on loopback."""
    with _server() as made:
        yield made


@pytest.fixture
def mailer(
    migrated_database_url: str, clock: FakeClock, script: Script, box: MailBox
) -> Iterator[Sender]:
    """A kit that writes mails to buyers and the merchant."""
    kit, app = scripted_kit(
        migrated_database_url,
        clock,
        script,
        config={
            "CHECKOUT_KIT_BRAND": {"name": "Bär & Söhne"},
            "CHECKOUT_KIT_MAIL": {
                "host": "127.0.0.1",
                "port": box.port,
                "security": "none",
                "sender": "Bär <orders@shop.example>",
                "merchant": "ops@shop.example",
            },
        },
    )
    services = app.extensions["checkout_kit"]
    with app.app_context():
        yield Sender(kit, services, script)
    services.database.dispose()


def _buyer(**more: str) -> dict[str, Any]:
    return {"customer": {"email": "buyer@example.com", **more}}


def _parts(mail: EmailMessage) -> tuple[str, str]:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_a_receipt_is_sent_once(mailer: Sender, box: MailBox) -> None:
    checkout_id = mailer.create(reference="order-42", **_buyer())
    mailer.pay(checkout_id)
    for _ in range(3):
        mailer.kit.run_due()
    (mail,) = box.mails
    assert box.to == [["buyer@example.com"]]
    assert mail["Subject"] == "Payment received: order-42 (Bär & Söhne)"
    assert mail["From"] == "Bär <orders@shop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = _parts(mail)
    assert "Thank you. Bär & Söhne has your payment of $10.00." in text
    assert "Bär &amp; Söhne has your payment" in html
    link = mailer.services.configuration.page_url(
        mailer.services.checkouts.get(checkout_id, START).token
    )
    assert link in text
    assert link in html


def test_a_customer_of_the_kit_is_written_to_while_he_is_known(
    mailer: Sender, box: MailBox
) -> None:
    customer = mailer.kit.save_customer("ada@example.com")
    for _ in range(2):
        mailer.pay(mailer.create(customer={"id": customer.id}))
        mailer.kit.run_due()
    assert box.to == [["ada@example.com"]] * 2
    known = mailer.create(customer={"id": customer.id})
    mailer.kit.delete_customer(customer.id)
    mailer.pay(known)
    mailer.kit.run_due()
    assert len(box.mails) == 2


def test_what_is_missing_is_asked_for_and_the_merchant_told(
    mailer: Sender, box: MailBox
) -> None:
    checkout_id = mailer.create(**_buyer())
    mailer.pay(checkout_id, "0.5")
    mailer.kit.run_due()
    asked, told = sorted(box.mails, key=lambda mail: str(mail["To"]))
    assert (asked["To"], told["To"]) == ("buyer@example.com", "ops@shop.example")
    assert "$5.00 is still missing" in asked["Subject"]
    assert "UNRESOLVED_UNDERPAID" in told["Subject"]
    text, html = _parts(told)
    assert f"flask checkout check {checkout_id}" in text
    token = mailer.services.checkouts.get(checkout_id, START).token
    # The page's address lets one cancel: the buyer's mail alone holds it.
    assert token not in text + html
    assert token in "".join(_parts(asked))


def test_the_same_state_is_told_of_once(mailer: Sender, box: MailBox) -> None:
    """Two payments that are both too little: the state comes back, no mail does."""
    checkout_id = mailer.create(**_buyer())
    mailer.pay(checkout_id, "0.5")
    mailer.kit.run_due()
    count = len(box.mails)
    with mailer.services.basis.units.write() as unit:
        announcer = mailer.services.checkouts._announcer
        checkout = mailer.services.checkouts.get(checkout_id, START)
        announcer.note(
            unit, checkout, "checkout.updated", START, old_state="IN_PROGRESS"
        )
        unit.commit()
    mailer.kit.run_due()
    assert len(box.mails) == count == 2


def test_a_mail_that_was_not_taken_comes_again_under_the_same_id(
    mailer: Sender, box: MailBox, clock: FakeClock
) -> None:
    box.replies = ["451 later"]
    mailer.pay(mailer.create(**_buyer()))
    mailer.kit.run_due()
    assert box.mails == []
    clock.advance(6)
    mailer.kit.run_due()
    (mail,) = box.mails
    (event,) = [
        event
        for event in mailer.outgoing.event_log.page()
        if event.type == "checkout.paid"
    ]
    assert mail["Message-ID"] == f"<{event.id}.receipt.buyer@shop.example>"
    attempts = mailer.outgoing.event_log.look_up(event.id)[2]
    assert [a.result.value for a in attempts] == ["FAILED", "DELIVERED"]
    assert "451" in attempts[0].problem
    assert "later" not in attempts[0].problem


def test_a_mail_that_will_never_be_taken_is_given_up(
    mailer: Sender, box: MailBox, clock: FakeClock
) -> None:
    box.replies = ["550 no"] * 5
    mailer.pay(mailer.create(**_buyer()))
    for _ in range(3):
        mailer.kit.run_due()
        clock.advance(3600)
    (state,) = mailer.outgoing.event_log.dead()
    assert state.subscriber == "mail:receipt:buyer"
    assert state.attempts == 1


def test_who_has_no_address_gets_no_mail_and_leaves_no_trace(
    mailer: Sender, box: MailBox
) -> None:
    for customer in (
        {},
        {"email": "a@b.example\r\nBcc: all@example.com"},
        {"email": 5},
    ):
        mailer.pay(mailer.create(customer=customer))
    mailer.kit.run_due()
    assert box.mails == []
    assert mailer.outgoing.event_log.dead() == []


def test_mails_speak_the_buyers_language(mailer: Sender, box: MailBox) -> None:
    mailer.pay(mailer.create(**_buyer(language="de")))
    mailer.kit.run_due()
    (mail,) = box.mails
    text, html = _parts(mail)
    assert "Vielen Dank" in text or "Danke" in text
    assert 'lang="de"' in html


def test_text_of_others_is_text(mailer: Sender, box: MailBox) -> None:
    hostile = "<script>alert(1)</script>"
    mailer.pay(mailer.create(reference=hostile, **_buyer()))
    mailer.kit.run_due()
    (mail,) = box.mails
    text, html = _parts(mail)
    assert hostile in text
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_no_mail_is_written_unless_it_is_asked_for(sender: Sender) -> None:
    sender.pay(sender.create(**_buyer()))
    sender.kit.run_due()
    assert all("mail" not in outlet.prefix for outlet in sender.outgoing.outlets)


def _settings(port: int, **more: Any) -> MailSettings:
    made = MailSettings.from_config(
        {"host": "localhost", "port": port, "sender": "a@shop.example", **more}
    )
    assert made is not None
    return made


def _mail(**changes: str) -> Mail:
    values = {
        "id": "1",
        "to": "b@example.com",
        "subject": "s",
        "text": "t",
        "html": "<p>t</p>",
    }
    return Mail(**{**values, **changes})


def test_tls_is_begun_and_the_password_given(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen = []

    def check(server: Any, session: Any, envelope: Any, kind: str, data: Any) -> Any:
        seen.append((session.ssl is not None, data.login, data.password))
        return AuthResult(success=data.password == b"word")

    options = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": check,
        "auth_required": True,
    }
    with _server(**options) as box:
        more = {"username": "shop", "ca_file": str(certificate)}
        good = _settings(box.port, password="word", **more)
        SmtpTransport(good).send(_mail(), START)
        assert len(box.mails) == 1
        assert seen == [(True, b"shop", b"word")]
        wrong = _settings(box.port, password="wrong", **more)
        with pytest.raises(Exception, match="password") as caught:
            SmtpTransport(wrong).send(_mail(), START)
        assert "wrong" not in str(caught.value)
        # A certificate that nobody vouches for: nothing is sent, no password told.
        stranger = _settings(box.port, username="shop", password="word")
        with pytest.raises(Exception, match="TLS"):
            SmtpTransport(stranger).send(_mail(), START)
        assert len(box.mails) == 1


def test_without_tls_nothing_is_sent_where_it_is_wanted(box: MailBox) -> None:
    with pytest.raises(Exception, match="talked to"):
        SmtpTransport(_settings(box.port)).send(_mail(), START)
    assert box.mails == []


def test_a_silent_server_is_left_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = _settings(silent.getsockname()[1], timeout=0.2, security="none")
        with pytest.raises(Exception, match="talked to"):
            SmtpTransport(settings).send(_mail(), START)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\r\nBcc: all@example.com"},
        {"subject": "a\nb"},
        {"id": "1>\r\nX: y"},
        {"to": "b@example.com\r\nBcc: c@example.com"},
        {"to": "b@example.com, c@example.com"},
        {"to": "B <b@example.com>"},
    ],
)
def test_no_text_adds_a_header(changes: dict[str, str]) -> None:
    with pytest.raises(InputError):
        _mail(**changes)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("buyer@example.com", True),
        ("first.last+tag@sub.example.com", True),
        ("buyer@localhost", False),
        ("buyer@example..com", False),
        ("bü@example.com", False),
        ("a b@example.com", False),
        ("@example.com", False),
        ("a" * 250 + "@example.com", False),
        ("a" * 100_000, False),
        (None, False),
    ],
)
def test_an_address_is_a_plain_one(address: object, is_one: bool) -> None:
    assert is_mail_address(address) is is_one


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"host": ""}, "host"),
        ({"port": 0}, "port"),
        ({"security": "ssl"}, "security"),
        ({"sender": "nobody"}, "sender"),
        ({"sender": "a@b.example\r\nX: y"}, "sender"),
        ({"merchant": "x"}, "merchant"),
        ({"messages": {"news": ["buyer"]}}, "messages"),
        ({"messages": {"receipt": ["all"]}}, "messages"),
        ({"messages": {"receipt": ["merchant"]}}, "merchant"),
        ({"username": "a"}, "password"),
        ({"username": "a", "password": "b", "security": "none"}, "security"),
        ({"passwort": "x"}, "passwort"),
        ({"timeout": 0}, "timeout"),
    ],
)
def test_settings_that_can_not_be_used_are_named(
    changes: dict[str, Any], key: str
) -> None:
    config = {"host": "smtp.example", "sender": "a@shop.example", **changes}
    with pytest.raises(ConfigurationError, match=key) as caught:
        MailSettings.from_config(config)
    assert "CHECKOUT_KIT_MAIL" in str(caught.value)
