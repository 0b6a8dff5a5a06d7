"""What members ask the bell for about one post, and reminding them when it is due.

Guarantee: a due reminder is claimed, written in the bell and marked as past in one transaction; of
several tasks that claim at once, one gets it. A member who may no longer see the post is not
reminded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.policies import require_reader
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.notifications.models import (
    LONGEST_REMINDER,
    ChosenConversation,
    ConversationChoice,
    NotificationKind,
    Reminder,
)
from grandequipe.notifications.queries import is_read_by
from grandequipe.notifications.services.entries import NewEntry, remind

MOST_AT_ONCE = 100
LATEST = timedelta(days=5 * 366)
# As long as digests and events: the note of a reminder is shown in the bell until then.
KEPT_FOR = timedelta(days=92)


def choose_conversation(member: Member, post: Post, choice: ConversationChoice | None) -> None:
    """Mute the conversation under a post, follow it, or neither; idempotent."""
    require_reader(member, post)
    own = (ChosenConversation.member_id == member.id, ChosenConversation.post_id == post.id)
    if choice is None:
        db.session.execute(delete(ChosenConversation).where(*own))
        return
    values = {"choice": choice, "since": clock.now()}
    written = insert(ChosenConversation).values(member_id=member.id, post_id=post.id, **values)
    db.session.execute(
        written.on_conflict_do_update(
            index_elements=[ChosenConversation.member_id, ChosenConversation.post_id], set_=values
        )
    )


def set_reminder(member: Member, post: Post, due_at: datetime | None, note: str = "") -> Reminder:
    """Remind a member of a post at an instant, in the place of an earlier reminder of it."""
    require_reader(member, post)
    if wrong := _errors_of(due_at, note):
        raise Invalid(wrong)
    values = {
        "due_at": due_at,
        "note": note.strip(),
        "created_at": clock.now(),
        "notified_at": None,
    }
    written = insert(Reminder).values(member_id=member.id, post_id=post.id, **values)
    return db.session.scalars(
        written.on_conflict_do_update(
            index_elements=[Reminder.member_id, Reminder.post_id], set_=values
        ).returning(Reminder),
        execution_options={"populate_existing": True},
    ).one()


def remove_reminder(member: Member, post_id: int) -> None:
    """Remind a member of a post no more; idempotent."""
    own = (Reminder.member_id == member.id, Reminder.post_id == post_id)
    db.session.execute(delete(Reminder).where(*own, Reminder.notified_at.is_(None)))


def remind_of_due() -> int:
    """Write in the bell what is due, MOST_AT_ONCE at most; count what was claimed."""
    now = clock.now()
    due = (
        select(Reminder)
        .where(Reminder.notified_at.is_(None), Reminder.due_at <= now)
        .order_by(Reminder.due_at, Reminder.member_id, Reminder.post_id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claimed = db.session.scalars(due, execution_options={"populate_existing": True}).all()
    groups = _groups_to_name(claimed)
    for reminder in claimed:
        reminder.notified_at = now
        group_id = groups.get((reminder.member_id, reminder.post_id))
        if group_id is not None:
            kind = NotificationKind.REMINDER
            entry = NewEntry.about_post(kind, None, group_id, reminder.post_id)
            remind(entry, [reminder.member_id])
    db.session.flush()
    return len(claimed)


def purge_past_reminders() -> None:
    """Delete the reminders that are long past, with their notes."""
    db.session.execute(delete(Reminder).where(Reminder.notified_at < clock.now() - KEPT_FOR))


def _groups_to_name(reminders: Sequence[Reminder]) -> Mapping[tuple[int, int], int]:
    """Find a group in which each member still reads the post; none where they may not see it."""
    wanted = [(each.member_id, each.post_id) for each in reminders]
    rows = db.session.execute(
        select(Reminder.member_id, Reminder.post_id, Placement.group_id)
        .join(Placement, Placement.post_id == Reminder.post_id)
        .join(Group, Group.id == Placement.group_id)
        .join(Member, Member.id == Reminder.member_id)
        .where(
            tuple_(Reminder.member_id, Reminder.post_id).in_(wanted),
            Member.active,
            PUBLISHED,
            is_read_by(Reminder.member_id),
        )
        .order_by(Placement.id.desc())
    )
    return {(member_id, post_id): group_id for member_id, post_id, group_id in rows}


def _errors_of(due_at: datetime | None, note: str) -> dict[str, str]:
    errors, now = {}, clock.now()
    if due_at is None:
        errors["due_at"] = str(_("Choose a day and an hour."))
    elif due_at <= now:
        errors["due_at"] = str(_("Choose a moment that is still to come."))
    elif due_at > now + LATEST:
        errors["due_at"] = str(_("Choose a moment within the next five years."))
    if wrong := length_error(note.strip(), LONGEST_REMINDER) or text_error(note):
        errors["note"] = wrong
    return errors
