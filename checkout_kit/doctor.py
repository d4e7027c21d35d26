"""The doctor: what an operator has to know before money goes missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from checkout_kit.errors import CheckoutKitError
from checkout_kit.wiring import Services

#: How long an operation may have something for itself before somebody has to look.
_LONG_HELD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    is_good: bool
    detail: str


def examine(services: Services, *, has_secret_key: bool) -> list[Finding]:
    """Look at database, session and plugins; calls providers, moves no money.

    :param has_secret_key: whether the app has Flask's ``SECRET_KEY``.
    """
    try:
        with services.basis.units.read() as unit:
            breakers = unit.health.breakers()
            reservations = unit.operations.reservations()
            unmatched = unit.inbox.list_unmatched(
                services.configuration.policy.store_id
            )
            stuck = unit.withdrawals.stuck(
                services.configuration.policy.store_id, limit=250
            )
    except CheckoutKitError as err:
        return [Finding("database", False, str(err))]
    findings = [
        Finding("database", True, "reachable and up to date"),
        _secret_key(has_secret_key),
    ]
    findings.append(_session(services))
    findings += _providers(services)
    findings += _rates(services)
    findings += [
        Finding(
            f"{provider} breaker",
            not is_open,
            f"{'open' if is_open else 'closed'} since {since.isoformat()}"
            + (f": {problem}" if problem else ""),
        )
        for provider, is_open, since, problem in breakers
    ]
    findings.append(_reservations(reservations, services.basis.clock.now()))
    findings += _deliveries(services)
    findings.append(
        Finding(
            "unmatched deposits",
            not unmatched,
            f"{len(unmatched)} to look at" if unmatched else "none",
        )
    )
    findings.append(
        Finding(
            "withdrawals under way",
            not stuck,
            "; ".join(f"{order.id}: {order.problem}" for order in stuck[:5])
            + (f" and {len(stuck) - 5} more" if len(stuck) > 5 else "")
            or "none has a problem",
        )
    )
    return findings


def _reservations(held: Sequence[tuple[str, str, datetime]], now: datetime) -> Finding:
    stuck = [
        f"{subject} by {key} since {since.isoformat()}"
        for subject, key, since in held
        if now - since > _LONG_HELD
    ]
    if stuck:
        advice = "nothing else moves money there until it is asked again and answered"
        return Finding("reservations", False, f"{'; '.join(stuck)}: {advice}")
    return Finding("reservations", True, f"{len(held)} under way" if held else "none")


def _deliveries(services: Services) -> list[Finding]:
    dead, failing = services.outgoing.event_log.count_troubles()
    given_up = ", ".join(f"{name}: {count}" for name, count in sorted(dead.items()))
    findings = [
        Finding(
            "dead letters",
            not dead,
            f"{given_up}; see `flask checkout events list --dead`" if dead else "none",
        )
    ]
    findings += [
        Finding(f"deliveries to {name}", False, f"{count} failed and are tried again")
        for name, count in sorted(failing.items())
    ]
    findings += [
        Finding(
            f"endpoint {endpoint.id}",
            endpoint.is_enabled,
            "enabled" if endpoint.is_enabled else f"disabled: it {endpoint.problem}",
        )
        for endpoint in services.outgoing.endpoints.list()
    ]
    return findings


def _secret_key(is_set: bool) -> Finding:
    if is_set:
        return Finding("SECRET_KEY", True, "set")
    problem = (
        "missing: buyers can't come back to the shop, as return URLs can't be signed; "
        "set it to at least 32 random bytes"
    )
    return Finding("SECRET_KEY", False, problem)


def _session(services: Services) -> Finding:
    if services.session.is_shared:
        detail = "on the kit's database: event handlers run exactly once"
    else:
        detail = "not on the kit's database: event handlers run at least once"
    return Finding("shop session", True, detail)


def _providers(services: Services) -> list[Finding]:
    registry = services.registry
    findings = []
    if not registry.payment_providers:
        problem = "none takes payments: set CHECKOUT_KIT_PLUGINS"
        findings.append(Finding("plugins", False, problem))
    for name in registry.names:
        if not registry.supports(name, "check_health"):
            continue
        try:
            detail = registry.call(
                name,
                "check_health",
                deadline=services.configuration.policy.provider_deadline,
            )
        except CheckoutKitError as err:
            findings.append(Finding(name, False, str(err)))
        else:
            findings.append(Finding(name, True, str(detail)))
    return findings


def _rates(services: Services) -> list[Finding]:
    findings = []
    for report in services.rates.fetch_all():
        stale = ", ".join(rate.pair for rate in report.stale)
        detail = ", ".join(rate.pair for rate in report.rates)
        problem = report.problem or (f"stale, never used: {stale}" if stale else None)
        findings.append(
            Finding(f"{report.provider} rates", problem is None, problem or detail)
        )
    return findings
