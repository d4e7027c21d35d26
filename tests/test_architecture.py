"""The rules of DESIGN section 2: which part of the project may know which other."""

from __future__ import annotations

import ast
import sys

import checkout_kit
from tests.support.source import (
    Module,
    imports_of,
    is_within,
    listed,
    plugin_modules,
    product_modules,
    shop_modules,
)

#: What each package may import besides the standard library and itself. The longest
#: name that fits a module counts; a package without a row fails the test.
MAY_IMPORT: dict[str, set[str]] = {
    "checkout_kit": {
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.extension",
        "checkout_kit.hookspecs",
        "checkout_kit.storage",
    },
    # A command asks the extension for the app's services, and wires nothing itself.
    "checkout_kit.cli": {
        "checkout_kit.doctor",
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.extension",
        # Forwards events to an address that a developer names.
        "checkout_kit.http",
        "checkout_kit.plugins",
        "checkout_kit.services",
        "checkout_kit.simulation",
        "checkout_kit.wiring",
        "click",
        "flask",
        "werkzeug",
    },
    "checkout_kit.config": {
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.services.policy",
    },
    "checkout_kit.doctor": {
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.services",
        "checkout_kit.wiring",
    },
    "checkout_kit.domain": {"checkout_kit.errors"},
    "checkout_kit.errors": {"checkout_kit.domain"},
    "checkout_kit.hookspecs": {"checkout_kit.domain", "pluggy"},
    # Where a request may go is decided by the rule that took its address in.
    "checkout_kit.http": {
        "checkout_kit.domain.web_address",
        "checkout_kit.errors",
        "requests",
        "urllib3",
    },
    "checkout_kit.mail": {"checkout_kit.domain", "checkout_kit.errors"},
    "checkout_kit.plugins": {
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.hookspecs",
        "marshmallow",
        "pluggy",
    },
    "checkout_kit.services": {
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.plugins",
    },
    # Stands for the provider's side, and so knows nothing of the kit.
    "checkout_kit.simulation": {"flask", "requests", "werkzeug"},
    "checkout_kit.storage": {
        "alembic",
        "checkout_kit.domain",
        "checkout_kit.errors",
        # Secrets are encrypted where they are kept.
        "cryptography",
        "sqlalchemy",
    },
    # The conformance kit lives beside its users' code: public names, and Flask for
    # the app that it puts the provider in.
    "checkout_kit.testing": {
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.hookspecs",
        "flask",
        "marshmallow",
        "pluggy",
        "pytest",
        "werkzeug",
    },
    "checkout_kit.web": {
        "babel",
        "checkout_kit.domain",
        "checkout_kit.errors",
        # What scripts of pages send is read as strictly as a provider's answers.
        "checkout_kit.http.strict_json",
        "checkout_kit.services",
        "checkout_kit_widgets",
        "flask",
        "itsdangerous",
        "markupsafe",
        "qrcode",
        "werkzeug",
    },
    # JSON from strangers is read as strictly as a provider's, by the same reader.
    "checkout_kit.web.api": {
        "apispec",
        "babel",
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.http.strict_json",
        "checkout_kit.services",
        "checkout_kit.web.catalogues",
        "checkout_kit.web.headers",
        "checkout_kit.web.last_word",
        "checkout_kit.web.intake",
        "checkout_kit.web.kept_answers",
        "flask",
        "limits",
        "marshmallow",
        "werkzeug",
    },
    "checkout_kit.worker": {
        "checkout_kit.domain",
        "checkout_kit.errors",
        "checkout_kit.services",
        "flask",
    },
    # Files to be served; it knows nothing of who serves them.
    "checkout_kit_widgets": set(),
    "example_shop": {
        "click",
        "flask",
        "flask_sqlalchemy",
        "itsdangerous",
        # A theme's templates come before the kit's.
        "jinja2",
        "sqlalchemy",
        "werkzeug",
    },
}

#: Modules that may be imported by name only, not with what is inside them.
MAY_IMPORT_EXACTLY: dict[str, set[str]] = {
    "checkout_kit.testing": {"checkout_kit"},
    "example_shop": {"checkout_kit"},
}

#: The row of every plugin: what third parties have, too.
PLUGIN_MAY_IMPORT = {"checkout_kit.http", "marshmallow"}

