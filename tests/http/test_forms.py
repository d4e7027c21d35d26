"""Forms: what a call that takes files sends, and secrets known by their look alone."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

import pytest

from checkout_kit.errors import ProviderError, ProviderRefused
from checkout_kit.http import REDACTED, ApiClient, Form, FormFile, Redactor
from tests.http.raw_server import RawServer, answer, serving

TOKENS = (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", r"(?<=signature=)[0-9a-f]+")
LINK = "https://pay.example/?t=eyJhbGci.eyJ1c2.c2lnbg&signature=0a1b2c"


def client_of(server: RawServer) -> ApiClient:
    return ApiClient(
        "acme",
        server.url,
        read_messages=lambda data: [data["message"]],
        secret_patterns=TOKENS,
    )


def parts_of(request: bytes) -> dict[str, Message]:
    _, _, rest = request.partition(b"\r\n")
    form = message_from_bytes(rest)
    assert form.get_content_type() == "multipart/form-data"
    found = {}
    for part in form.get_payload():
        assert isinstance(part, Message)
        found[str(part.get_param("name", header="content-disposition"))] = part
    return found


def test_a_form_holds_fields_and_files() -> None:
    bmp = FormFile(b"BM\x00\r\n--\xff", "card.bmp", "image/bmp")
    form = Form({"alias": "My card €"}, {"image": bmp})
    with serving(answer()) as server:
        client_of(server).request("POST", "/card", form=form)
    parts = parts_of(server.requests[0])
    assert parts["alias"].get_payload(decode=True) == "My card €".encode()
    assert parts["image"].get_payload(decode=True) == bmp.content
    assert parts["image"].get_content_type() == "image/bmp"
    assert parts["image"].get_filename() == "card.bmp"


def test_a_form_is_signed_as_it_is_sent() -> None:
    seen: list[bytes] = []

    def sign(method: str, target: str, body: bytes) -> dict[str, str]:
        seen.append(body)
        return {}

    with serving(answer()) as server:
        client = ApiClient("acme", server.url, auth=sign)
        client.request("POST", "/x", form=Form({"a": "1"}))
    assert seen == [server.requests[0].partition(b"\r\n\r\n")[2]]


def test_a_files_content_is_in_no_repr() -> None:
    assert "secret" not in repr(Form({"a": "secret"}, {"b": FormFile(b"secret", "c")}))


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": "go to %s"}' % LINK.encode(),
        b"<html>%s</html>" % LINK.encode(),
    ],
)
def test_what_looks_like_a_token_is_in_no_error(body: bytes) -> None:
    with serving(answer(body, status="422 No")) as server:
        with pytest.raises(ProviderError) as caught:
            client_of(server).get("/thing")
    error = caught.value
    told = str(error) + repr(vars(error))
    assert REDACTED in told
    for secret in ("eyJ", "0a1b2c"):
        assert secret not in told
    assert isinstance(error, ProviderRefused) or "html" in told


def test_a_longer_redactor_keeps_the_patterns() -> None:
    assert Redactor(patterns=TOKENS).extended(["secret"])(LINK + " secret") == (
        f"https://pay.example/?t={REDACTED}&signature={REDACTED} {REDACTED}"
    )
