"""What becomes of registrations where people lose sight of a webinar, or close their account."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select

from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Webinar
from grandequipe.feed.queries.visibility import thread_visible_to
from grandequipe.groups.models import Membership, MembershipState
from grandequipe.members.models import Member
from grandequipe.webinars.models import ACTIVE, CancelledBecause, Registration
from grandequipe.webinars.services import seats
from grandequipe.webinars.services.registrations import cancel_registration

QUIETLY = {"synchronize_session": False}


def cancel_unreadable(member: Member | None, group_id: int) -> None:
    """Cancel the registrations to webinars of a group that a person no longer reads.

    `member` is a former member, or None for all visitors. Those to a webinar of a public group, or
    of another of their groups, stay; not so for whom the group has banned. They get a mail.
    """
    readable = select(Webinar.id).where(Webinar.id == Registration.post_id)
    readable = readable.where(thread_visible_to(member)).correlate(Registration)
    is_lost: ColumnElement[bool] = ~readable.exists()
    is_theirs: ColumnElement[bool] = Registration.member_id.is_(None)
    if member is not None:
        is_theirs = Registration.member_id == member.id
        is_banned = select(Membership.member_id).where(
            Membership.member_id == member.id,
            Membership.group_id == group_id,
            Membership.state == MembershipState.BANNED,
        )
        is_lost = or_(is_lost, is_banned.exists())
    lost = (
        select(Registration)
        .where(is_theirs, is_lost, *_active_in(group_id))
        .order_by(Registration.post_id, Registration.id)
    )
    registrations = db.session.scalars(lost).all()
    seats.lock_webinars([each.post_id for each in registrations])
    for registration in registrations:
        cancel_registration(registration, CancelledBecause.LEFT_GROUP)


def cancel_all_unreadable(group_id: int) -> None:
    """Do so for everybody who is no member of a group that visitors no longer read."""
    belongs = select(Membership.member_id).where(
        Membership.member_id == Registration.member_id,
        Membership.group_id == group_id,
        Membership.state == MembershipState.ACTIVE,
    )
    others = (
        select(Member)
        .where(
            Member.id.in_(
                select(Registration.member_id).where(~belongs.exists(), *_active_in(group_id))
            )
        )
        .order_by(Member.id)
    )
    webinars = select(Registration.post_id).where(*_active_in(group_id))
    seats.lock_webinars(db.session.scalars(webinars.distinct()).all())
    for person in (None, *db.session.scalars(others).all()):
        cancel_unreadable(person, group_id)


def _active_in(group_id: int) -> Sequence[ColumnElement[bool]]:
    here = select(Placement.post_id).where(Placement.group_id == group_id)
    return Registration.state.in_(ACTIVE), Registration.post_id.in_(here)


def erase_registrations(member: Member) -> None:
    """Delete the registrations of a closed account with their answers, and offer its places."""
    mine = select(Registration.post_id).where(Registration.member_id == member.id)
    post_ids = db.session.scalars(mine.order_by(Registration.post_id)).all()
    seats.lock_webinars(post_ids)
    for post_id in post_ids:
        webinar = seats.lock_webinar(post_id)
        gone = delete(Registration).where(
            Registration.member_id == member.id, Registration.post_id == post_id
        )
        db.session.execute(gone, execution_options=QUIETLY)
        seats.announce(webinar, seats.arrange_places(webinar))
    db.session.expire_all()
