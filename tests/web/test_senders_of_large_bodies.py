"""A large body is read for members only: its sender is identified before."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from grandequipe.web.bodies import FORM_BODY
from tests.api.conftest import program as program
from tests.conftest import Visitor
from tests.factories import Cast

PARTS = "multipart/form-data; boundary=part"


class Body(io.BytesIO):
    """A body that notes whether it was read."""

    was_read = False

    def readinto(self, buffer: Any) -> int:
        """Read some of it, as Werkzeug does."""
        self.was_read = True
        return super().readinto(buffer)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/v1/files", {}, 401),
        ("/api/v1/files", {"Authorization": "Bearer faux"}, 401),
        ("/reglages/photo", {}, 303),
    ],
)
def test_a_large_body_of_a_visitor_is_not_read(
    visitor: Visitor, path: str, headers: dict[str, str], status: int
) -> None:
    body = Body(b"--part\r\n" + b"x" * FORM_BODY)
    length = {"Content-Length": str(len(body.getvalue()))}
    refused = visitor.post(
        path, input_stream=body, content_type=PARTS, headers={**headers, **length}
    )
    assert (refused.status_code, body.was_read) == (status, False)


def test_a_large_text_of_a_program_is_read_once_its_token_is_known(
    cast: Cast, visitor: Visitor, program: Callable[..., Any]
) -> None:
    for token, status in ((program(cast.amina).token, 422), ("faux", 401)):
        body = Body(b"{}" + b" " * FORM_BODY)
        headers = {
            "Content-Length": str(len(body.getvalue())), "Authorization": f"Bearer {token}",
        }  # fmt: skip
        answer = visitor.post(
            "/api/v1/groups/ess-quartiers/posts",
            input_stream=body,
            content_type="application/json",
            headers=headers,
        )
        assert (answer.status_code, body.was_read) == (status, status == 422)
