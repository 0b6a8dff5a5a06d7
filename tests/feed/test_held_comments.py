"""A comment that a rule against spam holds: what its author, a program and moderators see of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Hold
from grandequipe.feed.queries.holds import list_held
from grandequipe.feed.services.holds import approve_held, remove_held
from grandequipe.members.models import Member
from tests.api.conftest import Program, program as program
from tests.conftest import Visitor
from tests.factories import Cast, admit, make_comment, make_member, make_post
from tests.notifications.dispatching import run_pending_handlers
from tests.notifications.test_bell import kinds_in_bell_of

Open = Callable[[Member], Visitor]
LINKS = "".join(f'<a href="https://site{n}.example/">ici</a> ' for n in range(3))
WAITS = "attend une relecture"


@pytest.fixture
def nadia(cast: Cast) -> Member:
    """Give a member of this very day, whose third link waits for a moderator."""
    made = make_member("Nadia Petit", created_at=clock.now())
    admit(cast.ess, made)
    return made


def bell(member: Member) -> set[str]:
    run_pending_handlers()
    return set(kinds_in_bell_of(member))


def decide(cast: Cast, *, approve: bool) -> None:
    entry = list_held(cast.ess)[0]
    with atomic():
        if approve:
            approve_held(cast.bruno, cast.ess, entry.id, entry.version)
        else:
            remove_held(cast.bruno, cast.ess, entry.id, "Trop de liens.")


@pytest.mark.parametrize(
    ("approve", "heard"), [(True, "comment_approved"), (False, "decision_made")]
)
def test_its_author_sees_that_it_waits_and_hears_what_is_decided(
    cast: Cast, browser: Open, nadia: Member, approve: bool, heard: str
) -> None:
    thread = make_post(cast.amina, cast.ess)
    make_comment(nadia, thread, LINKS)
    address = f"/publications/{thread.id}"
    assert "comment_pending" in bell(cast.bruno)
    assert "comment_pending" not in bell(cast.chloe)
    for member in (nadia, cast.bruno, cast.chloe, cast.amina):
        page = browser(member).get(address).text
        assert (WAITS in page, "site2.example" in page) == (member is nadia,) * 2
    decide(cast, approve=approve)
    assert heard in bell(nadia)
    assert "comment_pending" not in bell(cast.bruno)
    assert WAITS not in browser(nadia).get(address).text
    assert ("site2.example" in browser(cast.chloe).get(address).text) is approve
    if approve:
        assert "a été relu et publié" in browser(nadia).get("/notifications").text


def test_its_author_withdraws_it_and_putting_it_back_has_it_wait_again(
    cast: Cast, browser: Open, nadia: Member
) -> None:
    thread = make_post(cast.amina, cast.ess)
    held = make_comment(nadia, thread, LINKS)
    author, path = browser(nadia), f"/commentaires/{held.id}/supprimer"
    assert f'action="{path}"' in author.get(f"/publications/{thread.id}").text
    for other in (cast.chloe, cast.bruno):
        assert browser(other).send(path).status_code == 404
    assert author.send(path).status_code == 303
    assert WAITS not in author.get(f"/publications/{thread.id}").text
    assert (list(db.session.scalars(select(Hold))), list_held(cast.ess)) == ([], [])
    assert "comment_pending" not in bell(cast.bruno)
    assert "site2.example" in author.get("/corbeille").text
    put_back = author.send(f"/corbeille/commentaires/{held.id}")
    assert put_back.location.endswith(f"#held-{held.id}")
    assert WAITS in author.get(put_back.location).text
    assert "site2.example" not in browser(cast.chloe).get(f"/publications/{thread.id}").text
    db.session.expire_all()
    assert (thread.comment_count, len(list_held(cast.ess))) == (0, 1)
    decide(cast, approve=True)
    assert "site2.example" in browser(cast.chloe).get(f"/publications/{thread.id}").text


def test_a_program_reads_that_it_waits_and_others_read_nothing_of_it(
    cast: Cast, program: Callable[..., Program], nadia: Member
) -> None:
    thread = make_post(cast.amina, cast.ess)
    make_comment(cast.chloe, thread, "<p>Bonjour</p>")
    author, list_of = program(nadia), f"/posts/{thread.id}/comments"
    sent = author.post(list_of, json={"body_html": LINKS})
    said = sent.json
    assert sent.status_code == 201
    assert (said["status"], said["removed_at"], said["author"]["id"]) == ("pending", None, nadia.id)
    assert "site2.example" in said["body_html"]
    assert [each["status"] for each in author.get(list_of).json["items"]] == [
        "pending",
        "published",
    ]
    for other in (program(cast.bruno), program(None)):
        assert [each["status"] for each in other.get(list_of).json["items"]] == ["published"]
    one = f"/comments/{said['id']}"
    assert program(cast.chloe).delete(one).status_code == 404
    assert author.delete(one).status_code == 204
    assert author.delete(one).status_code == 404
    assert [each["status"] for each in author.get(list_of).json["items"]] == [
        "removed",
        "published",
    ]
    assert db.session.get_one(Comment, said["id"]).removed_by_id == nadia.id
