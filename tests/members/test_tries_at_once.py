"""Wrong tries that come together are counted as those that come one after the other."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.factories import PASSWORD, make_member_with_password


def test_twelve_at_once_are_not_twelve_tries(app: Flask) -> None:
    make_member_with_password("Zoé Martin", email="zoe@example.org")
    clients: list[Any] = [app.test_client() for _number in range(12)]
    tokens = [contextvars.Context().run(client._token) for client in clients]

    def attempt(number: int) -> int:
        typed = {"email": "zoe@example.org", "password": f"{PASSWORD} {number}"}
        sent = {"data": {**typed, "csrf_token": tokens[number]}}
        # The scene's own client looks at the data afterwards, which needs the scene's context.
        return FlaskClient.open(clients[number], "/connexion", method="POST", **sent).status_code

    with ThreadPoolExecutor(len(clients)) as together:
        answers = list(together.map(attempt, range(len(clients))))
    assert answers.count(422) <= 5
