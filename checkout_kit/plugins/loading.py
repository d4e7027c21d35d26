"""Loading: from the allow-list in the config to plugin objects with valid settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from marshmallow import ValidationError

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.provider import ProviderContext
from checkout_kit.errors import ConfigurationError, InputError, PluginError
from checkout_kit.hookspecs import PROJECT_NAME

#: The config key that lists the enabled plugins with their settings.
PLUGINS_KEY = "CHECKOUT_KIT_PLUGINS"
# A button of the page has to hold it.
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin object with where it comes from."""

    name: str
    plugin: object
    #: What people call the provider.
    display_name: str
    distribution: str | None = None


def load_plugins(
    config: object,
    context_of: Callable[[str], ProviderContext],
    extra: Iterable[tuple[str, type]] = (),
) -> Sequence[LoadedPlugin]:
    """Make an object of each plugin that the config enables, in the config's order.

    :param config: the value of ``CHECKOUT_KIT_PLUGINS``: plugin name → settings.
    :param context_of: gives a plugin what it may know of the app.
    :param extra: plugin classes that have no entry point, by name.
    :raises ConfigurationError: naming plugin and key of a setting that is wrong.
    :raises PluginError: naming plugin and distribution of one that can't be loaded.
    """
    if not isinstance(config, Mapping):
        raise ConfigurationError(
            PLUGINS_KEY, "must be a dict of plugin name → settings"
        )
    classes = dict(extra)
    loaded = []
    for name, settings in config.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise ConfigurationError(PLUGINS_KEY, f"{name!r} is not a plugin name")
        distribution = None
        if name in classes:
            plugin_class: Any = classes[name]
        else:
            entry_point = _find(name)
            distribution = _distribution(entry_point)
            plugin_class = _load(name, entry_point, distribution)
        plugin = _make(name, plugin_class, settings, context_of(name), distribution)
        shown = display_name_of(name, plugin_class)
        loaded.append(LoadedPlugin(name, plugin, shown, distribution))
    return loaded


def installed_plugins() -> Mapping[str, str | None]:
    """The names of all installed plugins, enabled or not, with their distributions."""
    found = entry_points(group=PROJECT_NAME)
    return {entry_point.name: _distribution(entry_point) for entry_point in found}


def load_plugin_class(name: str) -> type:
    """Import an installed plugin's class, whether it is enabled or not.

    :raises PluginError: if there is none of that name, or it can't be imported.
    """
    entry_point = _find(name)
    distribution = _distribution(entry_point)
    found = _load(name, entry_point, distribution)
    if not isinstance(found, type):
        raise PluginError(
            name, "its entry point is not a class", distribution=distribution
        )
    return found


def display_name_of(name: str, plugin_class: type) -> str:
    """What people call a provider: its class says it, or it is made of its name.

    :raises PluginError: if what it says can't be shown.
    """
    said = getattr(plugin_class, "display_name", None)
    if said is None:
        return name.replace("_", " ").title()
    try:
        return check_text("display_name", said, maximum=_LONGEST_NAME)
    except InputError as err:
        raise PluginError(name, f"its display_name {err.problem}") from None


def _find(name: str) -> EntryPoint:
    found = list(entry_points(group=PROJECT_NAME, name=name))
    if not found:
        known = ", ".join(sorted(installed_plugins())) or "none"
        raise PluginError(
            name, f"no installed distribution brings it; installed plugins: {known}"
        )
    return found[0]


def _distribution(entry_point: EntryPoint) -> str | None:
    dist = entry_point.dist
    return f"{dist.name} {dist.version}" if dist else None


def _load(name: str, entry_point: EntryPoint, distribution: str | None) -> Any:
    try:
        return entry_point.load()
    # Whatever a plugin's import raises has to stop start-up with its name on it.
    except Exception as err:
        raise PluginError(
            name,
            f"importing {entry_point.value} failed: {type(err).__name__}: {err}",
            distribution=distribution,
        ) from err


def _make(
    name: str,
    plugin_class: Any,
    settings: object,
    context: ProviderContext,
    distribution: str | None,
) -> object:
    if not isinstance(plugin_class, type):
        raise PluginError(
            name, "its entry point is not a class", distribution=distribution
        )
    schema_class = getattr(plugin_class, "settings_schema", None)
    if schema_class is None:
        raise PluginError(
            name, "its class has no settings_schema", distribution=distribution
        )
    if not isinstance(settings, Mapping):
        raise ConfigurationError(f"{PLUGINS_KEY}[{name}]", "must be a dict of settings")
    try:
        valid = schema_class().load(dict(settings))
    except ValidationError as err:
        key, problem = _first_problem(err.messages)
        raise ConfigurationError(f"{PLUGINS_KEY}[{name}].{key}", problem) from None
    try:
        plugin: object = plugin_class(valid, context)
        hash(plugin)
    except TypeError as err:
        raise PluginError(
            name,
            "its class must be made by (settings, context) and be hashable: "
            f"{type(err).__name__}",
            distribution=distribution,
        ) from err
    return plugin


def _first_problem(messages: Any, path: str = "") -> tuple[str, str]:
    while isinstance(messages, Mapping) and messages:
        key, messages = next(iter(messages.items()))
        path = f"{path}.{key}" if path else str(key)
    if isinstance(messages, Sequence) and not isinstance(messages, str) and messages:
        messages = messages[0]
    return path or "settings", str(messages)
