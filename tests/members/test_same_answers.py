"""No answer reveals whether an address has an account."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password

NAMES = {
    "known": "alice@example.org",
    "waiting": "bruno@example.org",
    "closed": "chloe@example.org",
    "unknown": "nobody@example.org",
}
CHANGES = re.compile(
    r'(name="(?:csrf_token|form_key)"[^>]*value=|nonce=|name="csp-nonce" content=|nonce-)'
    r'"?[^"\'; ]+'
)


@pytest.fixture(autouse=True)
def accounts(app: object) -> None:
    """Have an account of each sort."""
    from grandequipe.extensions import db  # noqa: PLC0415

    make_member_with_password("Alice Martin")
    make_member_with_password("Bruno Castel", confirmed_at=None)
    make_member_with_password("Chloe Dumas").active = False
    db.session.commit()


def comparable(answer: TestResponse, email: str) -> tuple[int, str, object]:
    """Give all that an onlooker learns from an answer, but what is drawn anew each time."""
    body = CHANGES.sub("", answer.text.replace(email, "EMAIL"))
    headers = {
        name: CHANGES.sub("", value)
        for name, value in answer.headers
        if name not in ("Set-Cookie", "Content-Length")
    }
    return answer.status_code, body, headers


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/connexion", {"password": "not the password"}),
        ("/mot-de-passe-oublie", {}),
        ("/confirmation", {}),
        ("/inscription", {"display_name": "Somebody", "password": PASSWORD}),
    ],
)
@pytest.mark.parametrize("who", ["known", "waiting", "closed"])
def test_a_known_address_gets_the_answer_of_an_unknown_one(
    app, visitor: Visitor, path: str, more: dict[str, str], who: str
) -> None:
    answers = []
    for email in (NAMES[who], NAMES["unknown"]):
        client = app.test_client()
        answer = client.send(path, {"email": email, **more})
        said = client.get("/connexion")
        answers.append((comparable(answer, email), comparable(said, email)))
    assert answers[0] == answers[1]
