"""Which members each event notifies in the bell."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from grandequipe.core.events.models import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import (
    approve_post,
    approve_proposal,
    edit_post,
    publish_post,
    refuse_post,
    refuse_proposal,
)
from grandequipe.groups.models import Group, Level, Role, Visibility
from grandequipe.groups.services import (
    GroupInput,
    answer_request,
    change_level,
    change_role,
    decline_invitation,
    edit_group,
    invite_member,
    join_group,
    leave_group,
    lift_ban,
)
from grandequipe.members.models import Member
from grandequipe.notifications.models import Notification, NotificationPayload
from grandequipe.notifications.queries import (
    count_unread,
    list_notifications,
    read_unread_counts,
)
from grandequipe.notifications.services import mark_read
from tests.factories import Cast, draft_of, make_comment, make_member, make_post
from tests.notifications.conftest import Broadcasts

HandleEvents = Callable[[], None]
KIND_RULE = "ck_notification_kind"


def bell_of(member: Member) -> list[NotificationPayload]:
    return list(list_notifications(member).items)


def kinds_in_bell_of(member: Member) -> list[str]:
    return [line.kind.value for line in bell_of(member)]


def kinds_in_stream_of(member: Member) -> list[str]:
    event_records = db.session.query(EventRecord).filter_by(stream_id=member.stream_id)
    return [event_record.kind for event_record in event_records.order_by(EventRecord.position)]


def choose(member: Member, group: Group, level: Level) -> None:
    with atomic():
        change_level(member, group, level)


def test_a_comment_notifies_the_author_of_the_post_and_not_its_own(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.bruno, post)
    handle_events()
    assert kinds_in_bell_of(cast.chloe) == ["comment_on_my_post"]
    assert bell_of(cast.bruno) == bell_of(cast.amina) == []


def test_my_own_comment_on_my_own_post_notifies_nobody(
    cast: Cast, handle_events: HandleEvents
) -> None:
    make_comment(cast.chloe, make_post(cast.chloe, cast.ess))
    handle_events()
    assert bell_of(cast.chloe) == []


def test_an_answer_notifies_the_person_answered_and_the_author(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post)
    make_comment(cast.bruno, post, reply_to=comment.id)
    handle_events()
    assert kinds_in_bell_of(cast.chloe) == ["answer_to_my_comment"]
    assert kinds_in_bell_of(cast.amina) == ["comment_on_my_post"]


def test_a_person_both_author_and_answered_is_notified_once(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.chloe, post)
    make_comment(cast.bruno, post, reply_to=comment.id)
    handle_events()
    assert kinds_in_bell_of(cast.chloe) == ["answer_to_my_comment"]


def test_the_bell_names_no_hidden_group_that_its_reader_has_left(
    cast: Cast, handle_events: HandleEvents
) -> None:
    choose(cast.chloe, cast.hidden, Level.ALL)
    with atomic():
        publish_post(cast.amina, cast.hidden, draft_of(), [cast.ess])
    handle_events()
    assert [line.group_id for line in bell_of(cast.chloe)] == [cast.hidden.id]
    with atomic():
        leave_group(cast.chloe, cast.hidden)
    assert (bell_of(cast.chloe), count_unread(cast.chloe)) == ([], 0)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.ALL, ["comment_on_my_post", "post_published"]),
        (Level.MENTIONS, ["comment_on_my_post"]),
        (Level.DIGEST, []),
        (Level.NONE, []),
    ],
)
def test_each_level_lets_through_what_it_says(
    cast: Cast, handle_events: HandleEvents, level: Level, expected: list[str]
) -> None:
    choose(cast.chloe, cast.ess, level)
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    make_post(cast.amina, cast.ess)
    handle_events()
    assert sorted(kinds_in_bell_of(cast.chloe)) == expected


def test_a_level_is_obeyed_in_its_group_only(cast: Cast, handle_events: HandleEvents) -> None:
    choose(cast.chloe, cast.ess, Level.NONE)
    make_comment(cast.bruno, make_post(cast.chloe, cast.private))
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    handle_events()
    assert [line.group_name for line in bell_of(cast.chloe)] == ["Régies de quartier"]


def test_a_request_notifies_moderators_and_its_answer_the_person_who_asked(
    cast: Cast, handle_events: HandleEvents
) -> None:
    choose(cast.bruno, cast.private, Level.NONE)
    with atomic():
        join_group(cast.driss, cast.private)
    handle_events()
    assert kinds_in_bell_of(cast.amina) == kinds_in_bell_of(cast.bruno) == ["join_requested"]
    assert bell_of(cast.chloe) == bell_of(cast.driss) == []
    with atomic():
        answer_request(cast.amina, cast.private, cast.driss, accept=True)
    handle_events()
    assert kinds_in_bell_of(cast.driss) == ["request_accepted"]


def test_an_invitation_notifies_the_guest_even_of_a_hidden_group(
    cast: Cast, handle_events: HandleEvents
) -> None:
    with atomic():
        invite_member(cast.amina, cast.hidden, cast.driss)
    handle_events()
    assert kinds_in_bell_of(cast.driss) == ["invited"]
    with atomic():
        leave_group(cast.driss, cast.hidden)
    assert bell_of(cast.driss) == []
    assert count_unread(cast.driss) == 0


def test_a_pending_post_notifies_moderators_and_its_decision_the_author(
    cast: Cast, handle_events: HandleEvents
) -> None:
    accepted = make_post(cast.chloe, cast.moderated, title="Oui")
    refused = make_post(cast.chloe, cast.moderated, title="Non")
    handle_events()
    assert kinds_in_bell_of(cast.bruno) == ["post_pending", "post_pending"]
    assert bell_of(cast.chloe) == []
    with atomic():
        approve_post(cast.bruno, accepted, accepted.text_version)
        refuse_post(cast.bruno, refused, "Hors sujet.")
    handle_events()
    shown = [(line.kind.value, line.post_title) for line in bell_of(cast.chloe)]
    assert sorted(shown) == [("post_published", "Oui"), ("post_refused", "Non")]
    assert bell_of(cast.amina) == bell_of(cast.bruno) == [], "it waits for nobody any more"


def test_a_change_of_an_approved_post_notifies_moderators_then_its_author(
    cast: Cast, handle_events: HandleEvents
) -> None:
    """A8: it waits for them, and its author learns what becomes of it."""
    post = make_post(cast.chloe, cast.moderated, title="Relu")
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
    with atomic():
        edit_post(cast.chloe, post, draft_of(title="Réécrit"))
    handle_events()
    for moderator in (cast.amina, cast.bruno):
        (line,) = bell_of(moderator)
        assert (line.kind.value, line.post_title) == ("proposal_pending", "Relu")
    with atomic():
        change_role(cast.amina, cast.moderated, cast.bruno, Role.MEMBER)
    assert bell_of(cast.bruno) == []
    with atomic():
        refuse_proposal(cast.amina, post, "Trop court.")
    handle_events()
    assert bell_of(cast.amina) == [], "it waits no more"
    assert kinds_in_bell_of(cast.chloe)[0] == "proposal_refused"
    with atomic():
        proposal = edit_post(cast.chloe, post, draft_of(title="Réécrit encore"))
    assert proposal is not None
    with atomic():
        approve_proposal(cast.amina, post, proposal.version)
    handle_events()
    shown = [(line.kind.value, line.post_title) for line in bell_of(cast.chloe)]
    assert shown[0] == ("proposal_approved", "Réécrit encore")


def test_a_moderators_own_change_and_one_in_a_free_group_notify_nobody(
    cast: Cast, handle_events: HandleEvents
) -> None:
    checked, free = make_post(cast.chloe, cast.moderated), make_post(cast.chloe, cast.ess)
    with atomic():
        approve_post(cast.bruno, checked, checked.text_version)
    handle_events()
    before = bell_of(cast.amina)
    with atomic():
        edit_post(cast.bruno, checked, draft_of(title="Corrigé"))
        edit_post(cast.chloe, free, draft_of(title="Corrigé"))
    handle_events()
    assert bell_of(cast.amina) == before


def test_a_count_is_broadcast_and_recorded_nowhere(
    cast: Cast, handle_events: HandleEvents, broadcasts: Broadcasts
) -> None:
    post = make_post(cast.chloe, cast.ess)
    for _number in range(2):
        make_comment(cast.bruno, post)
        handle_events()
    [line] = bell_of(cast.chloe)
    with atomic():
        mark_read(cast.chloe, line.latest_id)
    sent = [(stream.name, value.values) for stream, value in broadcasts]
    assert sent == [(cast.chloe.stream.name, {"unread": count}) for count in (1, 1, 0)]
    assert [value.subject_id for _stream, value in broadcasts][1:] == [line.latest_id] * 2
    assert not any(kind.startswith("notification.") for kind in kinds_in_stream_of(cast.chloe))


def test_counts_of_many_members_are_each_their_own(cast: Cast, handle_events: HandleEvents) -> None:
    """Also an administrator's, who may see more."""
    for number in range(2):
        make_comment(cast.bruno, make_post(cast.chloe, cast.private, title=f"Titre {number}"))
    make_comment(cast.chloe, make_post(cast.amina, cast.ess))
    handle_events()
    people = [cast.amina, cast.bruno, cast.chloe, cast.farid]
    with atomic():
        leave_group(cast.chloe, cast.private)
    counts = {count.stream.owner_id: count.unread for count in read_unread_counts(ids(people))}
    assert counts == {person.id: count_unread(person) for person in people}
    assert counts[cast.amina.id] == 1
    assert counts[cast.chloe.id] == 0


