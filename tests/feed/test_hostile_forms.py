"""What no keyboard types is refused in words, and breaks nothing."""

import pytest

PAGE = "/groupes/ess-quartiers/publier/actualite"


@pytest.mark.parametrize(
    "typed", ["Bagnolet\x00 (93)", "; ".join(map(str, range(40_000)))], ids=["a", "b"]
)
def test_territories_that_cannot_be_are_refused(cast, browser, typed) -> None:
    given = {"title": "Un titre", "body_html": "Quelques mots", "territories": typed}
    assert browser(cast.chloe).send(PAGE, given).status_code == 422
