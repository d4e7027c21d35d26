"""Secrets that are planted in every setting must never come out again."""

from __future__ import annotations

import hmac
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from checkout_kit import CheckoutKit, CheckoutKitError, ConfigurationError
from checkout_kit.testing.clock import FakeClock
from checkout_kit_coinqvest.webhook import verify_webhook
from tests.fakes.scripted import Script, ten_dollars
from tests.security.provider_side import ProviderSide, answer_with
from tests.security.shop import CANARY, RETURN_URL, Shop, make_shop

Spoil = Callable[[ProviderSide], None]


@contextmanager
def _everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Log at DEBUG, and collect what is logged and raised as text."""
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        yield said
    said.append(caplog.text)


def _tell(error: BaseException) -> str:
    frames = traceback.TracebackException.from_exception(error)
    return "".join([*frames.format(), str(error), repr(error), repr(vars(error))])


def test_no_page_tells_a_secret(
    coinqvest: Shop, provider: ProviderSide, caplog: pytest.LogCaptureFixture
) -> None:
    with _everything_logged(caplog) as said:
        invoice = coinqvest.invoice("coinqvest:XLM", return_url=RETURN_URL)
        checkout = coinqvest.read(invoice)
        unpaid = coinqvest.checkout()
        provider.pay(invoice)
        coinqvest.look(invoice)
        coinqvest.kit.run_due()
        rests = ("", "/methods", "/cancel", "/status", "/method", "/nothing")
        paths = [coinqvest.page(c, rest) for c in (checkout, unpaid) for rest in rests]
        paths += ["/checkout/brand.css", "/checkout/0", "/checkout/hooks/coinqvest"]
        paths += ["/checkout/static/1/page.css", "/checkout/static/1/page.js"]
        for path in paths:
            for answer in (coinqvest.client.get(path), coinqvest.client.post(path)):
                said += [answer.text, str(answer.headers)]
        runner = coinqvest.app.test_cli_runner()
        for command in (["doctor"], ["plugins"], ["check", checkout.id]):
            said.append(runner.invoke(args=["checkout", *command, "--json"]).output)
        said.append(
            repr([event.data for event in coinqvest.kit.list_events(unpaid.id)])
        )
    assert CANARY not in "\n".join(said)


def test_no_repr_tells_a_secret(coinqvest: Shop) -> None:
    services = coinqvest.services
    plugin = services.registry.plugin("coinqvest")
    objects = [services, *vars(services).values(), plugin, *vars(plugin).values()]
    objects += [*vars(plugin._client).values(), coinqvest.kit, services.database.engine]
    objects += list(vars(services.database).values())
    assert CANARY not in "\n".join(repr(thing) for thing in objects)


@pytest.mark.parametrize(
    "body",
    [{"errors": [f"bad secret-{CANARY}"]}, f"<p>secret-{CANARY}</p>", f'"{CANARY}'],
)
@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_a_provider_that_repeats_a_secret_is_not_quoted(
    coinqvest: Shop,
    provider: ProviderSide,
    caplog: pytest.LogCaptureFixture,
    body: object,
    status: int,
) -> None:
    text = str(body).replace(f'"{CANARY}', f'"secret-{CANARY}')
    with _everything_logged(caplog) as said:
        spoil = answer_with(body if isinstance(body, dict) else text, status)
        for endpoint in ("POST /checkout", "GET /checkout", "GET /auth-test"):
            provider.spoil[endpoint] = spoil
        plugin = coinqvest.services.registry.plugin("coinqvest")
        for call in (
            lambda: plugin._client.get_checkout("abc"),
            lambda: plugin._client.auth_test(),
            lambda: coinqvest.invoice("coinqvest:XLM"),
        ):
            with pytest.raises(CheckoutKitError) as caught:
                call()
            said.append(_tell(caught.value))
        page = coinqvest.client.get(coinqvest.page(coinqvest.checkout()))
        said.append(page.text)
    assert CANARY not in "\n".join(said)


def test_a_lost_database_tells_no_password(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    app = Flask("shop")
    url = f"postgresql+psycopg://shop:{CANARY}@127.0.0.1:1/shop"
    app.config.update(
        SECRET_KEY=CANARY,
        CHECKOUT_KIT_DATABASE_URL=url,
        CHECKOUT_KIT_PUBLIC_URL="https://shop.example",
        CHECKOUT_KIT_WORKER="external",
    )
    with _everything_logged(caplog) as said:
        kit = CheckoutKit(app, clock=clock)
        with app.app_context(), pytest.raises(OperationalError) as caught:
            kit.create_checkout(ten_dollars())
        said.append(_tell(caught.value))
        client = app.test_client()
        for path in ("/checkout/" + "0" * 32, "/checkout/" + "0" * 32 + "/status"):
            answer = client.get(path)
            assert answer.status_code == 500
            said += [answer.text, str(answer.headers)]
        said.append(app.test_cli_runner().invoke(args=["checkout", "doctor"]).output)
    assert CANARY not in "\n".join(said)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://shop:{CANARY}@{CANARY}:x@db/shop",
        f"postgresql+psycopg://shop:a@{CANARY}@db/shop",
        f"postgres://shop:{CANARY}@db/shop",
        f"nonsense {CANARY}",
    ],
)
def test_a_wrong_database_url_is_not_repeated(clock: FakeClock, url: str) -> None:
    app = Flask("shop")
    app.config.update(TESTING=True, CHECKOUT_KIT_DATABASE_URL=url)
    with pytest.raises(ConfigurationError) as caught:
        CheckoutKit(app, clock=clock)
    assert caught.value.key == "CHECKOUT_KIT_DATABASE_URL"
    assert CANARY not in str(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": f"{CANARY} ", "api_secret": CANARY},
        {"api_key": "k", "api_secret": f"{CANARY}\n"},
        {"api_key": "k", "api_secret": [CANARY]},
        {"api_key": "k", "api_secret": CANARY, "base_url": f"http://x/{CANARY}"},
        {"api_key": "k", "api_secret": CANARY, "base_url": f"https://u:{CANARY}@x"},
        {"api_key": "k", "api_secret": CANARY, "auth": CANARY},
        CANARY,
    ],
)
def test_a_wrong_setting_is_not_repeated(clock: FakeClock, settings: object) -> None:
    app = Flask("shop")
    app.config.update(TESTING=True, CHECKOUT_KIT_PLUGINS={"coinqvest": settings})
    with pytest.raises(ConfigurationError) as caught:
        CheckoutKit(app, clock=clock)
    assert CANARY not in _tell(caught.value)


def test_a_fault_of_ours_logs_no_token(
    sqlite_url: str, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    shop = make_shop(sqlite_url, clock, Script())
    checkout = shop.checkout(return_url=RETURN_URL)
    # No key: the way back can't be signed.
    shop.app.config["SECRET_KEY"] = None
    with caplog.at_level(logging.INFO):
        answer = shop.client.get(shop.page(checkout))
        with shop.services.database.transaction(write=True) as connection:
            connection.exec_driver_sql("DROP TABLE checkout_kit_quote")
            connection.commit()
        second = shop.client.get(shop.page(checkout, "/methods"))
    assert {answer.status_code, second.status_code} == {500}
    assert "Something went wrong on our side" in answer.text
    assert "failed" in caplog.text
    assert checkout.token not in caplog.text
    shop.close()


def test_tokens_are_in_no_repr_and_no_message(shop: Shop) -> None:
    checkout = shop.checkout()
    assert checkout.token not in repr(checkout) + repr(shop.kit.list_checkouts())
    told = [shop.client.get(shop.page(checkout)).headers, shop.kit.list_events]
    assert checkout.token not in repr(told)


def test_webhook_signatures_take_constant_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[tuple[object, object]] = []
    genuine = hmac.compare_digest

    def spy(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return genuine(a, b)

    monkeypatch.setattr(hmac, "compare_digest", spy)
    for header in ("0" * 64, "é", "", None):
        with pytest.raises(CheckoutKitError):
            verify_webhook("secret", b"{}", header)
    assert len(compared) == 4
    assert all(isinstance(side, bytes) for pair in compared for side in pair)
