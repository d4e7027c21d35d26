"""Plugins that raise, hang, lie or are written wrongly; hooks called by the kit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields

from checkout_kit import (
    Checkout,
    CheckoutKit,
    ConfigurationError,
    Currency,
    Event,
    InvoiceStatus,
    Money,
    PaymentMethod,
    PaymentObservation,
    PaymentStatus,
    PluginError,
    ProviderContext,
    ProviderUnreachable,
    Quote,
    hookimpl,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import (
    BTC,
    Script,
    kit_of,
    scripted_kit,
    scripted_plugin,
    ten_dollars,
)


def _raise(error: BaseException) -> Any:
    raise error


@pytest.fixture
def two(
    tmp_path: Any, clock: FakeClock
) -> Iterator[tuple[CheckoutKit, Script, Script]]:
    """A kit with a provider that works and one that a test breaks."""
    good, bad = Script("good"), Script("bad")
    kit, app = scripted_kit(
        f"sqlite:///{tmp_path / 'kit.db'}",
        clock,
        good,
        bad,
        config={"CHECKOUT_KIT_PROVIDER_DEADLINE": 0.3},
    )
    with app.app_context():
        yield kit, good, bad
    app.extensions["checkout_kit"].database.dispose()


Two = tuple[CheckoutKit, Script, Script]


def _offered(kit: CheckoutKit) -> list[str]:
    made = kit.create_checkout(ten_dollars())
    return [quote.method.id for quote in kit.list_quotes(made.id)]


def test_both_are_offered_while_both_work(two: Two) -> None:
    assert _offered(two[0]) == ["good:BTC", "bad:BTC"]


@pytest.mark.parametrize("hook", ["list_payment_methods", "quote_price"])
@pytest.mark.parametrize(
    "error", [ProviderUnreachable("bad", "down"), ValueError("bug"), KeyError("k")]
)
def test_a_provider_that_raises_disappears(
    two: Two, hook: str, error: Exception
) -> None:
    kit, _, bad = two
    bad.on[hook] = lambda: _raise(error)
    assert _offered(kit) == ["good:BTC"]


def test_a_provider_that_hangs_disappears_within_the_deadline(two: Two) -> None:
    kit, _, bad = two
    release = threading.Event()
    bad.on["quote_price"] = lambda: release.wait(10)
    assert _offered(kit) == ["good:BTC"]
    release.set()


@pytest.mark.parametrize(
    "rubbish",
    [
        "not quotes",
        42,
        [object()],
        [Quote(PaymentMethod("good", BTC, "x"), Money("10", "USD"), Money("1", BTC))],
        [Quote(PaymentMethod("bad", BTC, "x"), Money("1", "USD"), Money("1", BTC))],
        [Quote(PaymentMethod("bad", BTC, "x"), Money("10", "EUR"), Money("1", BTC))],
    ],
)
def test_a_provider_that_talks_rubbish_disappears(two: Two, rubbish: object) -> None:
    kit, _, bad = two
    bad.on["quote_price"] = lambda: rubbish
    assert _offered(kit) == ["good:BTC"]


def test_a_late_answer_of_create_invoice_is_kept(two: Two) -> None:
    kit, good, _ = two
    release = threading.Event()
    made = kit.create_checkout(ten_dollars())

    def slowly() -> None:
        release.wait(10)

    good.on["create_invoice"] = slowly
    invoice = kit.commit_checkout(made.id, "good:BTC")
    assert invoice.status is InvoiceStatus.INTENDED
    release.set()
    for _ in range(100):
        (stored,) = kit.get_checkout(made.id).invoices
        if stored.status is InvoiceStatus.OPEN:
            break
        time.sleep(0.05)
    assert stored.status is InvoiceStatus.OPEN


def test_five_failures_open_the_breaker_and_one_probe_closes_it(
    two: Two, clock: FakeClock
) -> None:
    kit, _, bad = two
    bad.on["list_payment_methods"] = lambda: _raise(ProviderUnreachable("bad", "down"))
    for _ in range(5):
        _offered(kit)
    bad.calls.clear()
    assert _offered(kit) == ["good:BTC"]
    assert bad.calls == []
    del bad.on["list_payment_methods"]
    clock.advance(31)
    assert _offered(kit) == ["good:BTC", "bad:BTC"]


def test_a_full_provider_is_skipped_at_once(two: Two) -> None:
    kit, _, bad = two
    release = threading.Event()
    bad.on["list_payment_methods"] = lambda: release.wait(10)
    threads = [threading.Thread(target=_offered, args=(kit,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bad.calls.clear()
    assert _offered(kit) == ["good:BTC"]
    assert bad.calls == []
    release.set()


def test_forged_webhooks_do_not_touch_the_breaker(two: Two) -> None:
    from checkout_kit import ProviderProtocolError, WebhookRequest

    kit, _, bad = two
    bad.on["parse_webhook"] = lambda: _raise(ValueError("bug"))
    for _ in range(10):
        with pytest.raises(ProviderProtocolError):
            kit.receive_webhook("bad", WebhookRequest("POST", "", {}, b"x"))
    assert _offered(kit) == ["good:BTC", "bad:BTC"]


# How plugins are loaded.


class Settings(Schema):
    """Settings with a secret."""

    api_key = fields.String(required=True)
    timeout = fields.Integer(load_default=5)


class Configured(scripted_plugin(Script("configured"))):  # type: ignore[misc]
    """A plugin that needs settings."""

    settings_schema = Settings


def _load(config: Any, *plugins: tuple[str, type]) -> CheckoutKit:
    app = Flask("loading")
    app.config.update(
        TESTING=True,
        SECRET_KEY="x",
        CHECKOUT_KIT_PLUGINS=config,
        CHECKOUT_KIT_DATABASE_URL="sqlite:////nowhere/x.db",
    )
    return CheckoutKit(app, plugins=plugins)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({}, "api_key"),
        ({"api_key": 5}, "api_key"),
        ({"api_key": "s3cret", "timeout": "s3cret"}, "timeout"),
        ({"api_key": "s3cret", "s3cret_typo": 1}, "s3cret_typo"),
    ],
)
def test_wrong_settings_name_plugin_and_key_but_no_value(
    settings: dict[str, Any], key: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _load({"configured": settings}, ("configured", Configured))
    assert caught.value.key == f"CHECKOUT_KIT_PLUGINS[configured].{key}"
    assert "s3cret" not in caught.value.problem


def test_an_unknown_plugin_names_those_installed() -> None:
    with pytest.raises(PluginError, match="coinqvest"):
        _load({"coinqwest": {}})


def test_a_misspelt_hook_stops_start_up() -> None:
    class Misspelt(scripted_plugin(Script("m"))):  # type: ignore[misc]
        @hookimpl
        def settle_invoices(self) -> None:
            """No such hook."""

    with pytest.raises(PluginError, match="settle_invoices"):
        _load({"m": {}}, ("m", Misspelt))


def test_a_wrong_argument_stops_start_up() -> None:
    class Wrong(scripted_plugin(Script("w"))):  # type: ignore[misc]
        @hookimpl
        def check_health(self, invoice_id: str) -> str:
            return invoice_id

    with pytest.raises(PluginError, match="invoice_id"):
        _load({"w": {}}, ("w", Wrong))


def test_half_a_provider_stops_start_up() -> None:
    class Half:
        settings_schema = Schema

        def __init__(self, settings: object, context: ProviderContext) -> None: ...

        @hookimpl
        def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
            return []

    with pytest.raises(PluginError, match="lacks create_invoice"):
        _load({"half": {}}, ("half", Half))


def test_an_unhashable_plugin_stops_start_up() -> None:
    class Unhashable(scripted_plugin(Script("u"))):  # type: ignore[misc]
        __hash__ = None  # type: ignore[assignment]

    with pytest.raises(PluginError, match="hashable"):
        _load({"u": {}}, ("u", Unhashable))


def test_installed_is_not_enabled() -> None:
    app = Flask("none")
    app.config.update(TESTING=True, CHECKOUT_KIT_DATABASE_URL="sqlite:////nowhere/x")
    CheckoutKit(app)
    assert app.extensions["checkout_kit"].registry.names == []


def test_a_wrapper_sees_the_addressed_call(tmp_path: Any, clock: FakeClock) -> None:
    seen: list[str] = []

    class Wrapper:
        settings_schema = Schema

        def __init__(self, settings: object, context: ProviderContext) -> None: ...

        @hookimpl(wrapper=True)
        def quote_price(self) -> Any:
            quotes = yield
            seen.extend(quote.method.id for quote in quotes)
            return quotes

    app = Flask("wrapped")
    app.config.update(
        TESTING=True,
        SECRET_KEY="x",
        CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / 'kit.db'}",
        CHECKOUT_KIT_PLUGINS={"one": {}, "two": {}, "watch": {}},
    )
    kit = CheckoutKit(
        app,
        clock=clock,
        plugins=[
            ("one", scripted_plugin(Script("one"))),
            ("two", scripted_plugin(Script("two"))),
            ("watch", Wrapper),
        ],
    )
    kit.init_db()
    assert _offered(kit) == ["one:BTC", "two:BTC"]
    assert sorted(seen) == ["one:BTC", "two:BTC"]
    app.extensions["checkout_kit"].database.dispose()


# Broadcast hooks: each heard once, by a plugin that only listens.


class Listener:
    """A plugin that writes down what it hears."""

    settings_schema = Schema
    heard: list[tuple[str, str]]
    ready: list[str]

    def __init__(self, settings: object, context: ProviderContext) -> None:
        type(self).heard = []
        type(self).ready = []

    @hookimpl
    def checkout_started(self, event: Event, checkout: Checkout) -> None:
        self.heard.append(("checkout_started", checkout.id))

    @hookimpl
    def invoice_created(self, event: Event, checkout: Checkout) -> None:
        self.heard.append(("invoice_created", checkout.id))

    @hookimpl
    def payment_detected(self, event: Event, checkout: Checkout) -> None:
        self.heard.append(("payment_detected", checkout.id))

    @hookimpl
    def checkout_paid(self, event: Event, checkout: Checkout) -> None:
        self.heard.append(("checkout_paid", checkout.id))

    @hookimpl
    def invoice_settled(self, event: Event, checkout: Checkout) -> None:
        self.heard.append(("invoice_settled", checkout.id))

    @hookimpl
    def checkout_expired(self, event: Event, checkout: Checkout) -> None:
        self.heard.append(("checkout_expired", checkout.id))

    @hookimpl
    def kit_ready(self, app: Flask) -> None:
        self.ready.append(app.name)


@pytest.fixture
def listening(tmp_path: Any, clock: FakeClock) -> Iterator[tuple[CheckoutKit, Script]]:
    """A kit with a provider and a listener."""
    script = Script("good")
    app = Flask("listening")
    app.config.update(
        TESTING=True,
        SECRET_KEY="x",
        CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / 'kit.db'}",
        CHECKOUT_KIT_PLUGINS={"good": {}, "listener": {}},
    )
    kit = CheckoutKit(
        app,
        clock=clock,
        plugins=[("good", scripted_plugin(script)), ("listener", Listener)],
    )
    kit.init_db()
    with app.app_context():
        yield kit, script
    app.extensions["checkout_kit"].database.dispose()


def _live_through(kit: CheckoutKit, script: Script) -> str:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    for _ in range(3):
        kit.run_due()
    return made.id


def _heard(listening: tuple[CheckoutKit, Script], hook: str) -> int:
    made = _live_through(*listening)
    return Listener.heard.count((hook, made))


def test_hook_checkout_started(listening: tuple[CheckoutKit, Script]) -> None:
    assert _heard(listening, "checkout_started") == 1


def test_hook_invoice_created(listening: tuple[CheckoutKit, Script]) -> None:
    assert _heard(listening, "invoice_created") == 1


def test_hook_payment_detected(listening: tuple[CheckoutKit, Script]) -> None:
    assert _heard(listening, "payment_detected") == 1


def test_hook_checkout_paid(listening: tuple[CheckoutKit, Script]) -> None:
    assert _heard(listening, "checkout_paid") == 1


def test_hook_invoice_settled(listening: tuple[CheckoutKit, Script]) -> None:
    assert _heard(listening, "invoice_settled") == 1


def test_hook_checkout_expired(
    listening: tuple[CheckoutKit, Script], clock: FakeClock
) -> None:
    kit, _ = listening
    made = kit.create_checkout(ten_dollars())
    clock.advance(24 * 3600 + 1)
    kit.run_due()
    kit.run_due()
    assert Listener.heard.count(("checkout_expired", made.id)) == 1


def test_hook_kit_ready(listening: tuple[CheckoutKit, Script]) -> None:
    assert Listener.ready == ["listening"]


def test_a_closed_kit_lets_its_plugins_close_and_none_keeps_another_from_it(
    tmp_path: Any, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    closed: list[str] = []

    def closing(name: str, end: Callable[[], object]) -> type:
        class Closing(scripted_plugin(Script(name))):  # type: ignore[misc]
            def close(self) -> None:
                closed.append(name)
                end()

        return Closing

    plugins = {
        "bad": closing("bad", lambda: _raise(OSError("the socket is gone"))),
        "open": scripted_plugin(Script("open")),
        "good": closing("good", lambda: None),
    }
    kit, app = kit_of(f"sqlite:///{tmp_path / 'kit.db'}", clock, plugins)
    with app.app_context():
        kit.close()
    assert closed == ["bad", "good"]
    assert "closing the plugin bad failed" in caplog.text
