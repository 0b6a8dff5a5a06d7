"""The demo shows an active community, whenever it is loaded."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grandequipe.cli.actions.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, load_demo
from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.demo import content
from grandequipe.digests.models import Digest
from grandequipe.digests.services import compose
from grandequipe.digests.tasks import send_due
from grandequipe.extensions import db
from grandequipe.feed.models import (
    Comment,
    Kind,
    Placement,
    PlacementStatus,
    Post,
    Webinar,
    WebinarDetails,
)
from grandequipe.groups.models import Group, Membership, MembershipState, Visibility
from grandequipe.members.models import Member, Organisation
from grandequipe.members.queries import find_member_by_email
from grandequipe.notifications.models import Notification
from grandequipe.webinars.models import Registration, RegistrationState
from tests.demo.consistency import find_inconsistencies
from tests.factories import Cast

A_MONDAY_MORNING = datetime(2026, 9, 7, 6, 20, tzinfo=UTC)
A_SUNDAY_NIGHT = datetime(2026, 3, 28, 23, 50, tzinfo=UTC)


def count(*conditions: Any) -> int:
    """Count rows."""
    return db.session.scalar(select(func.count()).where(*conditions)) or 0


@pytest.mark.parametrize("now", [A_MONDAY_MORNING, A_SUNDAY_NIGHT])
def test_the_demo_is_whole_whenever_it_is_loaded(
    app: Flask, visitor: Any, now: datetime, mails_folder: Path
) -> None:
    before = set(mails_folder.glob("[0-9]*.eml"))
    with clock.travel(now):
        load_demo()
        assert find_inconsistencies() == {}
        assert_active_community(now)
        assert_pending_content()
        assert_registrations()
        assert_digests_were_sent_and_are_due(now)
        shown = set(mails_folder.glob("[0-9]*.eml")) - before
        last = Digest.period == last_period()
        assert len(shown) == count(Digest.mail.has(state=MailState.SENT), last)
        assert_next_digests_wait(now)
        assert_accounts_log_in(visitor)


def assert_active_community(now: datetime) -> None:
    """Check people, groups of all sorts, posts of all kinds, webinars to come."""
    assert count(Member.id > 0) == 30
    assert count(Organisation.id > 0) == 12
    assert set(db.session.scalars(select(Group.visibility))) == set(Visibility)
    kinds = dict(db.session.execute(select(Post.kind, func.count()).group_by(Post.kind)).all())
    assert kinds.keys() == set(Kind)
    assert sum(kinds.values()) == 60
    oldest, newest = db.session.execute(
        select(func.min(Placement.published_at), func.max(Placement.published_at))
    ).one()
    assert oldest > now - timedelta(days=95)
    assert newest > now - timedelta(hours=6)
    coming = db.session.scalars(select(Webinar).where(Webinar.starts_at > now)).all()
    assert len(coming) >= 5
    assert all(webinar.starts_at.weekday() < 5 for webinar in coming if webinar.starts_at)
    assert count(Comment.reply_to_id.is_not(None)) > 10


def assert_pending_content() -> None:
    """Check that there are pending posts, requests, invitations and unread notifications."""
    assert count(Placement.status == PlacementStatus.PENDING) == 1
    assert count(Membership.state == MembershipState.REQUESTED) == 2
    assert count(Membership.state == MembershipState.INVITED) == 2
    for email in ("amina@demo.example", "lucas@demo.example", "jade@demo.example"):
        member = find_member_by_email(email)
        assert member is not None
        assert count(Notification.member_id == member.id, Notification.read_at.is_(None))


def assert_registrations() -> None:
    """Check that some go, wait, came and want the recording, and that no mail about it waits."""
    assert count(Registration.state == RegistrationState.GOING) > 40
    assert count(Registration.state == RegistrationState.WAITING) == 2
    assert count(Registration.state == RegistrationState.REPLAY) >= 5
    assert count(Registration.member_id.is_(None)) == 1
    assert count(Registration.attended_at.is_not(None)) > 20
    waiting = OutgoingMail.state == MailState.PENDING
    assert count(waiting, OutgoingMail.kind.startswith("webinar")) == 0
    assert count(WebinarDetails.venue.is_not(None)) == 2


def assert_digests_were_sent_and_are_due(now: datetime) -> None:
    """Check last week's digest, and that the next one has content."""
    amina = find_member_by_email("amina@demo.example")
    assert amina is not None
    sent = select(Digest).where(Digest.member_id == amina.id, Digest.mail.has(state=MailState.SENT))
    last = db.session.scalars(sent.order_by(Digest.due_at.desc())).first()
    assert last is not None
    assert last.contents["sent"]
    assert now - timedelta(days=8) < last.due_at < now
    assert compose(amina).posts


def assert_next_digests_wait(now: datetime) -> None:
    """Check that none is due for a day, and that README's command sends them all."""
    assert list(send_due(now + timedelta(hours=12))) == []
    became = Counter(send_due(now + timedelta(days=8)))
    assert became[MailState.SENT] > 20
    assert became.keys() <= {MailState.SENT, MailState.CANCELLED}


def last_period() -> str | None:
    """Give the period of the newest digests."""
    return db.session.scalar(select(func.max(Digest.period)))


def assert_accounts_log_in(visitor: Any) -> None:
    """Check that the accounts that the command prints are those of the demo."""
    for email, name, _role in DEMO_ACCOUNTS:
        form = {"email": email, "password": DEMO_PASSWORD}
        assert visitor.send("/connexion", form).status_code == 302
        assert name in visitor.get("/reglages/profil").text
        visitor.send("/deconnexion")


def test_nobody_gets_invented_people_among_their_own(cast: Cast) -> None:
    with pytest.raises(Conflict, match="empty database"):
        load_demo()
    assert count(Member.id > 0) == 6


def every_text() -> Iterator[str]:
    """List every French text of the demo."""
    for post in content.posts():
        yield post.title
        yield re.sub(r"<[^>]+>", " ", post.body_html)
        yield from (comment.text for comment in post.comments)
    for group in content.groups():
        yield group.description
    for member in content.members():
        yield f"{member.job}. {member.bio}"


def test_french_texts_are_well_set() -> None:
    ill_set = re.compile(r"'| [;!?:»]|« |[^\s\u00a0\u202f][;!?»](?!\w)|\d \d{3}|\d %|\d h\b|\.\.\.")
    assert [text for text in every_text() if ill_set.search(text)] == []


def test_a_quoted_figure_has_its_source() -> None:
    event_records = (
        "10\u202f808",
        "27\u202f%",
        "114\u202f708",
        "67,8",
        "66,1",
        "11,2",
        "Quartiers 2030",
    )
    unsourced = [
        post.title
        for post in content.posts()
        if any(event_record in post.body_html for event_record in event_records)
        and "Source" not in post.body_html
    ]
    assert unsourced == []
