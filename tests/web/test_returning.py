"""A GET of an address that only takes forms leads to the page above it."""

from collections.abc import Callable

import pytest

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/groupes/ess-quartiers/quitter", "/groupes/ess-quartiers"),
        ("/groupes/ess-quartiers/invitations", "/groupes/ess-quartiers"),
        ("/groupes/ess-quartiers/membres/3/role", "/groupes/ess-quartiers/membres/3"),
        ("/publications/61/commentaires", "/publications/61"),
        ("/commentaires/3/supprimer", "/"),
        ("/reglages/photo/retirer", "/reglages/photo"),
        ("/langue", "/"),
    ],
)
def test_a_form_s_address_leads_to_the_page_above(
    path: str, above: str, cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    answer = browser(cast.chloe).get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, above)


def test_programs_and_other_methods_get_an_error(cast: Cast, visitor: Visitor) -> None:
    assert visitor.get("/api/v1/tokens").status_code == 405
    assert visitor.delete("/groupes/ess-quartiers").status_code == 405
