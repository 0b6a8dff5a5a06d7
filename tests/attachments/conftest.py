"""Programs that send files."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from grandequipe.members.models import Member
from tests.api.conftest import PREFIX, program as program

Send = Callable[..., TestResponse]


def path_of(answer: TestResponse) -> str:
    return str(answer.json["url"]).removeprefix("http://localhost")


@pytest.fixture
def send(program: Callable[..., Any]) -> Send:
    """Send a file as a member's program."""

    def send_file(
        member: Member, content: bytes, name: str = "bilan.pdf", key: str = "", **said: str
    ) -> TestResponse:
        caller = program(member)
        headers = {"Authorization": f"Bearer {caller.token}"} | (
            {"Idempotency-Key": key} if key else {}
        )
        sent = {"file": (io.BytesIO(content), name), **said}
        return caller.client.post(f"{PREFIX}/files", data=sent, headers=headers)

    return send_file
