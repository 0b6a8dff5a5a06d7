"""What an appeal gives back beside posts: files, profiles, and a place in the next digest."""

import pytest
from sqlalchemy import select

from grandequipe.attachments.models import File, FileClaim, FileState
from grandequipe.attachments.policies import may_see_file
from grandequipe.core import clock
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.services import approve_post, place_post
from grandequipe.feed.services.bulk_removal import remove_contents
from grandequipe.members.models import Member
from grandequipe.moderation.models import Decision, DecisionKind, SubjectType
from grandequipe.moderation.services import decide_appeal, erase_contents, file_appeal
from tests.factories import make_post


@pytest.fixture
def overturn():
    """Have an author appeal, and somebody else grant it."""

    def grant(author, judge, decision):
        with atomic():
            appeal = file_appeal(author, decision, "Ce n’est pas juste du tout.")
        with atomic():
            is_undone = decide_appeal(judge, appeal, granted=True, reason="En effet.")
        db.session.expire_all()
        return is_undone

    return grant


def test_a_file_is_taken_from_its_post_and_given_back(cast, file_report, decide, overturn):
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        file = File(
            owner_id=cast.chloe.id, name="affiche.pdf", media_type="application/pdf", size=3,
            state=FileState.READY, key="attachments/a/content", sha256=b"a",
            created_at=clock.now(),
        )  # fmt: skip
        db.session.add(file)
        db.session.flush()
        claim = {"subject_type": POST_SUBJECT, "subject_id": post.id, "position": 3}
        db.session.add(FileClaim(file_id=file.id, **claim))
    case = file_report(cast.driss, SubjectType.FILE, file.id)
    assert case.group_id == cast.ess.id
    decision = decide(cast.bruno, case, DecisionKind.REMOVE)
    assert not may_see_file(cast.driss, file)
    assert may_see_file(cast.chloe, file), "its owner, who may appeal, still reads it"
    assert overturn(cast.chloe, cast.amina, decision)
    (kept,) = db.session.scalars(select(FileClaim).where(FileClaim.file_id == file.id))
    assert {name: getattr(kept, name) for name in claim} == claim


def test_a_profile_is_cleared_by_administrators_alone_and_given_back(
    cast, browser, file_report, decide, overturn
):
    with atomic():
        cast.chloe.bio, cast.chloe.job_title = "Achetez !", "Vendeuse"
        db.session.get(Member, cast.bruno.id).is_admin = True
    case = file_report(cast.driss, SubjectType.MEMBER, cast.chloe.id)
    assert browser(cast.amina).get(f"/dossiers/{case.id}").status_code == 404
    decision = decide(cast.farid, case, DecisionKind.REMOVE)
    assert (cast.chloe.bio, cast.chloe.job_title) == ("", "")
    statement = browser(cast.chloe).get(f"/decisions/{decision.id}").text
    assert "Achetez !" in statement
    with atomic():
        cast.chloe.bio = "Ce que j’ai écrit depuis."
    assert overturn(cast.chloe, cast.bruno, decision)
    # What its member has written since stays.
    assert (cast.chloe.bio, cast.chloe.job_title) == ("Ce que j’ai écrit depuis.", "Vendeuse")


def test_a_post_that_comes_back_has_the_right_to_the_digest_that_it_missed(
    cast, file_report, decide, overturn
):
    """The digest reads posts that were published or restored in its window (see digests)."""
    post = make_post(cast.chloe, cast.ess)
    decision = decide(
        cast.bruno, file_report(cast.driss, SubjectType.POST, post.id), DecisionKind.REMOVE
    )
    assert overturn(cast.chloe, cast.amina, decision)
    query = select(EventRecord.kind).where(EventRecord.stream_id == cast.ess.stream_id)
    kinds = db.session.scalars(query.order_by(EventRecord.position)).all()
    assert kinds[-3:] == ["post.published", "post.removed", "post.restored"]


def test_all_that_was_removed_of_a_person_at_once_is_one_decision_and_comes_back(cast, overturn):
    posts = [make_post(cast.chloe, cast.ess) for _number in range(3)]
    with atomic():
        remove_contents(cast.bruno, cast.ess, cast.chloe, posts[0].created_at, "Une publicité.")
    decision = db.session.scalars(select(Decision)).one()
    assert not any(post.is_published for post in posts)
    assert overturn(cast.chloe, cast.amina, decision)
    assert all(post.is_published for post in posts)


def test_erasing_a_removed_post_keeps_what_a_bulk_removal_took_from_another_group(
    cast, file_report, decide, overturn
):
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        place_post(cast.chloe, post, cast.moderated)
    with atomic():
        approve_post(cast.bruno, post, post.text_version, cast.moderated)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    removed = decide(cast.bruno, case, DecisionKind.REMOVE)
    with atomic():
        remove_contents(cast.bruno, cast.moderated, cast.chloe, post.created_at, "Une publicité.")
        removed.appealable_until = clock.now()
    bulk = db.session.scalars(select(Decision).where(Decision.id != removed.id)).one()
    with atomic():
        erase_contents()
    assert removed.erased_at is not None
    assert overturn(cast.chloe, cast.amina, bulk)
    assert [each.group_id for each in post.published] == [cast.moderated.id]
