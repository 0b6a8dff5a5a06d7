"""Which notifications reach the mailbox of a member."""

from collections.abc import Mapping

from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.notifications.models import MAILED_KINDS, NotificationKind, StoppedMail


def list_mailed_kinds(member: Member) -> Mapping[NotificationKind, bool]:
    """Give each kind that may be mailed, and whether it is."""
    stopped = set(
        db.session.scalars(select(StoppedMail.kind).where(StoppedMail.member_id == member.id))
    )
    return {kind: kind not in stopped for kind in MAILED_KINDS}
