"""The proof of payment: what the form takes, and what the buyer is told."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from urllib3.filepost import encode_multipart_formdata
from werkzeug.test import TestResponse

from checkout_kit.domain.proof import MAX_PROOF_BYTES, Proof
from tests.web.conftest import make_app
from tests.web.fake_desk import TOKEN, FakeDesk, desk_for

PAGE = f"/checkout/{TOKEN}"
PDF = b"%PDF-1.7 the bank says so"


@pytest.fixture
def desk() -> FakeDesk:
    """A desk with an order that a proof is wanted for."""
    return desk_for("proof")


def send(desk: FakeDesk, content: bytes = PDF, **settings: Any) -> TestResponse:
    app = make_app(desk)
    app.config.update(settings)
    # Encoded here: the test client would keep a large form in a file.
    body, content_type = encode_multipart_formdata({"proof": ("receipt.pdf", content)})
    return app.test_client().post(f"{PAGE}/proof", data=body, content_type=content_type)


def notice(answer: TestResponse) -> str:
    assert answer.status_code == 303
    return answer.location.removeprefix(f"{PAGE}?notice=")


def test_a_proof_is_handed_to_the_desk(desk: FakeDesk) -> None:
    assert notice(send(desk)) == "proof-sent"
    assert desk.calls[-1] == ("submit_proof", TOKEN, Proof.read(PDF, "receipt.pdf"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "proof-missing"),
        (b"<svg onload=alert(1)>", "proof-kind"),
        (PDF.ljust(MAX_PROOF_BYTES + 1), "proof-large"),
        (PDF.ljust(MAX_PROOF_BYTES + 100_000), "proof-large"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(
    content: bytes, expected: str, desk: FakeDesk
) -> None:
    answer = send(desk, content)
    assert notice(answer) == expected
    assert "submit_proof" not in {call[0] for call in desk.calls}
    shown = make_app(desk).test_client().get(answer.location).text
    assert '<p class="notice" role="status">' in shown
    assert "Send proof" in shown


def test_the_largest_proof_is_taken_whatever_the_app_s_own_limit(
    desk: FakeDesk,
) -> None:
    large = PDF.ljust(MAX_PROOF_BYTES)
    assert notice(send(desk, large, MAX_CONTENT_LENGTH=1000)) == "proof-sent"


def test_a_form_without_one_file_says_so(desk: FakeDesk) -> None:
    client = make_app(desk).test_client()
    for sent in (
        {},
        {"proof": "no file"},
        {"other": (BytesIO(PDF), "a.pdf")},
        {"proof": [(BytesIO(PDF), "a.pdf"), (BytesIO(PDF), "b.pdf")]},
    ):
        answer = client.post(
            f"{PAGE}/proof", data=sent, content_type="multipart/form-data"
        )
        assert notice(answer) == "proof-missing"


def test_no_form_and_no_reading_where_none_is_wanted() -> None:
    desk = desk_for("redirect")
    assert "Send proof" not in make_app(desk).test_client().get(PAGE).text
    answer = send(desk)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "submit_proof" not in {call[0] for call in desk.calls}


def test_a_token_that_is_nobodys_gets_the_usual_answer(desk: FakeDesk) -> None:
    sent = {"proof": (BytesIO(PDF), "receipt.pdf")}
    client = make_app(desk).test_client()
    assert client.post(f"/checkout/{'f' * 32}/proof", data=sent).status_code == 404


def test_the_page_never_reloads_a_form_away(desk: FakeDesk) -> None:
    html = make_app(desk).test_client().get(PAGE).text
    assert 'http-equiv="refresh"' not in html
    assert "Refresh now" in html
