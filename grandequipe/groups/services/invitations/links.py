"""Links by which several people join a group.

Guarantee: a link lets in as many people as it says, until it ends, as long as its author may still
invite; nobody who is banned.
"""

import secrets
from datetime import datetime, timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import and_, delete, or_

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.events import record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.models import Group, InvitationLink, Membership, MembershipState
from grandequipe.groups.queries import InvitationEnded
from grandequipe.groups.services.invitations.ending import may_still_invite
from grandequipe.groups.services.locks import (
    lock_group,
    lock_membership,
    require_not_archived,
)
from grandequipe.groups.services.membership_transitions import accept, create_membership
from grandequipe.members.models import Member

MOST_USES = 1000
LONGEST_LIFE = timedelta(days=366)
# Until then its address answers that it has ended, then that there is no such link.
ENDED_KEPT_FOR = timedelta(days=30)


def create_link(actor: Member, group: Group, max_uses: int, expires_at: datetime) -> InvitationLink:
    """Create a link by which so many people join until an instant; may raise Invalid."""
    lock_group(group)
    require(policies.may_moderate(actor, group), _l("Only moderators create invitation links."))
    require_not_archived(group)
    errors, now = {}, clock.now()
    if not 1 <= max_uses <= MOST_USES:
        errors["max_uses"] = _("Choose a number from 1 to %(most)d.", most=MOST_USES)
    if not now < expires_at <= now + LONGEST_LIFE:
        errors["expires_at"] = _("Choose an end in the future, within a year.")
    if errors:
        raise Invalid(errors)
    link = InvitationLink(
        group_id=group.id, created_by_id=actor.id, key=secrets.token_urlsafe(12),
        max_uses=max_uses, uses=0, expires_at=expires_at, created_at=now,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    return link


def end_link(actor: Member, link: InvitationLink) -> None:
    """Have a link let in nobody any more."""
    lock_group(link.group)
    require(policies.may_moderate(actor, link.group), _l("Only moderators end invitation links."))
    db.session.delete(link)


def purge_links() -> None:
    """Delete the links that ended, or were used up, so long ago that nobody asks why."""
    is_used_up = and_(
        InvitationLink.uses >= InvitationLink.max_uses,
        InvitationLink.created_at < clock.now() - ENDED_KEPT_FOR,
    )
    has_ended = InvitationLink.expires_at < clock.now() - ENDED_KEPT_FOR
    over = delete(InvitationLink).where(or_(has_ended, is_used_up))
    db.session.execute(over, execution_options={"synchronize_session": False})


def use_link(member: Member, link: InvitationLink, charter: int = 0) -> Membership:
    """Join by a link; raise InvitationEnded where it lets in nobody any more."""
    group = link.group
    lock_group(group)
    fresh = db.session.get(InvitationLink, link.id, populate_existing=True)
    if fresh is None or fresh.is_over or not may_still_invite(fresh.created_by, group):
        raise InvitationEnded(None)
    membership = lock_membership(member, group)
    if membership is not None and membership.is_active:
        return membership
    if membership is not None and membership.state is MembershipState.BANNED:
        raise InvitationEnded(None)
    fresh.uses += 1
    how = "invitation"
    if membership is None:
        membership = create_membership(member, group, MembershipState.INVITED)
        membership.invited_by_id = fresh.created_by_id
    elif membership.state is MembershipState.REQUESTED:
        how = "request"
    if charter == group.charter_version:
        membership.charter_version = charter
    record_all(accept(fresh.created_by if how == "request" else member, membership, how))
    return membership
