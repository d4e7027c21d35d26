"""The rules of the style guide that a syntax tree can show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

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
    listed,
    plugin_modules,
    product_modules,
    public_definitions,
    test_modules,
    widget_modules,
)

MAX_LINES = 300

FORBIDDEN_MODULE_NAMES = {"utils", "helpers", "common", "misc", "data", "info"}

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


def test_modules_have_at_most_300_lines() -> None:
    support = [m for m in test_modules() if m.is_in("tests.support")]
    long = [
        f"{module.path.relative_to(ROOT)}: {lines} lines"
        for module in [*product_modules(), *support]
        # A migration is one step, written once: splitting it helps nobody.
        if ".migrations.versions." not in module.name
        and (lines := len(module.path.read_bytes().splitlines())) > MAX_LINES
    ]
    assert not long, listed(long)


def test_modules_have_names_that_say_something() -> None:
    empty = [
        module.name
        for module in [*product_modules(), *test_modules()]
        if FORBIDDEN_MODULE_NAMES & set(module.name.split("."))
    ]
    assert not empty, listed(empty)


def test_amounts_are_never_floats() -> None:
    conversions = [
        module.place(call)
        for module in _pure_modules()
        for call in calls_of(module)
        if dotted(call.func) == "float"
    ]
    assert not conversions, listed(conversions)


def test_domain_and_services_are_told_the_time() -> None:
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    readings = [
        module.place(call)
        for module in _pure_modules()
        for call in calls_of(module)
        if ".".join(dotted(call.func).split(".")[-2:]) in clocks | {"time.time"}
    ]
    assert not readings, listed(readings)


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
    assert not naive, listed(naive)


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
    assert not bare, listed(bare)


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
    assert not bare, listed(bare)


def test_nothing_happens_at_import() -> None:
    work = [
        f"{module.place(node)}: {ast.unparse(node)}"
        for module in product_modules()
        if not _is_a_program(module)
        for node in import_time_nodes(module.tree)
        if isinstance(node, ast.expr) and _works(node)
    ]
    assert not work, listed(work)


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
    assert not offences, listed(offences)


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
    assert not comparisons, listed(comparisons)


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
    assert not silent, listed(silent)


def test_errors_are_one_tree() -> None:
    strangers = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type)
        and issubclass(value, BaseException)
        and not issubclass(value, errors.CheckoutKitError)
    ]
    assert not strangers, listed(strangers)


def test_code_holds_no_loose_ends() -> None:
    loose = re.compile(r"#.*\b(TODO|FIXME|XXX)\b|pragma: no cover")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _product_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if loose.search(line)
    ]
    assert not found, listed(found)


def _product_files() -> Iterator[Path]:
    for folder in ("checkout_kit", "plugins", "example_shop", "widgets"):
        for suffix in ("py", "js", "css", "html"):
            yield from sorted((ROOT / folder).rglob(f"*.{suffix}"))


def test_each_migration_has_a_number_of_its_own() -> None:
    folder = ROOT / "checkout_kit" / "storage" / "migrations" / "versions"
    numbers = sorted(path.name[:4] for path in folder.glob("[0-9]*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert schema.HEAD == numbers[-1]
