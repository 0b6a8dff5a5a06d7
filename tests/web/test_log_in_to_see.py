"""A link from a mail, logged out: the same words for what is there and what is not."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import PlacementStatus
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import PASSWORD, Cast, admit, make_member_with_password, make_post
from tests.test_visibility import body_of

Open = Callable[[Member], Visitor]


@pytest.fixture
def paths(cast: Cast) -> dict[str, str]:
    """Give addresses of things that a visitor may not see, and of some that are not there."""
    post, waiting = make_post(cast.amina, cast.private), make_post(cast.amina, cast.ess)
    with atomic():
        waiting.placements[0].status = PlacementStatus.PENDING
    return {
        "in a private group": f"/publications/{post.id}",
        "waiting": f"/publications/{waiting.id}",
        "in a hidden group": f"/publications/{make_post(cast.amina, cast.hidden).id}",
        "a hidden group": "/groupes/comite-de-pilotage",
        "no post": "/publications/987654",
        "no number": "/publications/abc",
        "no group": "/groupes/rien-du-tout",
        "no page": "/groupes/rien-du-tout/du-tout",
    }


def test_a_visitor_is_asked_to_log_in_whether_it_is_there_or_not(
    visitor: Visitor, paths: dict[str, str]
) -> None:
    bodies = set()
    for path in paths.values():
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert "Si cette page existe, connectez-vous pour la voir." in answer.text
        assert "Erreur 404" not in answer.text
        main = answer.text[answer.text.index("<main") :]
        assert main.index("/connexion?next=") < main.index("/aide")
        bodies.add(body_of(visitor, path))
    assert len(bodies) == 1


def test_from_there_one_logs_in_and_is_led_to_it(
    visitor: Visitor, cast: Cast, paths: dict[str, str]
) -> None:
    zoe = make_member_with_password("Zoé Martin", email="zoe@example.org")
    admit(cast.hidden, zoe)
    path = f"{paths['in a hidden group']}?thread=3"
    assert "thread%3D3" in visitor.get(path).text
    form = {"email": zoe.email, "password": PASSWORD, "next": path}
    assert visitor.send("/connexion", form).location == path
    assert visitor.get(path.partition("?")[0]).status_code == 200


def test_members_and_other_pages_are_answered_as_before(
    visitor: Visitor, browser: Open, cast: Cast, paths: dict[str, str]
) -> None:
    for answer in (browser(cast.driss).get(paths["no post"]), visitor.get("/rien")):
        assert answer.status_code == 404
        assert "Cette page n’est pas ici" in answer.text
