"""Plugins of one app: found, validated, called one at a time, kept from doing harm."""

from checkout_kit.plugins.loading import LoadedPlugin, load_plugins
from checkout_kit.plugins.registry import PluginRegistry

__all__ = ["LoadedPlugin", "PluginRegistry", "load_plugins"]
