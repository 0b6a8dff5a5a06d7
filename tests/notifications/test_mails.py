"""Notifications unread on the site for ten minutes come as one mail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import approve_post, remove_comment, remove_post
from grandequipe.groups.models import Level
from grandequipe.groups.services import (
    answer_request,
    ban_member,
    change_level,
    join_group,
    leave_group,
)
from grandequipe.members.models import Member
from grandequipe.members.services import erase_member
from grandequipe.notifications.models import (
    MAILED_KINDS,
    Notification,
    NotificationKind,
    StoppedMail,
)
from grandequipe.notifications.queries import list_mailed_kinds
from grandequipe.notifications.services import mark_read, stop_mails, stopping_token
from grandequipe.notifications.services.mails import MOST_LINES
from grandequipe.notifications.tasks import mail_unread
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post
from tests.threads import in_threads

HandleEvents = Callable[[], None]
LARGEST_ID = 2**40
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def pass_ten_minutes(handle_events: HandleEvents) -> Callable[[], None]:
    """Handle what happened, let ten minutes pass, and have the clock's task run."""

    def pass_time() -> None:
        handle_events()
        with atomic():
            older = Notification.mail_due_at - timedelta(minutes=10)
            db.session.execute(update(Notification).values(mail_due_at=older))
        mail_unread()

    return pass_time


def mails_to(member: Member) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(
        OutgoingMail.recipient == member.email, OutgoingMail.kind == "notifications"
    )
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def test_an_answer_a_comment_and_duties_that_came_together_are_one_mail(
    cast: Cast, pass_ten_minutes: Callable[[], None]
) -> None:
    post = make_post(cast.amina, cast.ess, title="Un jardin partagé")
    mine = make_comment(cast.amina, make_post(cast.chloe, cast.ess, title="Un atelier vélo"))
    make_comment(cast.bruno, post, "Bravo pour le jardin.")
    make_comment(
        cast.chloe, db.session.get_one(type(mine), mine.id).post, "Merci.", reply_to=mine.id
    )
    make_post(cast.chloe, cast.moderated, title="Prête perceuse")
    with atomic():
        join_group(cast.driss, cast.private)
    pass_ten_minutes()
    [mail] = mails_to(cast.amina)
    for said in (
        "Un jardin partagé", "> Bravo pour le jardin.", "Un atelier vélo", "Prête perceuse",
        "Driss Amrani demande",
    ):  # fmt: skip
        assert said in (mail.text or "")
    assert mail.subject is not None
    assert mail.subject.endswith("et 3 autres nouvelles")
    assert mail.headers["List-Id"] == "<notifications.localhost>"
    pass_ten_minutes()
    assert len(mails_to(cast.amina)) == 1


def test_an_accepted_request_is_mailed_in_the_language_of_its_reader(
    cast: Cast, pass_ten_minutes: Callable[[], None]
) -> None:
    with atomic():
        cast.driss.locale = "en"
        join_group(cast.driss, cast.private)
    with atomic():
        answer_request(cast.amina, cast.private, cast.driss, accept=True)
    pass_ten_minutes()
    [mail] = mails_to(cast.driss)
    assert mail.subject == (
        "Amina Belkacem accepted your request: you’re now a member of Régies de quartier"
    )
    assert mail.headers["List-Id"] == "<regies-de-quartier.localhost>"
    assert 'lang="en"' in (mail.html or "")


def test_what_was_read_or_is_not_ten_minutes_old_is_not_mailed(
    cast: Cast, handle_events: HandleEvents, pass_ten_minutes: Callable[[], None]
) -> None:
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    handle_events()
    mail_unread()
    assert mails_to(cast.chloe) == []
    with atomic():
        mark_read(cast.chloe, LARGEST_ID)
    pass_ten_minutes()
    assert mails_to(cast.chloe) == []


