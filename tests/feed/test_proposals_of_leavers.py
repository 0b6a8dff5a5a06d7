"""A8: what nobody has read of somebody is gone once they leave, and is not published afterwards."""

from collections.abc import Callable

import pytest

from grandequipe.core.errors import Conflict, Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, PlacementStatus, Post, PostProposal
from grandequipe.feed.queries import count_waiting
from grandequipe.feed.services import (
    approve_post,
    approve_proposal,
    edit_post,
    refuse_post,
    refuse_proposal,
    withdraw_proposal,
)
from grandequipe.groups.services import ban_member, join_group, leave_everything, leave_group
from grandequipe.members.services import erase_member
from tests.factories import Cast, draft_of, make_post
from tests.notifications.dispatching import run_pending_handlers

NEW = {"title": "Prête une scie", "body_html": "<p>Le soir et le samedi.</p>"}

Leave = Callable[[Cast], None]


@pytest.fixture
def post(cast: Cast) -> Post:
    """Give a post of Chloé's that Bruno approved."""
    made = make_post(cast.chloe, cast.moderated, title="Prête perceuse")
    with atomic():
        approve_post(cast.bruno, made, made.text_version)
    return made


def propose(cast: Cast, post: Post, **given: object) -> PostProposal:
    with atomic():
        kept = edit_post(cast.chloe, post, draft_of(**(NEW | given)))
    assert kept is not None
    return kept


def leave(cast: Cast) -> None:
    leave_group(cast.chloe, cast.moderated)


def close(cast: Cast) -> None:
    leave_everything(cast.chloe)
    erase_member(cast.chloe)


def exclude(cast: Cast) -> None:
    ban_member(cast.bruno, cast.moderated, cast.chloe, "Hors sujet.")


@pytest.mark.parametrize("go", [leave, close, exclude])
@pytest.mark.parametrize("state", ["open", "refused"])
def test_what_somebody_proposed_ends_when_they_go(
    cast: Cast, post: Post, go: Leave, state: str
) -> None:
    version = propose(cast, post).version
    if state == "refused":
        with atomic():
            refuse_proposal(cast.bruno, post, "Dites où vous habitez.")
    with atomic():
        go(cast)
    with pytest.raises(Conflict), atomic():
        approve_proposal(cast.bruno, post, version)
    run_pending_handlers()
    assert db.session.query(PostProposal).count() == count_waiting(cast.moderated)[0] == 0
    db.session.expire_all()
    assert (post.title, post.placements[0].status) == ("Prête perceuse", PlacementStatus.PUBLISHED)


def test_who_comes_back_at_once_keeps_what_they_proposed(cast: Cast, post: Post) -> None:
    propose(cast, post)
    with atomic():
        leave(cast)
    with atomic():
        join_group(cast.chloe, cast.moderated)
    run_pending_handlers()
    assert count_waiting(cast.moderated)[0] == 1


def test_what_was_refused_goes_with_the_account_and_what_waits_is_decided(cast: Cast) -> None:
    refused, waiting = (make_post(cast.chloe, cast.moderated, **NEW) for _ in range(2))
    with atomic():
        refuse_post(cast.bruno, refused, "Dites où vous habitez.")
    with atomic():
        leave(cast)
    run_pending_handlers()
    assert db.session.query(Placement).filter_by(status=PlacementStatus.REFUSED).count() == 1
    with atomic():
        close(cast)
    run_pending_handlers()
    assert db.session.query(Placement).filter_by(status=PlacementStatus.REFUSED).count() == 0
    with atomic():
        approve_post(cast.bruno, waiting, waiting.text_version)


def test_who_was_excluded_withdraws_nothing(cast: Cast, post: Post) -> None:
    """The group is public, so they read it still."""
    propose(cast, post)
    with atomic():
        exclude(cast)
    with pytest.raises(Refused), atomic():
        withdraw_proposal(cast.chloe, post)
    assert db.session.query(PostProposal).count() == 1


@pytest.mark.usefixtures("taxonomies")
def test_a_change_is_approved_without_the_labels_that_are_gone(cast: Cast, post: Post) -> None:
    """What its page shows is what is published."""
    proposal = propose(cast, post, themes=["sante"], territories=["Bagnolet (93)"])
    with atomic():
        proposal.content = proposal.content | {
            "themes": ["sante", "not-there-any-more"],
            "territories": [*proposal.content["territories"], "C00000"],
        }
    with atomic():
        approve_proposal(cast.bruno, post, proposal.version)
    assert [theme.slug for theme in post.themes] == ["sante"]
    assert [territory.label for territory in post.territories] == ["Bagnolet (93)"]
