"""Programs that call the API."""

import contextvars
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from grandequipe.core.events.dispatch import dispatch_pending, handle
from grandequipe.core.transactions import atomic
from grandequipe.members.models import Member
from grandequipe.members.services import create_token

PREFIX = "/api/v1"


class Program:
    """A program that bears a token, or none."""

    def __init__(self, client: Any, token: str | None = None) -> None:
        self.client = client
        self.token = token

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Call the API; header names are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        body = {"json": json} if json is not None else {}
        answer: TestResponse = self.client.open(
            f"{PREFIX}{path}", method=method, headers=sent, **body
        )
        return answer

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read."""
        return self.call("GET", path, **headers)

    def post(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Add."""
        return self.call("POST", path, json, **headers)

    def put(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Put in place."""
        return self.call("PUT", path, json, **headers)

    def patch(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Change."""
        return self.call("PATCH", path, json, **headers)

    def delete(self, path: str, **headers: str) -> TestResponse:
        """Take away."""
        return self.call("DELETE", path, **headers)


@pytest.fixture
def program(app: Flask) -> Callable[..., Program]:
    """Open a program that calls for a member, or for nobody."""

    def open_program(member: Member | None = None, *scopes: str) -> Program:
        client = app.test_client(use_cookies=False)
        if member is None:
            return Program(client)
        with atomic():
            key, _token = create_token(member, "a program", scopes or ("read", "write"))
        return Program(client, key)

    return open_program


def csrf_token(client: Any) -> str:
    """Give the token that the pages of a browser carry."""
    return str(contextvars.Context().run(client._token))


def react_to_all() -> None:
    """Run by hand every reaction that waits, as the worker does."""
    waiting: list[tuple[list[int], str]] = []
    with atomic():
        dispatch_pending(lambda event_ids, name: waiting.append((event_ids, name)))
    for event_ids, name in waiting:
        with atomic():
            handle(event_ids, name)
