"""An address that is written otherwise is the same address, for its tries are counted together."""

import pytest

from tests.factories import PASSWORD, make_member_with_password

# Domains are folded when an address is read: wide characters are characters.
DISGUISES = [
    "chloe@example.org",
    "chloe@\uff45xample.org",
    "chloe@e\uff58ample.org",
    "chloe@exa\uff4dple.org",
    "chloe@exam\uff50le.org",
    "chloe@EXAMPLE.org",
]
# PostgreSQL reads the first as an i, Python as an i with one more sign; both read the other as k.
LOOKALIKES = ["erik@example.org", "er\u0130k@example.org", "eri\u212a@example.org"]


def test_five_wrong_tries_are_five_however_the_address_is_written(app, visitor) -> None:
    make_member_with_password("Chloé Dumas", email="chloe@example.org")
    for disguise in DISGUISES[:5]:
        wrong = {"email": disguise, "password": "pas le bon mot de passe"}
        assert visitor.send("/connexion", wrong).status_code == 422
    right = {"email": DISGUISES[5], "password": PASSWORD}
    assert visitor.send("/connexion", right).status_code == 429


@pytest.mark.parametrize("disguise", LOOKALIKES)
def test_no_lookalike_character_opens_a_second_count(app, visitor, disguise) -> None:
    make_member_with_password("Erik Le Goff", email="erik@example.org")
    for _try in range(5):
        wrong = {"email": "erik@example.org", "password": "pas le bon mot de passe"}
        assert visitor.send("/connexion", wrong).status_code == 422
    right = {"email": disguise, "password": PASSWORD}
    assert visitor.send("/connexion", right).status_code in {422, 429}
    assert visitor.get("/reglages").status_code != 200
