"""12: the thread of a post in several groups is read by those who see the post, and by no more."""

import pytest

from grandequipe.core.errors import Conflict, Refused
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import ReactionName
from grandequipe.feed.policies import removable_comments
from grandequipe.feed.services import (
    add_comment,
    add_reaction,
    approve_post,
    place_post,
    remove_comment,
    take_out,
)
from grandequipe.groups.models import PostingPolicy, Visibility
from grandequipe.groups.services import edit_group, leave_group
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.factories import Cast, admit, make_comment, make_group
from tests.feed.test_placements import Open, events_in, make_post_in, settings_of, statuses


def test_who_belongs_to_one_of_its_groups_comments_and_all_its_groups_hear(cast: Cast) -> None:
    other = make_group(cast.driss, "Voisinage")
    admit(other, cast.chloe)
    post = make_post_in(cast.chloe, cast.ess, other)
    comment = make_comment(cast.driss, post)
    for group in (cast.ess, other):
        assert events_in(group, "comment.added") == 1
    with atomic():
        remove_comment(cast.bruno, comment)
    assert events_in(other, "comment.removed") == 1
    with atomic():
        take_out(cast.chloe, post, other)
    with pytest.raises(Refused), atomic():
        add_comment(cast.driss, post, "<p>Encore moi</p>")


def test_moderators_remove_what_their_members_say(cast: Cast) -> None:
    other = make_group(cast.driss, "Voisinage")
    admit(other, cast.chloe)
    post = make_post_in(cast.chloe, cast.ess, other)
    foreign, known, own = (make_comment(who, post) for who in (cast.bruno, cast.chloe, cast.driss))
    assert removable_comments(cast.driss, post, [foreign, known, own]) == {known.id, own.id}
    assert len(removable_comments(cast.amina, post, [foreign, known, own])) == 3, (
        "placed there first"
    )
    with pytest.raises(Refused), atomic():
        remove_comment(cast.driss, foreign)
    with atomic():
        remove_comment(cast.driss, known)


def test_who_is_banned_from_one_of_its_groups_says_nothing_by_another(
    cast: Cast, browser: Open
) -> None:
    other = make_group(cast.eva, "Voisinage")
    admit(other, cast.chloe)
    post = make_post_in(cast.chloe, cast.ess, other)
    with pytest.raises(Refused), atomic():
        add_comment(cast.eva, post, "<p>Me revoilà</p>")
    with pytest.raises(Refused), atomic():
        add_reaction(cast.eva, post, ReactionName.THANKS)
    page = browser(cast.eva).get(f"/publications/{post.id}").text
    assert 'name="body_html"' not in page
    assert "/rejoindre" not in page
    with atomic():
        take_out(cast.chloe, post, cast.ess)
    make_comment(cast.eva, post)


def test_a_thread_of_few_is_not_shown_to_more(cast: Cast, browser: Open) -> None:
    post = make_post_in(cast.amina, cast.private)
    make_comment(cast.amina, post)
    with atomic():
        place_post(cast.amina, post, cast.hidden)
    with atomic():
        take_out(cast.amina, post, cast.hidden)
    make_comment(cast.chloe, post, "Entre nous")
    for group in (cast.ess, cast.hidden):
        with pytest.raises(Conflict), atomic():
            place_post(cast.amina, post, group)
    refused = browser(cast.amina).send(
        f"/publications/{post.id}/groupes", {"group": "ess-quartiers"}
    )
    assert refused.status_code == 409
    assert "elle ne peut pas être montrée à davantage de personnes" in refused.text
    assert statuses(post)["regies-de-quartier"] == "published"


def test_a_group_that_read_the_thread_once_is_not_forgotten(cast: Cast) -> None:
    post = make_post_in(cast.chloe, cast.private, cast.moderated)
    make_comment(cast.amina, post, "Entre nous")
    cast.private.posting_policy = PostingPolicy.MODERATED
    for act in (take_out, place_post):
        with atomic():
            act(cast.chloe, post, cast.private)
    assert set(statuses(post).values()) == {"pending"}
    with pytest.raises(Conflict), atomic():
        place_post(cast.chloe, post, cast.ess)


def test_a_post_whose_other_group_waits_is_said_to_be_read_nowhere_else(
    cast: Cast, browser: Open
) -> None:
    """Only groups in which it is published keep it."""
    post = make_post_in(cast.chloe, cast.ess, cast.moderated)
    page = browser(cast.chloe).get(f"/publications/{post.id}/groupes").text
    assert page.count("plus personne ne pourra la lire") == 1, "where it is published"
    assert page.count("Ses autres groupes la gardent") == 1, "where it waits"


def test_a_moderator_does_not_open_a_thread_either(cast: Cast) -> None:
    post = make_post_in(cast.chloe, cast.private, cast.moderated)
    make_comment(cast.bruno, post)
    with pytest.raises(Conflict), atomic():
        approve_post(cast.bruno, post, post.text_version, cast.moderated)
    assert statuses(post)["petites-annonces"] == "pending"


def test_a_group_does_not_open_what_others_said_in_another(cast: Cast) -> None:
    post = make_post_in(cast.amina, cast.private, cast.hidden)
    for visibility in (Visibility.PUBLIC, Visibility.PRIVATE):
        with atomic():
            edit_group(cast.amina, cast.private, settings_of(cast.private, visibility))
    make_comment(cast.chloe, post)
    with pytest.raises(Conflict), atomic():
        edit_group(cast.amina, cast.private, settings_of(cast.private, Visibility.PUBLIC))
    with atomic():
        take_out(cast.amina, post, cast.private)
    with atomic():
        edit_group(cast.amina, cast.private, settings_of(cast.private, Visibility.PUBLIC))


def test_moderators_of_any_group_remove_what_was_said_by_people_who_left(cast: Cast) -> None:
    other = make_group(cast.driss, "Voisinage")
    admit(other, cast.amina)
    post = make_post_in(cast.amina, cast.ess, other)
    comment = make_comment(cast.chloe, post)
    assert removable_comments(cast.driss, post, [comment]) == set(), "a member of another group"
    with atomic():
        leave_group(cast.chloe, cast.ess)
    assert removable_comments(cast.driss, post, [comment]) == {comment.id}
    assert removable_comments(cast.eva, post, [comment]) == set()
    with atomic():
        remove_comment(cast.driss, comment)
    assert events_in(other, "comment.removed") == events_in(cast.ess, "comment.removed") == 1
