"""A8: where a moderator reads first, a change of a published post waits, and the old text stays."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from grandequipe.core.errors import Conflict, NotFound, Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import PlacementStatus, Post, PostProposal
from grandequipe.feed.models.inputs import read_input, write_input
from grandequipe.feed.queries import count_waiting, get_proposal
from grandequipe.feed.services import (
    approve_post,
    approve_proposal,
    edit_post,
    refuse_post,
    refuse_proposal,
    remove_post,
)
from grandequipe.groups.models import PostingPolicy, Role
from grandequipe.groups.services import (
    GroupInput,
    change_role,
    edit_group,
)
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, Kind, draft_of, make_post
from tests.feed.conftest import main_of

Open = Callable[[Member], Visitor]
ADS = "/groupes/petites-annonces"
NEW = {"title": "Prête une scie", "body_html": "<p>Le soir et le samedi.</p>"}


@pytest.fixture
def post(cast: Cast) -> Post:
    """Give a post of Chloé's that Bruno approved."""
    made = make_post(
        cast.chloe, cast.moderated, title="Prête perceuse", body_html="<p>Le soir.</p>"
    )
    with atomic():
        approve_post(cast.bruno, made, made.text_version)
    return made


def propose(cast: Cast, post: Post, **changes: str) -> PostProposal:
    with atomic():
        kept = edit_post(cast.chloe, post, draft_of(**(NEW | changes)))
    assert kept is not None
    return kept


def version_on(page: str) -> str:
    """Read which texts a page shows."""
    found = re.search(r'name="read" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_group_reads_what_was_approved_until_a_moderator_has_read_the_change(
    cast: Cast, browser: Open, visitor: Visitor, post: Post
) -> None:
    chloe, bruno, address = browser(cast.chloe), browser(cast.bruno), f"/publications/{post.id}"
    form = chloe.get(f"{address}/modifier").text
    assert "Proposer à l’équipe d’animation" in form
    sent = chloe.send(f"{address}/modifier", {**NEW, "seen": post.text_version})
    assert sent.status_code == 303
    own = chloe.get(address).text
    assert "Votre modification attend une relecture" in own
    assert "Prête perceuse" in own
    for reader in (visitor, browser(cast.driss)):
        for path in (address, ADS, "/"):
            page = reader.get(path).text
            assert "une scie" not in page
            assert "samedi" not in page
        assert reader.get(f"{address}/proposition").status_code in (303, 404)
    assert count_waiting(cast.moderated)[0] == 1
    waiting = bruno.get(f"{ADS}/moderation").text
    assert f"{address}/proposition" in waiting
    compared = main_of(bruno.get(f"{address}/proposition").text)
    assert "Prête <ins>une scie</ins> <del>perceuse</del>" in compared
    assert re.search(r"<ins>.*samedi.*</ins>", compared)
    approved = bruno.send(f"{address}/proposition/accepter", {"read": version_on(compared)})
    assert (approved.status_code, approved.location) == (303, f"{ADS}/moderation")
    assert "Prête une scie" in visitor.get(address).text
    assert count_waiting(cast.moderated)[0] == 0
    assert chloe.get(f"{address}/proposition").location == address


def test_the_list_of_changes_reads_titles_and_no_texts(
    cast: Cast, browser: Open, count_queries: Callable[[], Any], post: Post
) -> None:
    propose(cast, post)
    bruno = browser(cast.bruno)
    with count_queries() as counter:
        assert "Prête perceuse" in bruno.get(f"{ADS}/moderation").text
    texts = re.compile(r"post_proposal\.content|post\.body_html")
    assert [said for said in counter.statements if texts.search(said)] == []


