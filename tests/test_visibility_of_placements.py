"""12: a post in a public and in a hidden group, as each kind of person has it on every way out."""

from collections.abc import Callable, Iterator

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post, ReactionName
from grandequipe.feed.services import add_reaction, publish_post, take_out
from grandequipe.groups.models import PostingPolicy
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, admit, draft_of, make_comment, make_group
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
TITLE = "Deux groupes"
SECRET = ("Comité de pilotage", "comite-de-pilotage")
PEOPLE = ("visitor", "driss", "chloe", "bruno", "amina", "eva", "farid")
KNOW_THE_HIDDEN = {"chloe", "bruno", "amina", "farid"}
PAGES = (
    "/publications/{id}", "/publications/{id}/reactions", "/groupes/ess-quartiers",
    "/groupes/comite-de-pilotage", "/", "/notifications", "/reglages/lettre/apercu",
)  # fmt: skip
CALLS = (
    "/posts/{id}", "/posts/{id}/comments", "/groups/ess-quartiers/posts",
    "/groups/comite-de-pilotage/posts", "/feed", "/notifications", "/changes?since={since}",
)  # fmt: skip


@pytest.fixture
def post(cast: Cast) -> Post:
    """Publish a post in both groups, with a comment of a member of both."""
    with atomic():
        made = publish_post(cast.amina, cast.ess, draft_of(title=TITLE), [cast.hidden])
    make_comment(cast.chloe, made)
    run_pending_handlers()
    return made


@pytest.fixture
def answers(
    cast: Cast,
    browser: Open,
    visitor: Visitor,
    program: Callable[..., Program],  # noqa: F811
) -> Callable[[Post, str], Iterator[tuple[str, int, str]]]:
    """Ask every way out as one person: its path, the status, and what it says."""
    since = {
        name: program(getattr(cast, name)).get("/changes").json["cursor"]
        for name in PEOPLE
        if name != "visitor"
    }

    def ask(post: Post, name: str) -> Iterator[tuple[str, int, str]]:
        member = None if name == "visitor" else getattr(cast, name)
        client = browser(member) if member else visitor
        for path in PAGES:
            answer = client.get(path.format(id=post.id))
            yield path, answer.status_code, answer.text
        for path in CALLS if member else ():
            answer = program(member).get(path.format(id=post.id, since=since[name]))
            yield f"/api{path}", answer.status_code, answer.text

    return ask


@pytest.mark.parametrize("name", PEOPLE)
def test_the_hidden_group_is_named_to_those_who_know_it_only(
    cast: Cast, post: Post, answers: Callable[..., Iterator[tuple[str, int, str]]], name: str
) -> None:
    for path, status, text in answers(post, name):
        is_hidden_group_s = "comite-de-pilotage" in path
        if name in KNOW_THE_HIDDEN:
            assert status == 200, path
            continue
        # A page that asks a visitor to log in names the address that was asked for.
        shown = text.replace("comite-de-pilotage", "") if is_hidden_group_s else text
        assert not [word for word in SECRET if word in shown], path
        if is_hidden_group_s:
            assert status in (302, 404), path
        if path in ("/publications/{id}", "/api/posts/{id}", "/groupes/ess-quartiers"):
            assert (status, TITLE in text) == (200, True), path


def test_a_group_where_it_waits_does_not_read_the_thread_of_another(
    cast: Cast,
    browser: Open,
    program: Callable[..., Program],  # noqa: F811
) -> None:
    own = make_group(cast.driss, "Voisinage", posting_policy=PostingPolicy.MODERATED)
    admit(own, cast.amina)
    with atomic():
        post = publish_post(cast.amina, cast.hidden, draft_of(title=TITLE), [own])
    comment = make_comment(cast.chloe, post, "Entre nous")
    with atomic():
        add_reaction(cast.chloe, post, ReactionName.THANKS)
    page, api = browser(cast.driss), program(cast.driss)
    path = f"/publications/{post.id}"
    shown = page.get(path)
    assert (shown.status_code, TITLE in shown.text) == (200, True), "it waits for them"
    for word in ("Entre nous", "Chloé", "data-comments", "data-live-reactions"):
        assert word not in shown.text
    for hidden in (f"{path}/reactions", f"{path}/commentaires/{comment.id}"):
        assert page.get(hidden).status_code == 404
    assert page.get(path, headers={"HX-Request": "true"}).status_code == 404
    assert api.get(f"/posts/{post.id}/comments").status_code == 404
    assert api.delete(f"/comments/{comment.id}").status_code == 404
    counted = api.get(f"/posts/{post.id}").json
    assert (counted["comment_count"], counted["reactions"]) == (0, {})
    assert program(cast.bruno).get(f"/posts/{post.id}").json["comment_count"] == 1


@pytest.mark.parametrize("name", PEOPLE)
def test_out_of_the_public_group_only_the_hidden_one_has_it(
    cast: Cast, post: Post, answers: Callable[..., Iterator[tuple[str, int, str]]], name: str
) -> None:
    with atomic():
        take_out(cast.amina, db.session.merge(post), cast.ess)
    db.session.expire_all()
    for path, status, text in answers(post, name):
        if name not in KNOW_THE_HIDDEN:
            assert TITLE not in text, path
            if "{id}" in path:
                assert status in (302, 404), path
        elif path in ("/publications/{id}", "/api/posts/{id}", "/groupes/comite-de-pilotage"):
            assert (status, TITLE in text) == (200, True), path
