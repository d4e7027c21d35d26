"""Errors of how an app is set up and run: settings, plugins, database, handlers."""

from __future__ import annotations

from checkout_kit.errors.root import CheckoutKitError


class ConfigurationError(CheckoutKitError):
    """Raised when a setting is missing or wrong; the app does not start."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        #: The config key, or ``CHECKOUT_KIT_PLUGINS[plugin].key`` for a plugin's own.
        self.key = key
        #: What is expected there; never the value that was found.
        self.problem = problem


class PluginError(CheckoutKitError):
    """Raised when a plugin can't be loaded or breaks the hook contract at start-up."""

    def __init__(
        self, plugin: str, problem: str, *, distribution: str | None = None
    ) -> None:
        where = f" (from {distribution})" if distribution else ""
        super().__init__(f"plugin {plugin!r}{where}: {problem}")
        self.plugin = plugin
        self.problem = problem
        #: Name and version of the distribution that brought the plugin, if known.
        self.distribution = distribution


class DatabaseBusy(CheckoutKitError):
    """Raised when the database stayed locked for longer than the busy timeout."""

    def __init__(self) -> None:
        super().__init__(
            "the database was locked for too long; nothing was changed. With SQLite, "
            "keep the shop's own transactions short, or use PostgreSQL "
            "(CHECKOUT_KIT_DATABASE_URL)"
        )


class SchemaOutdated(CheckoutKitError):
    """Raised when the database lacks tables or migrations that this version needs."""

    def __init__(self, found: str | None, expected: str) -> None:
        super().__init__(
            f"the database is at revision {found or 'none'}, this version needs "
            f"{expected}: run `flask checkout init-db`"
        )
        self.found = found
        self.expected = expected


class SecretUnreadable(CheckoutKitError):
    """Raised when no key that is left can decrypt a secret that was kept."""

    def __init__(self) -> None:
        super().__init__(
            "a kept secret can't be decrypted: put the key that it was kept with back "
            "into CHECKOUT_KIT_ENCRYPTION_KEYS or SECRET_KEY_FALLBACKS, or make the "
            "secret anew"
        )


class HandlerCommitted(CheckoutKitError):
    """Raised when an event handler ended the transaction that the kit commits."""

    def __init__(self, handler: str) -> None:
        super().__init__(
            f"the handler {handler} committed or rolled back the session it was "
            "given; leave that to the kit, which commits the order and the "
            "delivery together"
        )
        self.handler = handler
