"""Failed attempts by programs and pages are counted together for an address, in any spelling."""

import pytest

from tests.factories import PASSWORD, make_member_with_password
from tests.members.test_disguised_tries import DISGUISES, LOOKALIKES


def test_five_wrong_tries_are_five_however_the_address_is_written(app, program) -> None:
    make_member_with_password("Chloé Dumas", email="chloe@example.org")
    body = {"name": "Mon agenda", "scopes": ["read"]}
    for disguise in DISGUISES[:5]:
        wrong = {**body, "email": disguise, "password": "pas le bon mot de passe"}
        assert program().post("/tokens", wrong).status_code == 401
    right = {**body, "email": DISGUISES[5], "password": PASSWORD}
    assert program().post("/tokens", right).status_code == 429


@pytest.mark.parametrize("disguise", LOOKALIKES)
def test_no_lookalike_character_opens_a_second_count(app, program, disguise) -> None:
    make_member_with_password("Erik Le Goff", email="erik@example.org")
    body = {"name": "Mon agenda", "scopes": ["read"], "email": "erik@example.org"}
    for _try in range(5):
        wrong = {**body, "password": "pas le bon mot de passe"}
        assert program().post("/tokens", wrong).status_code == 401
    right = {**body, "email": disguise, "password": PASSWORD}
    assert program().post("/tokens", right).status_code in {401, 429}


def test_an_address_that_no_mail_reaches_is_not_invited(cast, program) -> None:
    for email in ("dr\u0130ss@example.org", "ren\u00e9@example.org"):
        answer = program(cast.bruno).post("/groups/ess-quartiers/invitations", {"email": email})
        assert (answer.status_code, answer.json["errors"].keys()) == (422, {"email"})
