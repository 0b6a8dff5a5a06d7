"""What one may not see counts nowhere: not in hits, totals, facets, suggestions or mended words."""

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import PlacementStatus
from grandequipe.feed.services import place_post
from grandequipe.groups.models import JoinPolicy, Visibility
from grandequipe.groups.services import ban_member, leave_group, remove_member
from grandequipe.members.models import Organisation
from grandequipe.search.queries import Question, count_facets, find_answer, list_suggestions
from tests.factories import admit, make_comment, make_group, make_member, make_post
from tests.search.conftest import ask, found, posts_found

SECRET = "Opération chrysanthème"


def everything_said(typed, viewer):
    """Gather all that any door of the search says to a viewer about some words."""
    answer = find_answer(Question(typed), viewer)
    search = Question(typed).as_search(viewer)
    assert search
    facets = count_facets(search)
    shown = list_suggestions(typed, viewer)
    db.session.rollback()
    said = (
        answer.items, answer.next, answer.total, answer.meant, dict(facets.types),
        {name: list(values) for name, values in facets.values.items()},
        list(shown.found), list(shown.labels),
    )  # fmt: skip
    return repr(said)


@pytest.mark.parametrize("status", list(PlacementStatus))
@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_post_is_said_to_its_readers_alone(cast, status, visibility):
    group = make_group(
        cast.amina, "Le cercle", visibility=visibility, join_policy=JoinPolicy.INVITE
    )
    admit(group, cast.bruno)
    before = {
        viewer and viewer.id: everything_said("chrysanthème", viewer)
        for viewer in (cast.driss, cast.eva, None)
    }
    post = make_post(cast.amina, group, title=SECRET, body_html="<p>chrysanthème</p>")
    make_comment(cast.bruno, post, "Beau chrysanthème")
    with atomic():
        placement = post.placements[0]
        placement.status = status
        placement.refusal = "Non." if status is PlacementStatus.REFUSED else None
    is_read = status is PlacementStatus.PUBLISHED
    for viewer in (cast.driss, cast.eva, None):
        is_shown = is_read and visibility is Visibility.PUBLIC
        said = everything_said("chrysanthème", viewer)
        assert (said == before[viewer and viewer.id]) is not is_shown
    for viewer in (cast.amina, cast.bruno, cast.farid):
        assert posts_found("chrysanthème", viewer) == ([post.id] if is_read else [])


def test_a_word_of_a_private_group_mends_nothing_for_others(cast):
    make_post(cast.amina, cast.private, title=SECRET, body_html="<p>mots</p>")
    for viewer in (cast.driss, None):
        assert ask("chrysantheme operatoin", viewer).meant is None
        assert ask("chrysentème", viewer).meant is None
    assert str(ask("chrysentème", cast.chloe).meant) == "chrysanthème"
    make_post(cast.amina, cast.ess, title="Un chrysanthème blanc")
    assert str(ask("chrysentème", None).meant) == "chrysanthème"


def test_each_count_stays_as_it_was_whatever_others_write_elsewhere(cast):
    make_post(cast.amina, cast.ess, title="Un chrysanthème", body_html="<p>mots</p>")
    viewers = (cast.driss, cast.eva, None)
    before = [everything_said("chrysanthème", viewer) for viewer in viewers]
    for group in (cast.private, cast.hidden):
        post = make_post(cast.amina, group, title=SECRET, body_html="<p>chrysanthème</p>")
        make_comment(cast.chloe, post, "chrysanthème")
    assert [everything_said("chrysanthème", viewer) for viewer in viewers] == before


def test_a_post_in_two_groups_is_counted_once_and_named_by_the_one_that_is_read(cast):
    post = make_post(cast.amina, cast.private, title=SECRET, body_html="<p>mots</p>")
    with atomic():
        place_post(cast.amina, post, cast.ess)
    for viewer, group in ((None, cast.ess), (cast.chloe, cast.private)):
        answer = ask("chrysanthème", viewer)
        assert [(each.id, each.group) for each in answer.items] == [(post.id, group.name)]
        assert answer.total == (1, True)
    search = Question("chrysanthème").as_search(None)
    assert search
    assert [each.code for each in count_facets(search).values["group"]] == [cast.ess.slug]


