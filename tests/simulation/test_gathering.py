"""Several simulators behind one address, and the paths that some have at its root."""

from __future__ import annotations

import pytest
from flask import Flask

from checkout_kit.simulation import gather


def plain(name: str, *root_paths: str) -> Flask:
    app = Flask(name)
    app.config["SIMULATOR_ROOT_PATHS"] = root_paths

    @app.get("/<path:path>")
    def answer(path: str) -> str:
        return f"{name}: {path}"

    return app


def test_a_path_at_the_root_reaches_its_simulator_as_it_is() -> None:
    client = gather({"one": plain("one"), "two": plain("two", "app")}).test_client()
    assert client.get("/app/key").text == "two: app/key"
    assert client.get("/one/app/key").text == "one: app/key"
    assert client.get("/two/app/key").text == "two: app/key"
    assert client.get("/application").status_code == 404
    assert "two" in client.get("/").text


@pytest.mark.parametrize("other", [plain("app"), plain("one", "app")])
def test_two_simulators_cant_have_the_same_path(other: Flask) -> None:
    with pytest.raises(ValueError, match="/app"):
        gather({other.name: other, "two": plain("two", "app")})
