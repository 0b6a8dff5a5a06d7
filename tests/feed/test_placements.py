"""12: one post stands in several groups; each decides for itself, and all share one thread."""

from collections.abc import Callable

import pytest

from grandequipe.core.errors import Conflict, Refused
from grandequipe.core.events.models import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post, PostProposal
from grandequipe.feed.services import (
    approve_post,
    approve_proposal,
    edit_post,
    place_post,
    publish_post,
    refuse_post,
    remove_post,
    take_out,
)
from grandequipe.groups.models import Group, Level, PostingPolicy, Visibility
from grandequipe.groups.services import (
    GroupInput,
    ban_member,
    change_level,
    end_group,
    leave_group,
)
from grandequipe.members.models import Member
from grandequipe.notifications.models import Notification, NotificationKind
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, admit, draft_of, make_comment, make_group
from tests.feed.conftest import cards
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
NEWS = "/groupes/ess-quartiers/publier/actualite"
TYPED = {"title": "Fête des voisins", "body_html": "<p>Samedi.</p>", "body_format": "html"}


def make_post_in(author: Member, *groups: Group) -> Post:
    """Publish a post in several groups at once."""
    with atomic():
        return publish_post(author, groups[0], draft_of(), groups[1:])


def statuses(post: Post) -> dict[str, str]:
    """Give the status of a post in each of its groups, by slug."""
    db.session.expire_all()
    return {each.group.slug: each.status.value for each in post.placements}


def events_in(group: Group, kind: str) -> int:
    """Count the events of a kind in the stream of a group."""
    here = EventRecord.stream_id == group.stream_id
    return db.session.query(EventRecord).filter(here, EventRecord.kind == kind).count()


def settings_of(group: Group, visibility: Visibility) -> GroupInput:
    """Give the settings of a group, with another visibility."""
    return GroupInput(
        group.name, group.description, visibility, group.join_policy, group.posting_policy
    )


def test_the_page_publishes_in_several_groups_and_each_decides_for_itself(
    cast: Cast, browser: Open
) -> None:
    chloe = browser(cast.chloe)
    assert 'value="petites-annonces"' in chloe.get(NEWS).text
    groups = ["petites-annonces", "regies-de-quartier"]
    answer = chloe.send(NEWS, {**TYPED, "groups": groups})
    assert answer.status_code == 303
    [post] = db.session.query(Post).all()
    published = {"ess-quartiers": "published", "regies-de-quartier": "published"}
    assert statuses(post) == {**published, "petites-annonces": "pending"}
    assert events_in(cast.ess, "post.published") == events_in(cast.private, "post.published") == 1
    with atomic():
        approve_post(cast.bruno, post, post.text_version, cast.moderated)
    assert statuses(post)["petites-annonces"] == "published"
    assert cards(chloe.get("/").text) == [post.id], "once in the feed of all groups"
    for slug in ("ess-quartiers", *groups):
        assert cards(chloe.get(f"/groupes/{slug}").text) == [post.id]


def test_a_group_that_refuses_its_author_refuses_the_whole_post(cast: Cast) -> None:
    foreign = make_group(cast.driss, "Ailleurs")
    with pytest.raises(Refused), atomic():
        publish_post(cast.chloe, cast.ess, draft_of(), [foreign])
    assert db.session.query(Post).count() == 0


def test_a_card_counts_the_other_groups_that_its_reader_reads(cast: Cast, browser: Open) -> None:
    post = make_post_in(cast.amina, cast.ess, cast.private, cast.hidden)
    admit(cast.ess, cast.driss)
    assert "et 2 autres groupes" in browser(cast.chloe).get("/").text
    for path in ("/", f"/publications/{post.id}"):
        page = browser(cast.driss).get(path).text
        assert "autres groupes" not in page
        for name in ("Comité de pilotage", "Régies de quartier"):
            assert name not in page, "what is not theirs to read is not named"


