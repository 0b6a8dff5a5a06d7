"""A program's tries are counted for an address as those of a page are, however it is written."""

from tests.factories import PASSWORD, make_member_with_password
from tests.members.test_disguised_tries import DISGUISES


def test_five_wrong_tries_are_five_however_the_address_is_written(app, program) -> None:
    make_member_with_password("Chloé Dumas", email="chloe@example.org")
    body = {"name": "Mon agenda", "scopes": ["read"]}
    for disguise in DISGUISES[:5]:
        wrong = {**body, "email": disguise, "password": "pas le bon mot de passe"}
        assert program().post("/tokens", wrong).status_code == 401
    right = {**body, "email": DISGUISES[5], "password": PASSWORD}
    assert program().post("/tokens", right).status_code == 429