def ids(members: list[Member]) -> list[int]:
    return [member.id for member in members]


def test_a_hundred_comments_are_handled_in_as_few_statements_as_two(
    cast: Cast, handle_events: HandleEvents, count_queries: Callable[[], object]
) -> None:
    executed = []
    for number in (2, 60):
        posts = [make_post(cast.chloe, cast.ess), make_post(cast.amina, cast.private)]
        handle_events()
        for each in range(number):
            make_comment(cast.bruno, posts[each % 2])
        with count_queries() as counter:  # type: ignore[attr-defined]
            handle_events()
        executed.append(counter.count)
    assert executed[0] == executed[1]
    rows = db.session.query(Notification).filter_by(kind="comment_on_my_post").all()
    counts = sorted((row.member_id, row.unread_count) for row in rows)
    assert counts == [
        (cast.amina.id, 1),
        (cast.amina.id, 30),
        (cast.chloe.id, 1),
        (cast.chloe.id, 30),
    ]


def test_what_a_person_ends_themselves_is_recorded_in_their_stream(cast: Cast) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
    with atomic():
        leave_group(cast.driss, cast.private)
        invite_member(cast.amina, cast.hidden, cast.driss)
    with atomic():
        decline_invitation(cast.driss, cast.hidden)
        lift_ban(cast.bruno, cast.ess, cast.eva)
    assert kinds_in_stream_of(cast.driss)[-4:] == [
        "join.requested", "join.taken_back", "join.invited", "join.invitation_declined",
    ]  # fmt: skip
    assert kinds_in_stream_of(cast.eva)[-1] == "join.ban_lifted"


