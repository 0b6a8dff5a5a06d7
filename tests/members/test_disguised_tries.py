"""An address that is written otherwise is the same address, for its tries are counted together."""

from tests.factories import PASSWORD, make_member_with_password

# Domains are folded when an address is read: wide letters are letters.
DISGUISES = [
    "chloe@example.org",
    "chloe@\uff45xample.org",
    "chloe@e\uff58ample.org",
    "chloe@exa\uff4dple.org",
    "chloe@exam\uff50le.org",
    "chloe@EXAMPLE.org",
]


def test_five_wrong_tries_are_five_however_the_address_is_written(app, visitor) -> None:
    make_member_with_password("Chloé Dumas", email="chloe@example.org")
    for disguise in DISGUISES[:5]:
        wrong = {"email": disguise, "password": "pas le bon mot de passe"}
        assert visitor.send("/connexion", wrong).status_code == 200
    right = {"email": DISGUISES[5], "password": PASSWORD}
    assert visitor.send("/connexion", right).status_code == 429
