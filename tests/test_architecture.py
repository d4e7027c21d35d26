"""The rules of DESIGN section 2 and of the style guide that a syntax tree can show."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import checkout_kit
from checkout_kit import errors
from checkout_kit.storage import schema
from tests.support.source import (
    ROOT,
    Module,
    calls_of,
    core_modules,
    dotted,
    import_time_nodes,
    imports_of,
    is_within,
    plugin_modules,
    product_modules,
    public_definitions,
    shop_modules,
    test_modules,
    widget_modules,
)

MAX_LINES = 300
FORBIDDEN_MODULE_NAMES = {"utils", "helpers", "common", "misc", "data", "info"}

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

#: Evaluated at import, these would make engines, read the environment or do work.
NOT_AT_IMPORT = {
    "Flask",
    "PluginManager",
    "Session",
    "Thread",
    "create_engine",
    "getenv",
    "open",
    "read_bytes",
    "read_text",
}
NEVER_CALLED = {
    "eval",
    "exec",
    "marshal.loads",
    "os.popen",
    "os.system",
    "pickle.load",
    "pickle.loads",
    "tempfile.mktemp",
    "yaml.load",
    "yaml.unsafe_load",
}
NEVER_IMPORTED = {"dill", "marshal", "pickle", "shelve"}
SECRET_WORDS = re.compile(r"(signature|token|secret|digest|hmac|password)$", re.I)


def test_packages_import_only_what_their_row_allows() -> None:
    offences = [
        f"{module.place(statement)}: {module.name} imports {name}"
        for module in product_modules()
        if not _is_wiring(module)
        for name, statement in imports_of(module)
        if not _is_allowed(module, name)
    ]
    assert not offences, _listed(offences)


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
    assert not without, _listed(without)


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
    assert not users, _listed(users)


def test_modules_have_at_most_300_lines() -> None:
    support = [m for m in test_modules() if m.is_in("tests.support")]
    long = [
        f"{module.path.relative_to(ROOT)}: {lines} lines"
        for module in [*product_modules(), *support]
        # A migration is one step, written once: splitting it helps nobody.
        if ".migrations.versions." not in module.name
        and (lines := len(module.path.read_bytes().splitlines())) > MAX_LINES
    ]
    assert not long, _listed(long)


def test_modules_have_names_that_say_something() -> None:
    empty = [
        module.name
        for module in [*product_modules(), *test_modules()]
        if FORBIDDEN_MODULE_NAMES & set(module.name.split("."))
    ]
    assert not empty, _listed(empty)


def test_amounts_are_never_floats() -> None:
    conversions = [
        module.place(call)
        for module in _pure_modules()
        for call in calls_of(module)
        if dotted(call.func) == "float"
    ]
    assert not conversions, _listed(conversions)


def test_domain_and_services_are_told_the_time() -> None:
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    readings = [
        module.place(call)
        for module in _pure_modules()
        for call in calls_of(module)
        if ".".join(dotted(call.func).split(".")[-2:]) in clocks | {"time.time"}
    ]
    assert not readings, _listed(readings)


def test_times_have_a_time_zone() -> None:
    naive = [
        module.place(call)
        for module in product_modules()
        for call in calls_of(module)
        if dotted(call.func).endswith(("datetime.utcnow", "utcfromtimestamp"))
        or (
            dotted(call.func).endswith(("datetime.now", "datetime.fromtimestamp"))
            and len(call.args) + len(call.keywords)
            < (1 if dotted(call.func).endswith("now") else 2)
        )
    ]
    assert not naive, _listed(naive)


def _pure_modules() -> list[Module]:
    return [
        module
        for module in core_modules()
        if module.is_in("checkout_kit.domain") or module.is_in("checkout_kit.services")
    ]


def test_everything_public_has_a_docstring() -> None:
    bare = [
        f"{module.place(node)}: {name}"
        for module in core_modules() + plugin_modules() + widget_modules()
        for name, node in public_definitions(module)
        if ast.get_docstring(node) is None and not _needs_no_docstring(name, node)
    ]
    assert not bare, _listed(bare)


def _needs_no_docstring(
    name: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
) -> bool:
    decorators = {dotted(decorator) for decorator in node.decorator_list}
    if {"overload", "override"} & decorators:
        return True
    # A schema repeats the provider's document: its fields say what it is.
    if isinstance(node, ast.ClassDef) and any(
        dotted(base).endswith("Schema") for base in node.bases
    ):
        return True
    # Options of a marshmallow schema.
    if name.endswith(".Meta"):
        return True
    return any(decorator.endswith(".setter") for decorator in decorators)


def test_modules_have_a_docstring() -> None:
    bare = [
        module.name
        for module in [*product_modules(), *test_modules()]
        # The names of tests say what they are about.
        if not module.path.name.startswith("test_")
        and module.tree.body
        and ast.get_docstring(module.tree) is None
    ]
    assert not bare, _listed(bare)


def test_nothing_happens_at_import() -> None:
    work = [
        f"{module.place(node)}: {ast.unparse(node)}"
        for module in product_modules()
        if not _is_a_program(module)
        for node in import_time_nodes(module.tree)
        if isinstance(node, ast.expr) and _works(node)
    ]
    assert not work, _listed(work)


def _is_a_program(module: Module) -> bool:
    # Alembic runs env.py; nothing imports either.
    return module.name.endswith((".__main__", ".migrations.env"))


def _works(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return dotted(node.func).rpartition(".")[2] in NOT_AT_IMPORT
    return isinstance(node, ast.Attribute) and dotted(node) == "os.environ"


def test_nothing_runs_what_it_reads() -> None:
    offences = [
        f"{module.place(call)}: {dotted(call.func)}"
        for module in product_modules()
        for call in calls_of(module)
        if dotted(call.func) in NEVER_CALLED or _asks_for_a_shell(call)
    ]
    offences += [
        f"{module.place(statement)}: {name}"
        for module in product_modules()
        for name, statement in imports_of(module)
        if name in NEVER_IMPORTED
    ]
    assert not offences, _listed(offences)


def _asks_for_a_shell(call: ast.Call) -> bool:
    return any(
        keyword.arg == "shell"
        and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in call.keywords
    )


def test_secrets_are_compared_in_constant_time() -> None:
    comparisons = [
        f"{module.place(node)}: {ast.unparse(node)}"
        for module in product_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Compare) and _compares_secrets(node)
    ]
    assert not comparisons, _listed(comparisons)


def _compares_secrets(node: ast.Compare) -> bool:
    if not any(isinstance(operator, (ast.Eq, ast.NotEq)) for operator in node.ops):
        return False
    sides = [node.left, *node.comparators]
    if any(isinstance(side, ast.Constant) for side in sides):
        return False
    # A column: this builds SQL, and the database looks the value up in an index.
    if any(".c." in f".{dotted(side)}" for side in sides):
        return False
    names = [dotted(side).rpartition(".")[2] for side in sides]
    return any(SECRET_WORDS.search(name) for name in names)


def test_errors_say_when_they_are_raised() -> None:
    silent = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type)
        and issubclass(value, Exception)
        and value is not errors.CheckoutKitError
        and not (value.__doc__ or "").startswith("Raised when ")
    ]
    assert not silent, _listed(silent)


def test_errors_are_one_tree() -> None:
    strangers = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type)
        and issubclass(value, BaseException)
        and not issubclass(value, errors.CheckoutKitError)
    ]
    assert not strangers, _listed(strangers)


def test_code_holds_no_loose_ends() -> None:
    loose = re.compile(r"#.*\b(TODO|FIXME|XXX)\b|pragma: no cover")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _product_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if loose.search(line)
    ]
    assert not found, _listed(found)


def _product_files() -> Iterator[Path]:
    for folder in ("checkout_kit", "plugins", "example_shop", "widgets"):
        for suffix in ("py", "js", "css", "html"):
            yield from sorted((ROOT / folder).rglob(f"*.{suffix}"))


def test_plugins_know_nothing_of_each_other() -> None:
    packages = {module.name.partition(".")[0] for module in plugin_modules()}
    acquaintances = [
        module.place(statement)
        for module in plugin_modules()
        for name, statement in imports_of(module)
        if name.partition(".")[0] in packages - {module.name.partition(".")[0]}
    ]
    assert not acquaintances, _listed(acquaintances)


def test_the_shop_uses_public_names_only() -> None:
    private = [
        f"{module.place(node)}: {alias.name}"
        for module in shop_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "checkout_kit"
        for alias in node.names
        if alias.name not in checkout_kit.__all__
    ]
    assert not private, _listed(private)


#: The public surface. Adding a name is a promise; removing one breaks shops.
PUBLIC = {
    "AmountError",
    "Charge",
    "Checkout",
    "CheckoutKit",
    "CheckoutKitError",
    "CheckoutState",
    "CheckoutStatus",
    "Clock",
    "ConfigurationError",
    "Currency",
    "CurrencyError",
    "DatabaseBusy",
    "DepositInstructions",
    "DetectionReport",
    "DiscountItem",
    "Event",
    "HandlerCommitted",
    "IdempotencyConflict",
    "InputError",
    "InvalidTransition",
    "Invoice",
    "InvoiceSnapshot",
    "InvoiceStatus",
    "LineItem",
    "LinkState",
    "MethodUnavailable",
    "Money",
    "NotFoundError",
    "NotSupported",
    "OfferRefused",
    "Operation",
    "Payment",
    "PaymentLink",
    "PaymentMethod",
    "PaymentObservation",
    "PaymentStatus",
    "PluginError",
    "Proof",
    "ProofKind",
    "ProviderAuthError",
    "ProviderBusy",
    "ProviderContext",
    "ProviderError",
    "ProviderInvoice",
    "ProviderProtocolError",
    "ProviderRateLimited",
    "ProviderRefused",
    "ProviderTimeout",
    "ProviderUnavailable",
    "ProviderUnreachable",
    "Quote",
    "QuoteExpired",
    "Rate",
    "ReturnSignatureError",
    "SchemaOutdated",
    "Settlement",
    "SettlementOrder",
    "SettlementStatus",
    "ShippingCostItem",
    "TaxItem",
    "UnmatchedDeposit",
    "Customer",
    "Holding",
    "Wallet",
    "WalletStatement",
    "WithdrawalOrder",
    "WithdrawalState",
    "check_bank_account",
    "WebhookNotice",
    "WebhookRefused",
    "WebhookRequest",
    "Withdrawal",
    "WithdrawalRequest",
    "WithdrawalStatus",
    "WithdrawalTarget",
    "hookimpl",
    "include_object",
}


def test_public_names_are_sorted_and_pinned() -> None:
    assert list(checkout_kit.__all__) == sorted(checkout_kit.__all__)
    assert set(checkout_kit.__all__) == PUBLIC


def test_public_names_exist() -> None:
    missing = [name for name in checkout_kit.__all__ if not hasattr(checkout_kit, name)]
    assert not missing, _listed(missing)


def test_each_migration_has_a_number_of_its_own() -> None:
    folder = ROOT / "checkout_kit" / "storage" / "migrations" / "versions"
    numbers = sorted(path.name[:4] for path in folder.glob("[0-9]*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert schema.HEAD == numbers[-1]


def _listed(offences: list[str]) -> str:
    return "\n".join(["", *offences])
