"""What every service stands on: storage, plugins, time and policy."""

from __future__ import annotations

from dataclasses import dataclass

from checkout_kit.domain.provider import Clock
from checkout_kit.services.policy import Policy
from checkout_kit.services.ports import Providers, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class Basis:
    """The collaborators that services share, one set for each app."""

    units: UnitOfWorkFactory
    providers: Providers
    clock: Clock
    policy: Policy