def test_a_second_mail_says_only_what_came_since_the_first(
    cast: Cast, pass_ten_minutes: Callable[[], None]
) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.bruno, post)
    pass_ten_minutes()
    make_comment(cast.amina, post)
    pass_ten_minutes()
    first, second = (mail.text or "" for mail in mails_to(cast.chloe))
    assert "Bruno Castel" in first
    assert "Amina Belkacem" in second
    assert "Bruno" not in second


REASONS: dict[str, Callable[[Cast, Any], object]] = {
    "a removed comment": lambda cast, comment: remove_comment(cast.bruno, comment),
    "a removed post": lambda cast, comment: remove_post(cast.amina, comment.post),
    "a member who left": lambda cast, comment: leave_group(cast.chloe, cast.private),
    "a group of which only the digest is wanted": lambda cast, comment: change_level(
        cast.chloe, cast.private, Level.DIGEST
    ),
    "a group of which nothing is wanted": lambda cast, comment: change_level(
        cast.chloe, cast.private, Level.NONE
    ),
    "a kind that was stopped": lambda cast, comment: stop_mails(
        cast.chloe, [NotificationKind.COMMENT_ON_MY_POST]
    ),
    "an account that was closed": lambda cast, comment: erase_member(cast.chloe),
}


@pytest.mark.parametrize("why", REASONS)
def test_rights_and_choices_are_asked_when_the_mail_is_written(
    cast: Cast, handle_events: HandleEvents, pass_ten_minutes: Callable[[], None], why: str
) -> None:
    comment = make_comment(cast.bruno, make_post(cast.chloe, cast.private))
    handle_events()
    address = cast.chloe.email
    with atomic():
        REASONS[why](cast, comment)
    pass_ten_minutes()
    mails = db.session.query(OutgoingMail).filter_by(recipient=address)
    # The reasons of a removal are mailed to its author, whatever they chose.
    assert [mail.kind for mail in mails if mail.kind != "decision"] == []
    assert db.session.query(Notification).filter(Notification.mail_due_at.is_not(None)).all() == []


def test_no_level_silences_a_moderator_s_duties(
    cast: Cast, pass_ten_minutes: Callable[[], None]
) -> None:
    with atomic():
        change_level(cast.amina, cast.private, Level.NONE)
        join_group(cast.driss, cast.private)
    pass_ten_minutes()
    assert len(mails_to(cast.amina)) == 1


def test_two_that_write_mails_at_once_write_one(
    app: Any, cast: Cast, handle_events: HandleEvents
) -> None:
    for _number in range(3):
        make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
        make_comment(cast.chloe, make_post(cast.amina, cast.ess))
    handle_events()
    with atomic():
        db.session.execute(
            update(Notification).values(mail_due_at=Notification.created_at - timedelta(hours=1))
        )
    in_threads(app, mail_unread, 3)
    assert len(mails_to(cast.chloe)) == len(mails_to(cast.amina)) == 1


def test_a_mail_of_many_lines_is_bounded_and_no_name_in_it_is_an_address(
    cast: Cast, pass_ten_minutes: Callable[[], None]
) -> None:
    with atomic():
        db.session.execute(
            update(Member).where(Member.id == cast.bruno.id).values(display_name="evil.com")
        )
    for number in range(MOST_LINES + 5):
        post = make_post(cast.chloe, cast.ess, title=f"Titre {number}")
        make_comment(cast.bruno, post, "Un mot. " * 500)
    pass_ten_minutes()
    [mail] = mails_to(cast.chloe)
    assert "Et 5 autres dans vos notifications" in (mail.text or "")
    assert "evil.com" not in f"{mail.subject} {mail.text} {mail.html}"
    assert len(f"{mail.text}{mail.html}".encode()) < 100_000


