"""Reminders, and conversations that are followed or muted."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import publish_post, remove_post
from grandequipe.groups.models import Level
from grandequipe.groups.services import change_level, leave_group
from grandequipe.members.models import Member
from grandequipe.members.services import erase_member
from grandequipe.notifications.forms import proposed_times
from grandequipe.notifications.models import ChosenConversation, ConversationChoice, Reminder
from grandequipe.notifications.queries import list_notifications
from grandequipe.notifications.services import wishes, write_unread_mail
from grandequipe.notifications.tasks import purge_past_reminders, remind
from tests.api.conftest import program as program
from tests.factories import Cast, draft_of, make_comment, make_group, make_post

MUTED, FOLLOWED = ConversationChoice.MUTED, ConversationChoice.FOLLOWED
Handle = Callable[[], None]


def choose(member: Member, post, choice) -> None:
    with atomic():
        wishes.choose_conversation(member, post, choice)


def set_due(member: Member, post, note: str = "") -> None:
    """Set a reminder that is due now."""
    with atomic():
        wishes.set_reminder(member, post, clock.now() + timedelta(hours=1), note)
        db.session.get_one(Reminder, (member.id, post.id)).due_at = clock.now()


def kinds(member: Member) -> list[str]:
    db.session.rollback()
    return [each.kind.value for each in list_notifications(member).items]


OWN, ANSWER, FOLLOWING = "comment_on_my_post", "answer_to_my_comment", "comment_on_followed_post"
# The member (the author of the post, the one answered, another), level, choice, what they hear.
TABLE = [
    ("author", Level.MENTIONS, None, [OWN]),
    ("author", Level.MENTIONS, MUTED, []),
    ("author", Level.NONE, None, []),
    ("author", Level.NONE, FOLLOWED, [OWN]),
    ("answered", Level.ALL, MUTED, []),
    ("answered", Level.DIGEST, FOLLOWED, [ANSWER]),
    ("other", Level.MENTIONS, None, []),
    ("other", Level.MENTIONS, FOLLOWED, [FOLLOWING]),
    ("other", Level.NONE, FOLLOWED, [FOLLOWING]),
    ("other", Level.ALL, MUTED, []),
    ("left", Level.ALL, FOLLOWED, []),
]


@pytest.mark.parametrize(("who", "level", "choice", "heard"), TABLE)
def test_a_comment_reaches_whom_the_level_and_the_choice_say(
    who: str, level: Level, choice, heard: list[str], cast: Cast, handle_events: Handle
) -> None:
    author = cast.chloe if who == "author" else cast.bruno
    post = make_post(author, cast.private)
    first = make_comment(cast.chloe if who == "answered" else cast.amina, post)
    handle_events()
    with atomic():
        change_level(cast.chloe, cast.private, level)
    if choice:
        choose(cast.chloe, post, choice)
    if who == "left":
        with atomic():
            leave_group(cast.chloe, cast.private)
    before = len(kinds(cast.chloe))
    other = make_comment(cast.amina, post, reply_to=first.id if who == "answered" else None)
    handle_events()
    shown = [
        each.kind.value
        for each in list_notifications(cast.chloe).items
        if each.comment_id == other.id
    ]
    assert shown == heard
    assert len(kinds(cast.chloe)) >= before - 1


def test_a_post_of_two_groups_is_followed_once(cast: Cast, handle_events: Handle) -> None:
    second = make_group(cast.amina, "Autre")
    with atomic():
        post = publish_post(cast.amina, cast.ess, draft_of(), also_in=[second])
    choose(cast.driss, post, FOLLOWED)
    make_comment(cast.bruno, post)
    handle_events()
    [line] = list_notifications(cast.driss).items
    assert (line.count, line.kind.value) == (1, FOLLOWING)


def test_what_is_muted_before_its_mail_is_written_is_not_mailed(
    cast: Cast, handle_events: Handle
) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.amina, post)
    handle_events()
    choose(cast.chloe, post, MUTED)
    with atomic():
        assert write_unread_mail(cast.chloe) is None


def test_a_due_reminder_is_one_line_with_its_note_and_one_mail(cast: Cast) -> None:
    post = make_post(cast.amina, cast.ess, title="Appel à projets")
    set_due(cast.chloe, post, "Relire le budget")
    remind()
    remind()
    [line] = list_notifications(cast.chloe).items
    assert (line.kind.value, line.count, line.note) == ("reminder", 1, "Relire le budget")
    with atomic():
        written = write_unread_mail(cast.chloe)
    assert written is not None
    assert "Appel à projets" in written.mail.subject
    assert "Relire le budget" in written.mail.text
    set_due(cast.chloe, post, "Encore")
    remind()
    [line] = list_notifications(cast.chloe).items
    assert (line.count, line.note) == (2, "Encore")


def test_two_workers_remind_once_of_each(app, cast: Cast) -> None:
    posts = [make_post(cast.amina, cast.ess) for _number in range(5)]
    for post in posts:
        set_due(cast.chloe, post)

    def work() -> None:
        with app.app_context():
            remind()

    workers = [Thread(target=work) for _number in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    db.session.rollback()
    assert [each.count for each in list_notifications(cast.chloe).items] == [1] * 5


@pytest.mark.parametrize("why", ["left", "removed", "not due", "taken back"])
def test_nobody_is_reminded_of_what_they_may_not_see_or_not_yet(why: str, cast: Cast) -> None:
    post = make_post(cast.amina, cast.private)
    set_due(cast.chloe, post)
    with atomic():
        if why == "left":
            leave_group(cast.chloe, cast.private)
        elif why == "removed":
            remove_post(cast.amina, post)
        elif why == "not due":
            db.session.get_one(Reminder, (cast.chloe.id, post.id)).due_at += timedelta(hours=1)
        else:
            wishes.remove_reminder(cast.chloe, post.id)
    remind()
    assert kinds(cast.chloe) == []


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (datetime(2026, 12, 2, 23, 30, tzinfo=UTC), ["tomorrow", "monday", "week"]),
        (datetime(2026, 12, 6, 9, tzinfo=UTC), ["tomorrow", "week"]),
        (datetime(2026, 12, 7, 9, tzinfo=UTC), ["tomorrow", "week"]),
    ],
)
def test_mornings_are_proposed_on_the_clock_of_the_member(day: datetime, names: list[str]) -> None:
    proposed = proposed_times(day, ZoneInfo("Indian/Reunion"))
    assert list(proposed) == names
    assert {at.hour for at in proposed.values()} == {9}
    assert len({*proposed.values()}) == len(names)


def test_a_reminder_is_set_changed_listed_and_removed_by_forms(cast: Cast, browser) -> None:
    post = make_post(cast.amina, cast.ess, title="À revoir")
    chloe = browser(cast.chloe)
    path = f"/publications/{post.id}/rappel"
    assert chloe.send(path, {"day": "tomorrow", "note": "Voir"}).status_code == 303
    first = db.session.get_one(Reminder, (cast.chloe.id, post.id)).due_at
    db.session.rollback()
    sent = {"day": "other", "due_at": "2027-03-01T10:30", "note": "Revoir"}
    assert chloe.send(path, sent).status_code == 303
    changed = db.session.get_one(Reminder, (cast.chloe.id, post.id))
    assert changed.due_at == datetime(2027, 3, 1, 9, 30, tzinfo=UTC) != first
    db.session.rollback()
    page = chloe.get("/reglages/rappels").text
    assert "Revoir" in page
    assert "10 h 30" in page.replace("\u00a0", " ")
    for wrong in (
        {"day": "other"},
        {"day": "other", "due_at": "2020-01-01T10:00"},
        {"note": "x"},
    ):
        answer = chloe.send(path, wrong)
        assert answer.status_code == 422
    long = chloe.send(path, {"day": "tomorrow", "note": "é" * 501})
    assert (long.status_code, "é" * 501 in long.text) == (422, True)
    chloe.send(path, {"remove": "1"})
    assert "À revoir" not in chloe.get("/reglages/rappels").text


def test_a_conversation_is_muted_followed_and_left_by_forms(cast: Cast, browser) -> None:
    post = make_post(cast.amina, cast.ess, title="Débat")
    chloe, path = browser(cast.chloe), f"/publications/{post.id}/conversation"

    def pressed() -> list[str]:
        page = chloe.get(f"/publications/{post.id}").text
        names = re.findall(r'data-toggle="(\w+) none".*?aria-pressed="(\w+)"', page, re.DOTALL)
        return [name for name, is_on in names if is_on == "true"]

    assert pressed() == []
    chloe.send(path, {"muted": "1"})
    assert pressed() == ["muted"]
    chloe.send(path, {"followed": "1"})
    assert pressed() == ["followed"]
    assert "Débat" in chloe.get("/reglages/rappels").text
    chloe.send(path, {"none": "1", "list": "1"})
    assert pressed() == []
    assert "Débat" not in chloe.get("/reglages/rappels").text


def test_what_a_closed_account_asked_for_is_erased_and_old_notes_are(
    cast: Cast, handle_events: Handle
) -> None:
    post = make_post(cast.amina, cast.ess)
    choose(cast.chloe, post, MUTED)
    for member in (cast.chloe, cast.bruno):
        set_due(member, post, "à moi")
    remind()
    with atomic():
        erase_member(cast.chloe)
    handle_events()
    assert db.session.query(ChosenConversation).count() == 0
    assert [each.member_id for each in db.session.query(Reminder)] == [cast.bruno.id]
    with atomic():
        db.session.get_one(Reminder, (cast.bruno.id, post.id)).notified_at -= timedelta(days=93)
    purge_past_reminders()
    assert db.session.query(Reminder).count() == 0


def test_a_program_sets_reminders_and_chooses_conversations(cast: Cast, program) -> None:
    post = make_post(cast.amina, cast.ess)
    chloe = program(cast.chloe)
    due = "2027-06-01T07:00:00+00:00"
    answer = chloe.put(f"/posts/{post.id}/reminder", {"due_at": due, "note": "Voir"})
    assert answer.json == {"post_id": post.id, "due_at": due, "note": "Voir"}
    assert chloe.get("/me/reminders").json == {"items": [answer.json]}
    past = chloe.put(f"/posts/{post.id}/reminder", {"due_at": "2020-01-01T00:00:00Z"})
    assert (past.status_code, [*past.json["errors"]]) == (422, ["due_at"])
    assert chloe.delete(f"/posts/{post.id}/reminder").status_code == 204
    assert chloe.get("/me/reminders").json == {"items": []}
    chosen = chloe.put(f"/posts/{post.id}/conversation", {"choice": "followed"})
    assert chosen.json == {"choice": "followed"}
    assert chloe.delete(f"/posts/{post.id}/conversation").status_code == 204
    assert db.session.query(ChosenConversation).count() == 0
