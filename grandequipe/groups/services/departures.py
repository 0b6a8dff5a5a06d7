"""Leaving for good."""

from sqlalchemy import delete

from grandequipe.extensions import db
from grandequipe.groups.models import Invitation
from grandequipe.groups.queries import list_ties
from grandequipe.groups.services.memberships import leave_group
from grandequipe.members.models import Member


def leave_everything(member: Member) -> None:
    """Leave every group before an account is closed, and forget what was sent to its address.

    Who was kept out of a group stays out. Raise Conflict where a group would have no owner.
    """
    for tie in list_ties(member):
        leave_group(member, tie.group)
    db.session.execute(delete(Invitation).where(Invitation.email == member.email))