def test_one_press_in_a_mail_stops_its_kind_without_a_log_in(
    cast: Cast, visitor: Visitor, pass_ten_minutes: Callable[[], None]
) -> None:
    kind = NotificationKind.COMMENT_ON_MY_POST
    path = f"/notifications/courriels/arret/{stopping_token(cast.chloe, [kind])}"
    shown = visitor.get(path)
    assert shown.status_code == 200
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert all(list_mailed_kinds(cast.chloe).values()), "looking changes nothing"
    for _time in range(2):
        assert visitor.post(path, data=ONE_CLICK).status_code == 200
    stopped = [kind for kind, is_mailed in list_mailed_kinds(cast.chloe).items() if not is_mailed]
    assert stopped == [kind]
    assert visitor.get(path[:-1]).status_code == 404


def test_one_click_of_a_mail_program_stops_all_of_them(
    cast: Cast, visitor: Visitor, pass_ten_minutes: Callable[[], None]
) -> None:
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    pass_ten_minutes()
    [mail] = mails_to(cast.chloe)
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail.headers["List-Unsubscribe"].strip("<>")
    path = address[address.index("/notifications") :]
    assert visitor.post(path, data=ONE_CLICK).status_code == 200
    assert not any(list_mailed_kinds(cast.chloe).values())


def test_a_member_chooses_in_the_settings_what_is_mailed(
    cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    chloe, path = browser(cast.chloe), "/reglages/notifications"
    assert chloe.get(path).text.count("checked") == len(MAILED_KINDS)
    chosen = ["answer_to_my_comment", "post_pending"]
    assert chloe.send(path, {"kinds": chosen}).status_code == 303
    page = chloe.get(path).text
    assert page.count("checked") == len(chosen)
    assert chloe.send(path, {"kinds": ["invited"]}).status_code == 422
    assert chloe.send(path, {}).status_code == 303
    assert not any(list_mailed_kinds(cast.chloe).values())


def test_a_program_reads_and_sets_what_is_mailed(
    cast: Cast,
    program: Callable[[Member], Program],  # noqa: F811
) -> None:
    chloe, path = program(cast.chloe), "/me/notification-settings"
    channels = chloe.get(path).json["channels"]
    assert channels == {kind.value: {"bell": True, "mail": True} for kind in MAILED_KINDS}
    kind = "comment_on_my_post"
    changed = chloe.put(path, {"channels": {kind: {"mail": False}}})
    assert changed.json["channels"] == channels | {kind: {"bell": True, "mail": False}}
    for wrong in ({kind: {"bell": False, "mail": True}}, {"invited": {"mail": True}}):
        assert chloe.put(path, {"channels": wrong}).status_code == 422
    assert db.session.query(StoppedMail).count() == 1


def test_a_closed_account_has_no_bell_and_no_choices(
    cast: Cast, handle_events: HandleEvents
) -> None:
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    handle_events()
    with atomic():
        stop_mails(cast.chloe, MAILED_KINDS)
        erase_member(cast.chloe)
    handle_events()
    for table in (Notification, StoppedMail):
        assert db.session.query(table).filter_by(member_id=cast.chloe.id).count() == 0


def test_a_mail_that_has_not_left_is_withdrawn_from_who_is_banned(
    cast: Cast, pass_ten_minutes: Callable[[], None], handle_events: HandleEvents
) -> None:
    for group in (cast.private, cast.moderated):
        post = make_post(cast.chloe, group, title=f"Dans {group.slug}")
        if post.placements[0].is_pending:
            with atomic():
                approve_post(cast.bruno, post, post.text_version)
        make_comment(cast.amina, post, f"Parlons de {group.slug}")
    pass_ten_minutes()
    [waiting] = mails_to(cast.chloe)
    assert "regies-de-quartier" in (waiting.text or "")
    with atomic():
        ban_member(cast.amina, cast.private, cast.chloe, "Insultes.")
    handle_events()
    db.session.expire_all()
    assert (waiting.state, waiting.text, waiting.recipient) == ("cancelled", None, "")
    mail_unread()
    [written] = mails_to(cast.chloe)
    assert "Parlons de petites-annonces" in (written.text or "")
    assert "regies-de-quartier" not in (written.text or "")