def test_access_that_is_lost_is_lost_at_once(cast):
    post = make_post(cast.amina, cast.private, title=SECRET, body_html="<p>mots</p>")
    for lose in (
        lambda member: leave_group(member, cast.private),
        lambda member: remove_member(cast.amina, cast.private, member),
        lambda member: ban_member(cast.amina, cast.private, member, "Non."),
    ):
        admit(cast.private, cast.chloe) if not posts_found("chrysanthème", cast.chloe) else None
        assert posts_found("chrysanthème", cast.chloe) == [post.id]
        with atomic():
            lose(cast.chloe)
        assert posts_found("chrysanthème", cast.chloe) == []


def test_members_are_found_by_members_while_their_account_is_open(cast):
    zoe = make_member("Zoé Chrysanthème", email="zoe@example.org")
    assert found("chrysanthème", cast.driss) == {("member", zoe.id)}
    assert found("chrysanthème", None) == set()
    with atomic():
        zoe.active = False
    assert found("chrysanthème", cast.driss) == set()


def test_a_field_of_a_profile_is_found_by_those_who_are_shown_it(cast):
    zoe = make_member("Zoé Petit", email="zoe@example.org")
    admit(cast.private, zoe)
    shown_to = {
        "nobody": [], "groups": [cast.chloe], "members": [cast.chloe, cast.driss],
        "everyone": [cast.chloe, cast.driss],
    }  # fmt: skip
    for audience, readers in shown_to.items():
        with atomic():
            zoe.bio, zoe.job_title = "Cultive des chrysanthèmes", "Apicultrice"
            shown = {} if audience == "nobody" else {"bio": audience}
            zoe.audiences = shown
        for viewer in (cast.chloe, cast.driss, None):
            is_found = found("chrysanthème", viewer) == {("member", zoe.id)}
            assert is_found is (viewer in readers), (audience, viewer)
            assert found("apicultrice", viewer) == set()
            said = everything_said("petit", viewer)
            assert ("Cultive" in said) is (viewer in readers), (audience, viewer)
            assert "Apicultrice" not in said


def test_an_organisation_is_found_by_those_to_whom_it_is_shown(cast):
    typed, described = Organisation(name="Chrysanthème et fils"), Organisation(name="Chrysanthèmes")
    described.website = "https://chrysanthemes.example.org/"
    with atomic():
        db.session.add_all((typed, described))
        db.session.flush()
        cast.bruno.organisation = typed
    everything = {("organisation", typed.id), ("organisation", described.id)}
    shown_to = {"nobody": [], "groups": [cast.chloe], "members": [cast.chloe, cast.driss]}
    for audience, readers in shown_to.items():
        with atomic():
            cast.bruno.audiences = {} if audience == "nobody" else {"organisation": audience}
        for viewer in (cast.chloe, cast.driss, None):
            wanted = everything if viewer in readers else {("organisation", described.id)}
            assert found("chrysanthème", viewer) == wanted, (audience, viewer)
            assert ("et fils" in everything_said("chrysanthème", viewer)) is (viewer in readers)


def test_an_author_of_whom_one_reads_nothing_is_not_named(cast, browser, visitor):
    make_post(cast.amina, cast.private, title="Secret")
    page = f"/recherche?q=guide&auteur={cast.amina.id}"
    hidden = visitor.get(page).text
    assert cast.amina.display_name not in hidden
    assert cast.amina.display_name in browser(cast.chloe).get(page).text
    make_comment(cast.amina, make_post(cast.bruno, cast.ess, title="Ouvert"), "Oui")
    assert cast.amina.display_name in visitor.get(page).text
