"""Mounting: a kit's page, commands and worker become part of an app."""

from __future__ import annotations

from flask import Flask, current_app

from checkout_kit.appearance import page_settings
from checkout_kit.cli import checkout as commands
from checkout_kit.web.api.authentication import Authentication
from checkout_kit.web.api.backend import Backend
from checkout_kit.web.api.blueprint import create_api_blueprint
from checkout_kit.web.api.endpoints import ENDPOINTS
from checkout_kit.web.api.limiting import RateLimits
from checkout_kit.web.blueprint import create_blueprint
from checkout_kit.web.selling.addresses import offer_addresses
from checkout_kit.web.selling.views_pos import create_pos_blueprint
from checkout_kit.web.widgets import create_widgets_blueprint
from checkout_kit.wiring import EXTENSION_NAME, Services


def mount(app: Flask, services: Services) -> None:
    """Add the page, the webhook addresses, the commands and the worker to an app.

    :raises ConfigurationError: if ``CHECKOUT_KIT_BRAND``, ``CHECKOUT_KIT_LANGUAGES``
        or ``CHECKOUT_KIT_POS`` can't be used.
    """
    configuration = services.configuration
    registry = services.registry
    names = {name: registry.display_name(name) for name in registry.names}
    settings = page_settings(configuration, services.basis.clock, names)
    app.extensions[EXTENSION_NAME] = services
    app.register_blueprint(
        create_blueprint(services.desk, services.counter, settings),
        subdomain=configuration.subdomain,
    )
    app.jinja_env.globals.update(offer_addresses(settings))
    others = [create_widgets_blueprint(settings.url_prefix, settings.public_url)]
    if settings.till is not None:
        others.append(create_pos_blueprint(settings.till, settings))
    for blueprint in others:
        app.register_blueprint(blueprint, subdomain=configuration.subdomain)
    if configuration.api.is_enabled:
        _mount_api(app, services)
    app.cli.add_command(commands.for_app())
    app.before_request(_prepare)
    registry.announce_ready(app)


def _mount_api(app: Flask, services: Services) -> None:
    api = services.configuration.api
    backend = Backend(
        authentication=Authentication(services.api_keys, api.clock_window),
        limits=RateLimits(api.rate, api.failure_rate, api.rate_storage),
        once=services.once,
        stores=services.stores,
        clock=services.basis.clock.now,
        prefix=api.prefix,
    )
    app.register_blueprint(
        create_api_blueprint(ENDPOINTS, backend),
        subdomain=services.configuration.subdomain,
    )


def _prepare() -> None:
    """Get a process ready with its first request; in tests no thread is started."""
    services: Services = current_app.extensions[EXTENSION_NAME]
    # Proven before the shop's own code takes a connection for its request.
    services.session.prove()
    if services.configuration.worker == "thread" and not current_app.testing:
        services.loop.ensure_started()
