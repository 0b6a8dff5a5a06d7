"""12: the groups of a post are chosen within limits; none is named to those who may not see it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from flask import Flask

from grandequipe.core.errors import Conflict, Invalid, Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import MOST_GROUPS, Post
from grandequipe.feed.policies import may_place
from grandequipe.feed.services import place_post, publish_post, take_out
from grandequipe.groups.models import Group
from grandequipe.groups.services import leave_group
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, admit, draft_of, make_group

Open = Callable[[Member], Visitor]
Programs = Callable[[Member], Program]


def make_post_in(author: Member, *groups: Group) -> Post:
    """Publish a post in several groups at once."""
    with atomic():
        return publish_post(author, groups[0], draft_of(), groups[1:])


def make_groups(owner: Member, number: int) -> Sequence[Group]:
    """Make several groups of one owner."""
    return [make_group(owner, f"Quartier {each}") for each in range(number)]


def test_a_removed_post_names_no_group_that_its_author_has_left(
    cast: Cast,
    program: Programs,  # noqa: F811
) -> None:
    post = make_post_in(cast.chloe, cast.hidden, cast.ess)
    with atomic():
        leave_group(cast.chloe, cast.hidden)
    answer = program(cast.chloe).patch(f"/posts/{post.id}", {"status": "removed"})
    assert (answer.status_code, answer.json["group"]) == (200, "ess-quartiers")
    assert "comite-de-pilotage" not in answer.text


def test_a_placement_is_shown_as_it_stands_in_the_group_that_was_named(
    cast: Cast,
    program: Programs,  # noqa: F811
) -> None:
    post = make_post_in(cast.chloe, cast.ess)
    answer = program(cast.chloe).put(f"/posts/{post.id}/placements/petites-annonces", {})
    assert (answer.json["group"], answer.json["status"]) == ("petites-annonces", "pending")


def test_who_may_not_see_a_placement_does_not_learn_of_it(
    cast: Cast,
    browser: Open,
    program: Programs,  # noqa: F811
) -> None:
    admit(cast.ess, cast.driss)
    one, other = (
        make_post_in(cast.amina, cast.ess, cast.private),
        make_post_in(cast.amina, cast.ess),
    )
    driss, page = program(cast.driss), browser(cast.driss)
    answers = []
    for post in (one, other):
        path = f"/posts/{post.id}/placements/regies-de-quartier"
        removed, placed = driss.delete(path), driss.put(path, {})
        sent = page.send(f"/publications/{post.id}/groupes/regies-de-quartier/retirer", {})
        answers.append((removed.status_code, placed.status_code, placed.json, sent.status_code))
        assert "est retirée de" not in page.get("/groupes/ess-quartiers").text
    assert answers[0] == answers[1]
    assert answers[0][:2] == (204, 403)


def test_what_a_moderator_took_out_its_author_does_not_place_again(cast: Cast) -> None:
    post = make_post_in(cast.chloe, cast.ess, cast.private, cast.hidden)
    for group, actor in ((cast.ess, cast.bruno), (cast.private, cast.chloe)):
        with atomic():
            take_out(actor, post, group)
    with pytest.raises(Refused), atomic():
        place_post(cast.chloe, post, cast.ess)
    assert [may_place(cast.chloe, post, each) for each in (cast.ess, cast.private)] == [False, True]


def test_placing_counts_as_publishing(
    cast: Cast,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    program: Programs,  # noqa: F811
) -> None:
    post = make_post_in(cast.chloe, cast.ess)
    strict = replace(app.config["SETTINGS"], limit_posts="1 per hour")
    monkeypatch.setitem(app.config, "SETTINGS", strict)
    path = f"/posts/{post.id}/placements/regies-de-quartier"
    chloe = program(cast.chloe)
    assert chloe.put(path, {}).status_code == 200
    assert chloe.put(path, {"status": "removed"}).status_code == 200
    assert chloe.put(path, {}).status_code == 429


def test_a_post_is_in_so_many_groups_and_no_more(cast: Cast, browser: Open) -> None:
    groups = make_groups(cast.chloe, MOST_GROUPS + 1)
    with pytest.raises(Invalid), atomic():
        publish_post(cast.chloe, groups[0], draft_of(), groups[1:])
    post = make_post_in(cast.chloe, *groups[:-1])
    with pytest.raises(Conflict), atomic():
        place_post(cast.chloe, post, groups[-1])
    refused = browser(cast.chloe).send(
        "/groupes/ess-quartiers/publier/actualite",
        {
            "title": "Partout",
            "body_html": "<p>Samedi.</p>",
            "body_format": "html",
            "groups": [each.slug for each in groups],
        },
    )
    assert (refused.status_code, "Choisissez-en au plus 19." in refused.text) == (422, True)
    assert db.session.query(Post).count() == 1