PLUGIN_MAY_IMPORT_EXACTLY = {"checkout_kit"}

#: Libraries of a plugin's own field, by its package.
PLUGIN_LIBRARIES: dict[str, set[str]] = {
    # Tokens that are signed by RS512.
    "checkout_kit_cryptocoin_pro": {"cryptography", "jwt"},
    # Users' commands and their encrypted file; Pusher's two sides.
    "checkout_kit_quoine_exchange": {
        "click",
        "cryptography",
        "pysher",
        "simple_websocket",
        "websocket",
    },
}

#: A simulator stands for the provider's side: it shares no code with the plugin, only
#: with other simulators, what is around every API.
SIMULATOR_MAY_IMPORT = {
    "checkout_kit.simulation",
    "flask",
    "markupsafe",
    "requests",
    "werkzeug",
}

#: The modules that wire all others: the facade, and the services behind it.
WIRING = {
    "checkout_kit.extension",
    "checkout_kit.mounting",
    "checkout_kit.appearance",
    "checkout_kit.outgoing",
    "checkout_kit.wiring",
}


def test_packages_import_only_what_their_row_allows() -> None:
    offences = [
        f"{module.place(statement)}: {module.name} imports {name}"
        for module in product_modules()
        if not _is_wiring(module)
        for name, statement in imports_of(module)
        if not _is_allowed(module, name)
    ]
    assert not offences, listed(offences)


def _is_wiring(module: Module) -> bool:
    return any(module.is_in(name) for name in WIRING)


def _is_allowed(module: Module, name: str) -> bool:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return True
    row, allowed, exactly = _row(module)
    if row == "checkout_kit":
        # The top level is one module: its neighbours are not inside it.
        return name == module.name or any(is_within(name, p) for p in allowed)
    if is_within(name, row) or name in exactly:
        return True
    return any(is_within(name, package) for package in allowed)


def _row(module: Module) -> tuple[str, set[str], set[str]]:
    plugin, _, part = module.name.partition(".")
    if plugin.startswith("checkout_kit_") and plugin not in MAY_IMPORT:
        libraries = PLUGIN_LIBRARIES.get(plugin, set())
        if is_within(part, "simulator"):
            return f"{plugin}.simulator", SIMULATOR_MAY_IMPORT | libraries, set()
        allowed = PLUGIN_MAY_IMPORT | libraries
        return plugin, allowed, PLUGIN_MAY_IMPORT_EXACTLY
    rows = [row for row in MAY_IMPORT if is_within(module.name, row)]
    row = max(rows, key=len, default="")
    return row, MAY_IMPORT.get(row, set()), MAY_IMPORT_EXACTLY.get(row, set())


def test_every_package_has_a_row_in_the_import_table() -> None:
    without = [
        module.name
        for module in product_modules()
        if not _is_wiring(module)
        and (
            not _row(module)[0]
            or (_row(module)[0] == "checkout_kit") != _is_top(module)
        )
    ]
    assert not without, listed(without)


def _is_top(module: Module) -> bool:
    return module.name == "checkout_kit"


def test_requests_is_used_only_by_the_api_client() -> None:
    users = [
        module.place(statement)
        for module in product_modules()
        if not module.is_in("checkout_kit.http")
        and ".simulator" not in module.name
        # Webhooks go the other way: from the provider to the shop.
        and module.name != "checkout_kit.simulation.posting"
        for name, statement in imports_of(module)
        if name.partition(".")[0] in {"requests", "urllib3", "httpx"}
    ]
    assert not users, listed(users)


def test_plugins_know_nothing_of_each_other() -> None:
    packages = {module.name.partition(".")[0] for module in plugin_modules()}
    acquaintances = [
        module.place(statement)
        for module in plugin_modules()
        for name, statement in imports_of(module)
        if name.partition(".")[0] in packages - {module.name.partition(".")[0]}
    ]
    assert not acquaintances, listed(acquaintances)


def test_the_shop_uses_public_names_only() -> None:
    private = [
        f"{module.place(node)}: {alias.name}"
        for module in shop_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "checkout_kit"
        for alias in node.names
        if alias.name not in checkout_kit.__all__
    ]
    assert not private, listed(private)