def test_a_refusal_says_why_and_nothing_that_was_written_is_lost(
    cast: Cast, browser: Open, visitor: Visitor, post: Post
) -> None:
    propose(cast, post)
    chloe, bruno, address = browser(cast.chloe), browser(cast.bruno), f"/publications/{post.id}"
    for word in ("", "x", "y" * 1001):
        wrong = bruno.send(f"{address}/proposition/refuser", {"reason": word})
        assert (wrong.status_code, "reason-error" in wrong.text) == (422, True)
    said = bruno.send(f"{address}/proposition/refuser", {"reason": "Quelle <scie> ?"})
    assert said.status_code == 303
    own = chloe.get(address).text
    assert "Quelle &lt;scie&gt; ?" in own
    assert "Quelle" not in browser(cast.driss).get(address).text
    again = chloe.get(f"{address}/modifier").text
    assert "Prête une scie" in again
    assert "samedi" in again
    assert "Quelle &lt;scie&gt; ?" in again
    sent = {**NEW, "title": "Prête une scie sauteuse"}
    assert chloe.send(f"{address}/modifier", sent).status_code == 303
    assert get_proposal(post, cast.bruno).is_open
    assert "sauteuse" in bruno.get(f"{address}/proposition").text
    assert chloe.send(f"{address}/proposition/retirer").status_code == 303
    assert db.session.query(PostProposal).count() == count_waiting(cast.moderated)[0] == 0
    assert "Prête perceuse" in visitor.get(address).text


@pytest.mark.parametrize("moved", ["by its author", "by a moderator"])
def test_a_moderator_approves_what_they_compared_and_nothing_else(
    cast: Cast, browser: Open, post: Post, moved: str
) -> None:
    propose(cast, post)
    bruno, address = browser(cast.bruno), f"/publications/{post.id}/proposition"
    read = version_on(bruno.get(address).text)
    if moved == "by its author":
        propose(cast, post, title="Tout autre chose")
    else:
        with atomic():
            assert edit_post(cast.amina, post, draft_of(title="Corrigé")) is None
    assert bruno.send(f"{address}/accepter", {"read": read}).status_code == 409
    unread = bruno.send(f"{address}/accepter")
    assert (unread.status_code, "lisez" in unread.text) == (422, True)
    assert post.title != NEW["title"]
    page = bruno.get(address).text
    assert ("a été modifiée depuis" in page) is (moved == "by a moderator")
    assert bruno.send(f"{address}/accepter", {"read": version_on(page)}).status_code == 303


def test_a_post_that_waits_is_not_approved_unread(cast: Cast, browser: Open) -> None:
    waiting, bruno = make_post(cast.chloe, cast.moderated), browser(cast.bruno)
    answer = bruno.send(f"/publications/{waiting.id}/publier")
    assert (answer.status_code, "lisez" in answer.text) == (422, True)
    db.session.expire_all()
    assert waiting.placements[0].is_pending


def test_a_refused_post_is_read_by_its_author_and_sent_again(
    cast: Cast, browser: Open, visitor: Visitor
) -> None:
    """It was gone, without a word."""
    post = make_post(cast.chloe, cast.moderated, **NEW)
    with atomic():
        refuse_post(cast.bruno, post, "Indiquez votre quartier.")
    chloe, address = browser(cast.chloe), f"/publications/{post.id}"
    page = chloe.get(address).text
    assert "Indiquez votre quartier." in page
    assert "samedi" in page
    for other in (visitor, browser(cast.driss)):
        assert other.get(address).status_code == 404
    assert browser(cast.bruno).get(f"{address}/modifier").status_code == 403
    form = chloe.get(f"{address}/modifier").text
    assert "Indiquez votre quartier." in form
    sent = chloe.send(f"{address}/modifier", {**NEW, "title": "Prête une scie à La Duchère"})
    assert sent.status_code == 303
    db.session.expire_all()
    assert (post.placements[0].status, post.placements[0].refusal) == (
        PlacementStatus.PENDING,
        None,
    )
    assert count_waiting(cast.moderated)[0] == 1


def test_its_author_goes_on_from_their_change_in_two_tabs_too(
    cast: Cast, browser: Open, post: Post
) -> None:
    chloe, path = browser(cast.chloe), f"/publications/{post.id}/modifier"
    seen = post.text_version
    assert chloe.send(path, {**NEW, "seen": seen}).status_code == 303
    overtaken = chloe.send(path, {**NEW, "title": "De l’autre onglet", "seen": seen})
    assert (overtaken.status_code, "De l’autre onglet" in overtaken.text) == (409, True)
    assert get_proposal(post, cast.chloe).post_input.title == NEW["title"]