def test_the_api_places_shows_and_takes_out(
    cast: Cast,
    program: Callable[..., Program],  # noqa: F811
) -> None:
    amina, driss = program(cast.amina), program(cast.driss)
    body = {"kind": "news", "title": "Fête", "body_html": "<p>Samedi.</p>"}
    made = amina.post("/groups/ess-quartiers/posts", {**body, "groups": ["regies-de-quartier"]})
    assert made.status_code == 201
    path = f"/posts/{made.json['id']}"
    placed = {each["group"]: each["status"] for each in made.json["placements"]}
    assert placed == {"ess-quartiers": "published", "regies-de-quartier": "published"}
    assert [each["group"] for each in driss.get(path).json["placements"]] == ["ess-quartiers"]
    in_hidden = f"{path}/placements/comite-de-pilotage"
    assert amina.call("PUT", in_hidden, {}).status_code == 200
    assert driss.call("PUT", in_hidden, {}).status_code == 404
    assert driss.call("PUT", f"{path}/placements/petites-annonces", {}).status_code == 403
    assert driss.delete(f"{path}/placements/ess-quartiers").status_code == 403
    assert amina.delete(f"{path}/placements/ess-quartiers").status_code == 204
    assert driss.get(path).status_code == 404
    left = {each["group"] for each in amina.get(path).json["placements"]}
    assert left == {"regies-de-quartier", "comite-de-pilotage"}
    unknown = amina.post("/groups/ess-quartiers/posts", {**body, "groups": ["nulle-part"]})
    assert (unknown.status_code, list(unknown.json["errors"])) == (422, ["groups"])


def test_each_group_moderates_its_own_placement(cast: Cast) -> None:
    other = make_group(cast.driss, "Voisinage", posting_policy=PostingPolicy.MODERATED)
    admit(other, cast.chloe)
    post = make_post_in(cast.chloe, cast.moderated, other)
    with pytest.raises(Refused), atomic():
        refuse_post(cast.driss, post, "Ailleurs", cast.moderated)
    with atomic():
        refuse_post(cast.driss, post, "Pas ici", other)
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
    assert statuses(post) == {"petites-annonces": "published", "voisinage": "refused"}
    decided = {each.group_id: each.decided_by_id for each in db.session.query(Placement)}
    assert decided == {cast.moderated.id: cast.bruno.id, other.id: cast.driss.id}
    with pytest.raises(Refused), atomic():
        take_out(cast.driss, post, cast.moderated)


def test_a_change_is_decided_once_for_all_groups(cast: Cast) -> None:
    other = make_group(cast.chloe, "À moi", posting_policy=PostingPolicy.MODERATED)
    post = make_post_in(cast.chloe, cast.moderated, other)
    with atomic():
        approve_post(cast.bruno, post, post.text_version, cast.moderated)
    with atomic():
        proposal = edit_post(cast.chloe, post, draft_of(title="Mieux dit"))
    assert proposal is not None, "a group of one's own is no way around the others"
    with pytest.raises(Refused), atomic():
        approve_proposal(cast.chloe, post, proposal.version)
    with atomic():
        approve_proposal(cast.bruno, post, proposal.version)
    assert (post.title, db.session.query(PostProposal).count()) == ("Mieux dit", 0)
    assert events_in(other, "post.edited") == events_in(cast.moderated, "post.edited") == 1


def test_a_group_s_text_is_changed_by_its_own_moderators_only(cast: Cast, browser: Open) -> None:
    other = make_group(cast.driss, "Voisinage", posting_policy=PostingPolicy.MODERATED)
    admit(other, cast.chloe)
    cast.moderated.visibility = other.visibility = Visibility.PRIVATE
    post = make_post_in(cast.chloe, cast.moderated, other)
    for moderator, group in ((cast.bruno, cast.moderated), (cast.driss, other)):
        with atomic():
            approve_post(moderator, post, post.text_version, group)
    make_comment(cast.bruno, post)
    with atomic():
        proposal = edit_post(cast.chloe, post, draft_of(title="Tout autre chose"))
    assert proposal is not None
    with atomic():
        approve_proposal(cast.driss, post, proposal.version)
    assert statuses(post) == {"petites-annonces": "pending", "voisinage": "published"}
    assert (events_in(cast.moderated, "post.removed"), events_in(other, "post.edited")) == (1, 1)
    run_pending_handlers()
    waits = {"group_id": cast.moderated.id, "kind": NotificationKind.POST_PENDING}
    line = db.session.query(Notification).filter_by(**waits, member_id=cast.bruno.id).one()
    assert line.unread_count == 2, "as it was sent, and as it waits again"
    own = browser(cast.chloe).get(f"/publications/{post.id}").text
    assert "Cette publication attend une relecture dans" in own
    with atomic():
        approve_post(cast.bruno, post, post.text_version, cast.moderated)
    assert statuses(post)["petites-annonces"] == "published", "its own comments are no obstacle"


