"""Leaving for good."""

from sqlalchemy import delete

from grandequipe.core import journal
from grandequipe.extensions import db
from grandequipe.groups.models import Invitation
from grandequipe.groups.queries import list_invitations_to, list_ties
from grandequipe.groups.services.locks import lock_groups
from grandequipe.groups.services.memberships import leave
from grandequipe.members.models import Member


def leave_everything(member: Member) -> None:
    """Leave every group before an account is closed, and forget what was sent to its address.

    Who was kept out of a group stays out. Raise Conflict where a group would have no owner.
    """
    ties, sent = list_ties(member), list_invitations_to(member.email)
    lock_groups({tie.group_id for tie in ties} | {each.group_id for each in sent})
    told = [step for tie in ties for step in leave(member, tie.group)]
    db.session.execute(delete(Invitation).where(Invitation.email == member.email))
    journal.record_all(told)