def test_who_needs_no_approval_any_more_publishes_their_change_at_once(
    cast: Cast, browser: Open, post: Post
) -> None:
    propose(cast, post)
    with atomic():
        change_role(cast.amina, cast.moderated, cast.chloe, Role.MODERATOR)
    path = f"/publications/{post.id}/modifier"
    assert "samedi" in browser(cast.chloe).get(path).text, "they go on from what they wrote"
    with atomic():
        assert edit_post(cast.chloe, post, draft_of(title="De moi-même")) is None
    assert post.title == "De moi-même"
    assert db.session.query(PostProposal).count() == 0


def test_what_waits_in_a_group_that_is_moderated_no_more_is_still_decided(
    cast: Cast, browser: Open, post: Post
) -> None:
    propose(cast, post)
    with atomic():
        edit_group(cast.amina, cast.moderated, GroupInput(name="Petites annonces"))
    page = browser(cast.bruno).get(f"/publications/{post.id}/proposition").text
    with atomic():
        approve_proposal(cast.bruno, post, version_on(page))
    assert post.title == NEW["title"]


def test_a_change_waits_too_where_moderators_alone_publish(cast: Cast, post: Post) -> None:
    draft = GroupInput(name="Petites annonces", posting_policy=PostingPolicy.MODERATORS)
    with atomic():
        edit_group(cast.amina, cast.moderated, draft)
    assert propose(cast, post).is_open
    assert post.title == "Prête perceuse"


def test_a_post_that_is_removed_takes_its_change_along(cast: Cast, post: Post) -> None:
    proposal = propose(cast, post)
    version = proposal.version
    with atomic():
        remove_post(cast.bruno, post)
    assert db.session.query(PostProposal).count() == count_waiting(cast.moderated)[0] == 0
    with pytest.raises(NotFound), atomic():
        approve_proposal(cast.bruno, post, version)


def test_a_change_is_decided_once_and_by_moderators(cast: Cast, post: Post) -> None:
    version = propose(cast, post).version
    with pytest.raises(Refused), atomic():
        approve_proposal(cast.chloe, post, version)
    with atomic():
        refuse_proposal(cast.bruno, post, "Trop court.")
    with pytest.raises(Conflict), atomic():
        approve_proposal(cast.amina, post, version)


@pytest.mark.usefixtures("taxonomies")
@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_of_every_kind_waits_and_comes_back(
    cast: Cast, browser: Open, kind: Kind
) -> None:
    post = make_post(cast.chloe, cast.moderated, kind)
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
    own = {
        Kind.RESOURCE: {"publisher": "Mairie <b>", "licence": "CC BY 4.0"},
        Kind.WEBINAR: {"speakers": "Awa Diop", "capacity": 30, "time_zone": "Indian/Reunion"},
        Kind.PROJECT: {"partners": "La Poste", "contact": "Awa"},
        Kind.CALL: {"funder": "ANCT", "url": "https://example.org/appel"},
    }
    labels = {"themes": ["sante"], "territories": ["Bagnolet (93)"], "language": "en"}
    draft = draft_of(kind, title="Mieux dit", **labels, **own.get(kind, {}))
    with atomic():
        proposal = edit_post(cast.chloe, post, draft)
    assert proposal is not None
    assert read_input(kind, write_input(draft)) == draft
    page = main_of(browser(cast.bruno).get(f"/publications/{post.id}/proposition").text)
    for value in ("Santé", "Bagnolet (93)", "anglais", *map(str, own.get(kind, {}).values())):
        shown = {"Mairie <b>": "Mairie &lt;b&gt;", "Indian/Reunion": "Réunion"}.get(value, value)
        assert shown in page
    with atomic():
        approve_proposal(cast.bruno, post, version_on(page))
    db.session.expire_all()
    for name, value in own.get(kind, {}).items():
        assert getattr(post, name) == value
    assert [theme.slug for theme in post.themes] == ["sante"]
    assert (post.title, post.language) == ("Mieux dit", "en")
