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
    """A client of the API, with a token or without."""

    def __init__(self, client: Any, token: str | None = None) -> None:
        self.client = client
        self.token = token

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Call the API; header names are written with underscores."""
        sent_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent_headers["Authorization"] = f"Bearer {self.token}"
        body = {"json": json} if json is not None else {}
        response: TestResponse = self.client.open(
            f"{PREFIX}{path}", method=method, headers=sent_headers, **body
        )
        return response

    def get(self, path: str, **headers: str) -> TestResponse:
        """Send a GET."""
        return self.call("GET", path, **headers)

    def post(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Send a POST."""
        return self.call("POST", path, json, **headers)

    def put(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Send a PUT."""
        return self.call("PUT", path, json, **headers)

    def patch(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Send a PATCH."""
        return self.call("PATCH", path, json, **headers)

    def delete(self, path: str, **headers: str) -> TestResponse:
        """Send a DELETE."""
        return self.call("DELETE", path, **headers)


@pytest.fixture
def program(app: Flask) -> Callable[..., Program]:
    """Make a client with a new token of a member, or without a token."""

    def open_program(member: Member | None = None, *scopes: str) -> Program:
        client = app.test_client(use_cookies=False)
        if member is None:
            return Program(client)
        with atomic():
            key, _token = create_token(member, "a program", scopes or ("read", "write"))
        return Program(client, key)

    return open_program


def csrf_token(client: Any) -> str:
    """Give the CSRF token of a browser's session."""
    return str(contextvars.Context().run(client._token))


def react_to_all() -> None:
    """Run all pending handlers, as the worker does."""
    pending: list[tuple[list[int], str]] = []
    with atomic():
        dispatch_pending(lambda event_ids, name: pending.append((event_ids, name)))
    for event_ids, name in pending:
        with atomic():
            handle(event_ids, name)