def test_what_others_said_while_it_waits_again_is_not_for_its_group(cast: Cast) -> None:
    other = make_group(cast.driss, "Voisinage", posting_policy=PostingPolicy.MODERATED)
    admit(other, cast.chloe)
    cast.moderated.visibility = other.visibility = Visibility.PRIVATE
    post = make_post_in(cast.chloe, cast.moderated, other)
    for moderator, group in ((cast.bruno, cast.moderated), (cast.driss, other)):
        with atomic():
            approve_post(moderator, post, post.text_version, group)
    with atomic():
        proposal = edit_post(cast.chloe, post, draft_of(title="Tout autre chose"))
    assert proposal is not None
    with atomic():
        approve_proposal(cast.driss, post, proposal.version)
    make_comment(cast.driss, post)
    with pytest.raises(Conflict), atomic():
        approve_post(cast.bruno, post, post.text_version, cast.moderated)


def test_a_member_of_several_of_its_groups_is_notified_once(cast: Cast) -> None:
    for group in (cast.ess, cast.private):
        with atomic():
            change_level(cast.chloe, group, Level.ALL)
    with atomic():
        change_level(cast.amina, cast.ess, Level.NONE)
    post = make_post_in(cast.amina, cast.ess, cast.private)
    make_comment(cast.chloe, post)
    run_pending_handlers()
    for member in (cast.chloe, cast.amina):
        [line] = db.session.query(Notification).filter_by(member_id=member.id)
        assert line.subject_id == post.id, "the most generous level counts"
        assert line.unread_count == 1


def test_a_post_goes_with_the_last_of_its_groups(cast: Cast) -> None:
    own = make_group(cast.driss, "Voisinage")
    admit(cast.ess, cast.driss)
    shared, alone = make_post_in(cast.driss, own, cast.ess), make_post_in(cast.driss, own)
    kept, gone = shared.id, alone.id
    with atomic():
        end_group(cast.driss, own)
    db.session.expire_all()
    assert (db.session.get(Post, kept) is not None, db.session.get(Post, gone)) == (True, None)


def test_who_left_one_group_still_speaks_in_the_other(cast: Cast) -> None:
    post = make_post_in(cast.chloe, cast.ess, cast.private)
    with atomic():
        leave_group(cast.chloe, cast.private)
    before = post.title
    with atomic():
        proposal = edit_post(cast.chloe, post, draft_of(title="Encore là"))
    assert proposal is not None, "the group that they left reads it first"
    assert post.title == before
    with atomic():
        approve_proposal(cast.amina, post, proposal.version)
    assert post.title == "Encore là"
    with atomic():
        take_out(cast.amina, post, cast.private)
    with atomic():
        assert edit_post(cast.chloe, post, draft_of(title="Chez nous")) is None


def test_who_is_in_none_of_its_groups_any_more_changes_nothing(cast: Cast) -> None:
    own = make_group(cast.chloe, "À moi")
    post = make_post_in(cast.chloe, cast.moderated, own)
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
    with atomic():
        ban_member(cast.amina, cast.moderated, cast.chloe, "Hors sujet.")
    with atomic():
        assert edit_post(cast.chloe, post, draft_of(title="Autre")) is not None
    with atomic():
        take_out(cast.chloe, post, own)
    assert db.session.query(PostProposal).count() == 0, "nobody waits for it"
    for act in (edit_post, place_post):
        with pytest.raises(Refused), atomic():
            act(cast.chloe, post, draft_of(title="Autre") if act is edit_post else own)


def test_what_a_group_refused_is_sent_to_it_again_by_its_author_alone(cast: Cast) -> None:
    other = make_group(cast.driss, "Voisinage", posting_policy=PostingPolicy.MODERATED)
    admit(other, cast.chloe)
    post = make_post_in(cast.chloe, cast.ess, other)
    with atomic():
        refuse_post(cast.driss, post, "Pas ici")
    with atomic():
        edit_post(cast.bruno, post, draft_of(title="Corrigé"))
    assert statuses(post)["voisinage"] == "refused"
    with atomic():
        leave_group(cast.chloe, other)
    with atomic():
        edit_post(cast.chloe, post, draft_of(title="De nouveau"))
    assert statuses(post)["voisinage"] == "refused", "they left"
    with atomic():
        remove_post(cast.bruno, post)
    assert statuses(post) == {"ess-quartiers": "removed", "voisinage": "refused"}
