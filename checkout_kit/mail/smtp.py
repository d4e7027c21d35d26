"""SMTP: one mail handed to a server, or an error that says whether to try again."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr

from checkout_kit.domain.mail import Mail
from checkout_kit.errors import MailRefused, SendFailed
from checkout_kit.mail.settings import MailSettings


class SmtpTransport:
    """Hands mails to the server of the settings, each over a connection of its own.

    Certificates are verified, and no password is sent without TLS. What the server
    says is not repeated: it may quote addresses.
    """

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def send(self, mail: Mail, now: datetime) -> None:
        """Hand a mail over.

        :raises MailRefused: if the server will never take it.
        :raises SendFailed: if it did not take it this time.
        """
        message = self._build(mail, now)
        sender = parseaddr(self._settings.sender)[1]
        try:
            client = self._connect()
            try:
                client.send_message(message, sender, [mail.to])
            finally:
                # What was taken is taken, however the farewell goes.
                with suppress(smtplib.SMTPException, OSError):
                    client.quit()
                client.close()
        except smtplib.SMTPRecipientsRefused as err:
            code = next(iter(err.recipients.values()))[0]
            raise _failure("its recipient", code) from None
        except smtplib.SMTPResponseException as err:
            raise _failure("the mail", err.smtp_code) from None
        except ssl.SSLError:
            raise SendFailed("TLS to the mail server failed") from None
        except (smtplib.SMTPException, OSError):
            raise SendFailed("the mail server can't be talked to") from None

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.ca_file)
        # Else this machine's own name would be asked for, of whatever name server.
        greeting = parseaddr(settings.sender)[1].rpartition("@")[2]
        if settings.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host,
                settings.port,
                greeting,
                timeout=settings.timeout,
                context=context,
            )
        else:
            client = smtplib.SMTP(
                settings.host, settings.port, greeting, timeout=settings.timeout
            )
        try:
            if settings.security == "starttls":
                client.starttls(context=context)
            if settings.username is not None and settings.password is not None:
                _log_in(client, settings.username, settings.password)
        except BaseException:
            client.close()
            raise
        return client

    def _build(self, mail: Mail, now: datetime) -> EmailMessage:
        name, address = parseaddr(self._settings.sender)
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = f"{name} <{address}>" if name else address
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(now)
        # The same at every attempt: mail programs show what came twice once.
        message["Message-ID"] = f"<{mail.id}@{address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message


def _log_in(client: smtplib.SMTP, username: str, password: str) -> None:
    try:
        client.login(username, password)
    except smtplib.SMTPException:
        # Servers differ in how they say no; some hang up.
        raise SendFailed("the mail server does not take our password") from None


def _failure(what: str, code: int) -> SendFailed:
    problem = f"the mail server refused {what} ({code})"
    return MailRefused(problem) if code >= 500 else SendFailed(problem)
