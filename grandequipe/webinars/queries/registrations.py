"""Reading registrations."""

from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.webinars.models import Registration


def find_registration(post_id: int, member: Member | None) -> Registration | None:
    """Find a member's registration to a webinar, a cancelled one too; None for visitors."""
    if member is None:
        return None
    return db.session.scalar(
        select(Registration).where(
            Registration.member_id == member.id, Registration.post_id == post_id
        )
    )
