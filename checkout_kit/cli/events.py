"""``flask checkout events …`` and ``flask checkout trigger``."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from checkout_kit.cli.group import checkout, json_option, services_of_app, told
from checkout_kit.cli.output import print_json, print_rows
from checkout_kit.domain.event import EVENT_HOOKS

events = AppGroup("events", help="The event log, and what became of each event.")
checkout.add_command(events)


@events.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 250))
@click.option("--after", type=click.IntRange(0), help="A sequence to go on after.")
@click.option("--type", "type", type=click.Choice(sorted(EVENT_HOOKS)))
@click.option("--dead", is_flag=True, help="Deliveries that were given up instead.")
@json_option
def list_events(
    limit: int, after: int | None, type: str | None, dead: bool, as_json: bool
) -> None:
    """List events, newest first; with --after oldest first."""
    log = services_of_app().outgoing.event_log
    if dead:
        print_rows(
            [
                {
                    "event": state.event_id,
                    "subscriber": state.subscriber,
                    "attempts": str(state.attempts),
                    "problem": state.problem or "",
                }
                for state in told(lambda: log.dead(limit=limit))
            ],
            as_json,
        )
        return
    found = told(
        lambda: log.page(
            after=after, limit=limit, type=type, newest_first=after is None
        )
    )
    if as_json:
        print_json([event.to_document() for event in found])
        return
    print_rows(
        [
            {
                "sequence": str(event.position),
                "id": event.id,
                "type": event.type + (" (test)" if event.is_test else ""),
                "time": event.created_at.isoformat(timespec="seconds"),
                "checkout": event.checkout_id or "",
            }
            for event in found
        ],
        False,
    )


@events.command("show")
@click.argument("event_id")
@json_option
def show(event_id: str, as_json: bool) -> None:
    """Show an event, its deliveries and every attempt that is still in the log."""
    log = services_of_app().outgoing.event_log
    event, states, attempts = told(lambda: log.look_up(event_id))
    if as_json:
        print_json(
            {
                **event.to_document(),
                "deliveries": [
                    {
                        "subscriber": state.subscriber,
                        "status": state.status.value,
                        "attempts": state.attempts,
                        "problem": state.problem,
                    }
                    for state in states
                ],
                "log": [
                    {
                        "subscriber": attempt.subscriber,
                        "time": attempt.attempted_at.isoformat(),
                        "milliseconds": attempt.milliseconds,
                        "result": attempt.result.value,
                        "status": attempt.status,
                        "problem": attempt.problem,
                        "answer": attempt.answer,
                    }
                    for attempt in attempts
                ],
            }
        )
        return
    click.echo(f"{event.id}  {event.type}  {event.created_at.isoformat()}")
    print_rows(
        [
            {
                "subscriber": state.subscriber,
                "status": state.status.value,
                "attempts": str(state.attempts),
                "problem": state.problem or "",
            }
            for state in states
        ],
        False,
    )
    for attempt in attempts:
        status = attempt.status or "-"
        click.echo(
            f"{attempt.attempted_at.isoformat(timespec='seconds')}  "
            f"{attempt.subscriber}  {status}  {attempt.milliseconds} ms  "
            f"{attempt.problem or attempt.answer}".rstrip()
        )


@events.command("redeliver")
@click.argument("event_id", required=False)
@click.option("--endpoint", "endpoint_id", help="Only to this endpoint.")
@click.option("--dead", is_flag=True, help="Everything that was given up.")
def redeliver(event_id: str | None, endpoint_id: str | None, dead: bool) -> None:
    """Have an event sent again, with the same id; the worker sends it."""
    if (event_id is None) != dead:
        raise click.UsageError("name an event, or say --dead")
    log = services_of_app().outgoing.event_log
    if event_id is None:
        count = told(lambda: log.redeliver_dead(endpoint_id))
    else:
        count = told(lambda: log.redeliver(event_id, endpoint_id))
    click.echo(f"{count} to be delivered again.")


@checkout.command("trigger")
@click.argument("type", type=click.Choice(sorted(EVENT_HOOKS)))
def trigger(type: str) -> None:
    """Make an event of which nothing happened, for endpoints to be tried with.

    In test mode only. It is marked as a test; no handler, plugin or mail hears of it.
    """
    services = services_of_app()
    if not services.is_test_mode:
        raise click.ClickException(
            "this app takes real money: trigger works in debug mode, in tests, or "
            "where every plugin is in test mode"
        )
    event = told(lambda: services.outgoing.event_log.trigger(type))
    told(services.delivering.dispatch)
    click.echo(f"{event.id}  {event.type}  (test)")
