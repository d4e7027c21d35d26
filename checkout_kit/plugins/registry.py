"""The registry: one app's plugins, each called alone, under a deadline."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pluggy

from checkout_kit import hookspecs
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.provider import Clock
from checkout_kit.errors import (
    CheckoutKitError,
    NotSupported,
    PluginError,
    ProviderBusy,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeout,
)
from checkout_kit.plugins.answers import check_answer
from checkout_kit.plugins.breaker import CircuitBreaker
from checkout_kit.plugins.call import ProviderCall
from checkout_kit.plugins.loading import LoadedPlugin

logger = logging.getLogger("checkout_kit.plugins")

#: At most this many calls of one provider run at the same time.
MAX_CALLS = 4

PROVIDER_HOOKS = (
    "list_payment_methods",
    "quote_price",
    "create_invoice",
    "detect_payments",
    "parse_webhook",
    "settle_invoice",
    "submit_proof",
    "close_invoice",
    "list_wallets",
    "prepare_withdrawal",
    "withdraw_funds",
    "fetch_rates",
    "check_health",
    "simulate_payment",
)
# Whoever offers a way to pay must be able to see it through.
_PAYMENT_HOOKS = frozenset(
    {"list_payment_methods", "quote_price", "create_invoice", "detect_payments"}
)


class PluginRegistry:
    """The plugins of one app, registered once and then fixed.

    A call to a provider runs on a daemon thread of its own, at most four at once; the
    waiter leaves at its deadline, the thread goes on and still records a late answer.
    """

    def __init__(
        self,
        plugins: Sequence[LoadedPlugin],
        clock: Clock,
        on_breaker: Callable[[str, bool, str | None], None] | None = None,
        page_url: Callable[[str], str] | None = None,
    ) -> None:
        self._clock = clock
        self._page_url = page_url
        self._plugins = {loaded.name: loaded for loaded in plugins}
        self._manager = pluggy.PluginManager(hookspecs.PROJECT_NAME)
        self._manager.add_hookspecs(hookspecs)
        for loaded in plugins:
            self._register(loaded)
        self._callers = {
            name: self._callers_of(loaded.plugin)
            for name, loaded in self._plugins.items()
        }
        self._check_complete()
        self._breakers = {
            name: CircuitBreaker(name, on_breaker) for name in self._plugins
        }
        self._slots = {
            name: threading.BoundedSemaphore(MAX_CALLS) for name in self._plugins
        }

    def _register(self, loaded: LoadedPlugin) -> None:
        try:
            self._manager.register(loaded.plugin, name=loaded.name)
            self._manager.check_pending()
        except pluggy.PluginValidationError as err:
            raise PluginError(
                loaded.name, str(err), distribution=loaded.distribution
            ) from err

    def _callers_of(self, plugin: object) -> dict[str, pluggy.HookCaller]:
        """The plugin's own provider hooks, each with every wrapper around it."""
        callers = {}
        for hook in PROVIDER_HOOKS:
            caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
            answering = [
                impl.plugin
                for impl in caller.get_hookimpls()
                if not (impl.wrapper or impl.hookwrapper)
            ]
            if plugin in answering:
                others = [other for other in answering if other is not plugin]
                callers[hook] = self._manager.subset_hook_caller(hook, others)
        return callers

    def _check_complete(self) -> None:
        for name, callers in self._callers.items():
            missing = _PAYMENT_HOOKS - set(callers)
            if missing and len(missing) < len(_PAYMENT_HOOKS):
                raise PluginError(
                    name,
                    "offers payment methods but lacks " + ", ".join(sorted(missing)),
                    distribution=self._plugins[name].distribution,
                )

    @property
    def names(self) -> Sequence[str]:
        """All plugins, in the config's order."""
        return list(self._plugins)

    @property
    def payment_providers(self) -> Sequence[str]:
        """The plugins that offer payment methods, in the config's order."""
        return [name for name in self._plugins if self.supports(name, "quote_price")]

    def distribution(self, name: str) -> str | None:
        """Which distribution a plugin comes from, if it is known."""
        return self._plugins[name].distribution

    def display_name(self, name: str) -> str:
        """What people call a provider, such as "COINQVEST"."""
        return self._plugins[name].display_name

    def plugin(self, name: str) -> object:
        """The plugin's object, for its own commands."""
        return self._plugins[name].plugin

    def supports(self, provider: str, hook: str) -> bool:
        """Whether a plugin is enabled and implements a provider hook."""
        return hook in self._callers.get(provider, {})

    def subscribers(self, hook: str) -> Sequence[str]:
        """The plugins that hear a broadcast hook."""
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        listening = {impl.plugin_name for impl in caller.get_hookimpls()}
        return [name for name in self._plugins if name in listening]

    def broadcast_to(self, name: str, hook: str, **arguments: Any) -> None:
        """Tell one plugin of an event; what it raises is the caller's to note."""
        others = [loaded.plugin for key, loaded in self._plugins.items() if key != name]
        self._manager.subset_hook_caller(hook, others)(**self._addressed(arguments))

    def announce_ready(self, app: Any) -> None:
        """Let plugins add their routes and commands."""
        self._manager.hook.kit_ready.call_historic(kwargs={"app": app})

    def close(self) -> None:
        """Let every plugin with a ``close`` let go of its connections and threads."""
        for name, loaded in self._plugins.items():
            close = getattr(loaded.plugin, "close", None)
            try:
                if close is not None:
                    close()
            except Exception:
                # What it holds must not keep the others from letting go of theirs.
                logger.exception("closing the plugin %s failed", name)

    def call(
        self,
        provider: str,
        hook: str,
        *,
        deadline: float,
        then: Callable[[Any], Any] | None = None,
        **arguments: Any,
    ) -> Any:
        """Call one provider hook and wait for it, for so many seconds.

        :param then: what to do with the answer, on the provider's thread, even if the
            waiter has left; its result is the call's.
        :raises ProviderTimeout: if the deadline passed; the outcome is then unknown.
        :raises ProviderError: whatever the plugin raised, or its answer deserved.
        """
        return self.start(provider, hook, then=then, **arguments).wait(deadline)

    def call_here(self, provider: str, hook: str, **arguments: Any) -> Any:
        """Call a hook that waits for nobody, on the present thread.

        It takes no slot and the breaker neither stops it nor learns from it: what
        strangers send to a webhook address must not decide about a provider's health.

        :raises ProviderProtocolError: if the plugin itself failed.
        """
        if not self.supports(provider, hook):
            raise NotSupported(f"the plugin {provider!r} has no {hook}")
        return self._ask(provider, hook, arguments)

    def start(
        self,
        provider: str,
        hook: str,
        *,
        then: Callable[[Any], Any] | None = None,
        **arguments: Any,
    ) -> ProviderCall:
        """Begin a call without waiting for it, so that several run side by side.

        :raises ProviderBusy: if all slots are taken or the breaker is open.
        :raises NotSupported: if the plugin has no such hook.
        """
        if not self.supports(provider, hook):
            raise NotSupported(f"the plugin {provider!r} has no {hook}")
        if not self._slots[provider].acquire(blocking=False):
            raise ProviderBusy(provider, f"{MAX_CALLS} calls are under way already")
        try:
            self._breakers[provider].admit(self._clock.now())
        except ProviderBusy:
            self._slots[provider].release()
            raise
        future: Future[Any] = Future()

        def run() -> None:
            try:
                answer = self._answer(provider, hook, arguments)
                future.set_result(then(answer) if then else answer)
            # The waiter gets whatever was raised; a thread has nobody else to tell.
            except BaseException as err:
                future.set_exception(err)
            finally:
                self._slots[provider].release()

        threading.Thread(
            target=run, name=f"checkout-kit-{provider}-{hook}", daemon=True
        ).start()
        return ProviderCall(provider, future, self._note_timeout)

    def _answer(self, provider: str, hook: str, arguments: Mapping[str, Any]) -> Any:
        breaker = self._breakers[provider]
        try:
            answer = self._ask(provider, hook, arguments)
        except ProviderError as err:
            breaker.failed(err, self._clock.now())
            raise
        except CheckoutKitError:
            breaker.succeeded()
            raise
        breaker.succeeded()
        return answer

    def _ask(self, provider: str, hook: str, arguments: Mapping[str, Any]) -> Any:
        try:
            answer = self._callers[provider][hook](**self._addressed(arguments))
        except CheckoutKitError:
            raise
        # A plugin's own mistake must not reach the page; operators find it in the log.
        except Exception as err:
            logger.exception("plugin %s: %s failed", provider, hook)
            raise ProviderProtocolError(
                provider, f"{hook} raised {type(err).__name__}"
            ) from err
        return check_answer(provider, hook, answer, arguments)

    def _addressed(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Tell plugins where the page of a checkout is; services don't know it."""
        checkout = arguments.get("checkout")
        if self._page_url is None or not isinstance(checkout, Checkout):
            return arguments
        url = self._page_url(checkout.token)
        return {**arguments, "checkout": replace(checkout, url=url)}

    def _note_timeout(self, error: ProviderTimeout) -> None:
        self._breakers[error.provider].failed(error, self._clock.now())
