"""The project's own source, read as syntax trees, for tests of its rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """One module of the project: its dotted name, file and syntax tree."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        """What it says, read when it is first asked for."""
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def is_package(self) -> bool:
        """Whether it is the ``__init__`` of a package."""
        return self.path.name == "__init__.py"

    def is_in(self, package: str) -> bool:
        """Whether it is this module or package, or inside it."""
        return is_within(self.name, package)

    def place(self, node: ast.stmt | ast.expr) -> str:
        """Where a node is, as an editor opens it."""
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"


def is_within(name: str, package: str) -> bool:
    """Whether a dotted name is the package or something in it."""
    return name == package or name.startswith(f"{package}.")


@cache
def core_modules() -> tuple[Module, ...]:
    """The modules of ``checkout_kit``."""
    return tuple(_read(ROOT / "checkout_kit", ROOT))


@cache
def plugin_modules() -> tuple[Module, ...]:
    """The modules of every plugin in ``plugins/``."""
    return tuple(
        module
        for package in sorted((ROOT / "plugins").glob("*/checkout_kit_*"))
        for module in _read(package, package.parent)
    )


@cache
def widget_modules() -> tuple[Module, ...]:
    """The modules of ``checkout_kit_widgets``."""
    folder = ROOT / "widgets" / "checkout_kit_widgets"
    return tuple(_read(folder, folder.parent))


@cache
def shop_modules() -> tuple[Module, ...]:
    """The modules of the demo shop."""
    return tuple(_read(ROOT / "example_shop", ROOT))


def product_modules() -> tuple[Module, ...]:
    """Everything that runs in somebody's shop, and the demo shop."""
    return core_modules() + plugin_modules() + widget_modules() + shop_modules()


@cache
def test_modules() -> tuple[Module, ...]:
    """The modules of the tests."""
    return tuple(_read(ROOT / "tests", ROOT))


test_modules.__test__ = False  # type: ignore[attr-defined]


def _read(folder: Path, base: Path) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        parts = list(path.relative_to(base).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        yield Module(".".join(parts), path)


@cache
def calls_of(module: Module) -> tuple[ast.Call, ...]:
    """Every call in a module."""
    return tuple(node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


@cache
def imports_of(module: Module) -> tuple[tuple[str, ast.stmt], ...]:
    """The dotted names that a module imports, wherever in it, with the statement.

    ``from a import b`` counts as ``a.b`` if that is a module of ours, else as ``a``.
    Imports under ``if TYPE_CHECKING:`` bind nothing at run time and are left out.
    """
    return tuple(dict.fromkeys(_imports(module)))


def _imports(module: Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in _walk_runtime(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            for alias in node.names:
                submodule = f"{source}.{alias.name}"
                yield (submodule if submodule in _own_names() else source), node


def _walk_runtime(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING":
        children: list[ast.AST] = [*node.orelse]
    else:
        yield node
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _walk_runtime(child)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    keep = len(parts) - node.level + (1 if module.is_package else 0)
    return ".".join([*parts[:keep], *([node.module] if node.module else [])])


@cache
def _own_names() -> frozenset[str]:
    return frozenset(module.name for module in product_modules())


def import_time_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """Everything that is evaluated when the module is imported."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            defaults = [value for value in node.args.kw_defaults if value is not None]
            pending += [*node.decorator_list, *node.args.defaults, *defaults]
        elif isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING":
            pending += node.orelse
        elif isinstance(node, ast.Lambda):
            continue
        else:
            yield node
            pending += ast.iter_child_nodes(node)


def public_definitions(
    module: Module,
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    """The public classes, functions and methods of a module, with dotted names."""
    yield from _definitions(module.tree.body, "")


def _definitions(
    body: list[ast.stmt], prefix: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    for node in body:
        if not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ) or node.name.startswith("_"):
            continue
        yield f"{prefix}{node.name}", node
        # What a protocol asks for is described where it is done.
        if isinstance(node, ast.ClassDef) and not _is_protocol(node):
            yield from _definitions(node.body, f"{prefix}{node.name}.")


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(_last_name(base) == "Protocol" for base in node.bases)


def dotted(node: ast.AST) -> str:
    """The dotted name that an expression spells, "" if it is not one."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _last_name(node: ast.AST) -> str:
    return dotted(node).rpartition(".")[2]


def listed(offences: list[str]) -> str:
    """Write offences for a failure's message, one a line."""
    return "\n".join(["", *offences])