def test_a_group_that_becomes_hidden_takes_its_lines_from_outsiders(
    cast: Cast, handle_events: HandleEvents
) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
    with atomic():
        answer_request(cast.bruno, cast.private, cast.driss, accept=False)
    handle_events()
    assert len(bell_of(cast.driss)) == 1
    draft = GroupInput(
        name="ESS Quartiers", visibility=Visibility.HIDDEN, join_policy=cast.hidden.join_policy
    )
    with atomic():
        edit_group(cast.amina, cast.private, draft)
    assert bell_of(cast.driss) == []


def test_the_bell_is_read_in_three_queries_however_many_lines(
    cast: Cast, handle_events: HandleEvents, count_queries: Callable[[], object]
) -> None:
    for number in range(12):
        speaker = make_member(f"Voisin{number} Nom")
        with atomic():
            join_group(speaker, cast.ess)
        make_comment(speaker, make_post(cast.chloe, cast.ess))
    handle_events()
    chloe = db.session.get_one(Member, cast.chloe.id)
    with count_queries() as counter:  # type: ignore[attr-defined]
        assert len(bell_of(chloe)) == 12
        assert count_unread(chloe) == 12
    assert counter.count <= 3


@pytest.fixture
def later_version(app: Flask) -> Iterator[None]:
    """Widen the rule of kinds, as the migration of a later version does, for one scene."""
    rule = db.session.scalar(
        text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": KIND_RULE},
    )
    with atomic():
        db.session.execute(text(f"ALTER TABLE notification DROP CONSTRAINT {KIND_RULE}"))
    yield
    with atomic():
        db.session.execute(text("DELETE FROM notification"))
        db.session.execute(text(f"ALTER TABLE notification ADD CONSTRAINT {KIND_RULE} {rule}"))


def test_a_kind_of_a_later_version_is_passed_over(
    cast: Cast, handle_events: HandleEvents, later_version: None
) -> None:
    make_comment(cast.amina, make_post(cast.chloe, cast.ess))
    handle_events()
    with atomic():
        db.session.execute(text("UPDATE notification SET kind = 'of_a_later_version'"))
    assert bell_of(cast.chloe) == []
    assert count_unread(cast.chloe) == 0
