"""``flask checkout listen``."""

from __future__ import annotations

import json
import signal
import threading
from datetime import datetime, timezone

import click

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.domain.event import Event
from checkout_kit.domain.webhook_signature import (
    check_secret,
    make_secret,
    sign_standard,
)
from checkout_kit.errors import InputError, SendFailed
from checkout_kit.http.guard import EVERYWHERE, AddressGuard
from checkout_kit.http.sender import Sender
from checkout_kit.services.outlets.endpoints import event_body

_INTERVAL = 0.5
_PAGE = 100


@checkout.command("listen")
@click.option("--after", type=click.IntRange(0), help="Begin after this sequence.")
@click.option("--type", "types", multiple=True, help="Only this type of event.")
@click.option("--forward-to", "url", help="POST each event there, as to an endpoint.")
@click.option("--secret", help="The whsec_ secret to sign with; else a new one.")
@click.option("--once", is_flag=True, help="End when there is nothing more.")
@json_option
def listen(
    after: int | None,
    types: tuple[str, ...],
    url: str | None,
    secret: str | None,
    once: bool,
    as_json: bool,
) -> None:
    """Print events as they happen, until Ctrl-C; for developing a receiver.

    What is forwarded may go anywhere, is sent once and is not written to any log.
    """
    services = services_of_app()
    log = services.outgoing.event_log
    forward = _forwarder(url, secret) if url is not None else None
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        if threading.current_thread() is threading.main_thread():
            signal.signal(number, lambda *_: stop.set())
    if after is None:
        newest = told(lambda: log.page(limit=1, newest_first=True))
        after = newest[0].position or 0 if newest else 0
    click.echo("Listening; Ctrl-C ends it.", err=True)
    while not stop.is_set():
        # Where no worker runs, nobody else gives new events their place.
        told(services.delivering.dispatch)
        place = after
        found = told(lambda: log.page(after=place, limit=_PAGE))  # noqa: B023
        for event in found:
            after = event.position or after
            if not types or event.type in types:
                _print(event, as_json)
                if forward is not None:
                    click.echo(f"  -> {forward(event)}", err=as_json)
        if not found:
            if once:
                return
            stop.wait(_INTERVAL)


class _Forwarder:
    def __init__(self, url: str, secret: str) -> None:
        guard = AddressGuard(EVERYWHERE)
        self._url = guard.check_url("--forward-to", url)
        self._secret = secret
        self._sender = Sender(guard)

    def __call__(self, event: Event) -> str:
        body = event_body(event)
        headers = {
            "Content-Type": "application/json",
            **sign_standard([self._secret], event.id, datetime.now(timezone.utc), body),
        }
        try:
            answer = self._sender.post(self._url, headers, body)
        except SendFailed as failure:
            return failure.problem
        return f"{answer.status} {answer.excerpt}".rstrip()


def _forwarder(url: str, secret: str | None) -> _Forwarder:
    try:
        made = make_secret() if secret is None else check_secret(secret)
        forwarder = _Forwarder(url, made)
    except InputError as err:
        raise click.ClickException(str(err)) from None
    if secret is None:
        click.echo(f"Signed with {made}", err=True)
    return forwarder


def _print(event: Event, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(event.to_document(), ensure_ascii=False))
        return
    test = " (test)" if event.is_test else ""
    time = event.created_at.isoformat(timespec="seconds")
    where = event.data.get("checkout_id", "")
    state = event.data.get("state", "")
    click.echo(
        f"{event.position}  {time}  {event.type}{test}  {where}  {state}".rstrip()
    )
