"""What becomes of a member's registrations where they leave a group, or close their account."""

from sqlalchemy import delete, or_, select

from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Webinar
from grandequipe.feed.queries.visibility import thread_visible_to
from grandequipe.groups.models import Membership, MembershipState
from grandequipe.members.models import Member
from grandequipe.webinars.models import ACTIVE, CancelledBecause, Registration
from grandequipe.webinars.services import seats
from grandequipe.webinars.services.registrations import cancel_registration

QUIETLY = {"synchronize_session": False}


def cancel_unreadable(member: Member, group_id: int) -> None:
    """Cancel the registrations to webinars of a group that a former member no longer reads.

    Those to a webinar of a public group, or of another of their groups, stay; not so for whom the
    group has banned. The member gets a mail.
    """
    here = select(Placement.post_id).where(Placement.group_id == group_id)
    readable = select(Webinar.id).where(Webinar.id == Registration.post_id)
    readable = readable.where(thread_visible_to(member)).correlate(Registration)
    banned = select(Membership.member_id).where(
        Membership.member_id == member.id,
        Membership.group_id == group_id,
        Membership.state == MembershipState.BANNED,
    )
    lost = (
        select(Registration)
        .where(
            Registration.member_id == member.id,
            Registration.state.in_(ACTIVE),
            Registration.post_id.in_(here),
            or_(~readable.exists(), banned.exists()),
        )
        .order_by(Registration.post_id)
    )
    for registration in db.session.scalars(lost).all():
        cancel_registration(registration, CancelledBecause.LEFT_GROUP)


def erase_registrations(member: Member) -> None:
    """Delete the registrations of a closed account with their answers, and offer its places."""
    mine = select(Registration.post_id).where(Registration.member_id == member.id)
    for post_id in db.session.scalars(mine.order_by(Registration.post_id)).all():
        webinar = seats.lock_webinar(post_id)
        gone = delete(Registration).where(
            Registration.member_id == member.id, Registration.post_id == post_id
        )
        db.session.execute(gone, execution_options=QUIETLY)
        seats.announce(webinar, seats.arrange_places(webinar))
    db.session.expire_all()
