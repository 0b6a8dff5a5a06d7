"""Addresses are kept alike from every client, and typed in a text they are links."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Open = Callable[[Member], Visitor]
Programs = Callable[..., Program]

POSTS = "/groups/ess-quartiers/posts"
RESOURCE = {
    "kind": "resource",
    "title": "Un guide",
    "body_html": "Quelques mots.",
    "resource_type": "guide",
}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.exemple.fr", "https://www.exemple.fr"),
        (" exemple.fr/guide?x=1#a ", "https://exemple.fr/guide?x=1#a"),
        ("http://exemple.fr", "http://exemple.fr"),
        ("exemple.fr/a b", None),
        ("javascript:alert(1)", None),
        ("exemple", None),
    ],
)
def test_an_address_of_a_program_is_completed_as_a_page_s_is(
    cast: Cast,
    program: Programs,  # noqa: F811
    typed: str,
    kept: str | None,
) -> None:
    answer = program(cast.chloe).post(POSTS, {**RESOURCE, "url": typed})
    assert answer.status_code == (201 if kept else 422)
    assert answer.json.get("url") == kept
    assert kept or answer.json["errors"].keys() == {"url"}


def test_addresses_in_a_comment_and_a_post_are_links(
    browser: Open,
    cast: Cast,
    program: Programs,  # noqa: F811
) -> None:
    post = make_post(cast.amina, cast.ess)
    said = {"body_html": "Voir www.exemple.fr/a."}
    browser(cast.chloe).send(f"/publications/{post.id}/commentaires", said)
    program(cast.chloe).post(f"/posts/{post.id}/comments", said)
    program(cast.chloe).post(POSTS, {**RESOURCE, "url": "exemple.fr", **said})
    link = '<a href="https://www.exemple.fr/a" rel="noopener noreferrer nofollow ugc">'
    newest = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
    assert newest is not None
    texts = [newest.body_html, *(each.body_html for each in db.session.scalars(select(Comment)))]
    assert len(texts) == 3
    assert all(f"{link}www.exemple.fr/a</a>." in text for text in texts)
    assert newest.summary == "Voir www.exemple.fr/a."
