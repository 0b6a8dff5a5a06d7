"""Reading the announcements that a member's next digest shows: each is in one digest of theirs."""

from collections.abc import Sequence

from sqlalchemy import select

from grandequipe.announcements.models import Announcement
from grandequipe.announcements.queries import list_for_digest
from grandequipe.core.mail import OutgoingMail
from grandequipe.digests.models import Digest
from grandequipe.digests.queries.followed import LEFT
from grandequipe.extensions import db
from grandequipe.members.models import Viewer


def list_announced(member: Viewer, excluding: int | None = None) -> Sequence[Announcement]:
    """List the announcements for a member now, but those of their other digests that left."""
    found = list_for_digest(member)
    if not found:
        return []
    left = (
        select(Digest.contents["announcements"])
        .join(OutgoingMail, OutgoingMail.id == Digest.mail_id)
        .where(
            Digest.member_id == member.id,
            Digest.id != (excluding or 0),
            Digest.contents.has_key("announcements"),
            OutgoingMail.state.in_(LEFT),
        )
    )
    shown = {id for ids in db.session.scalars(left) for id in ids}
    return [each for each in found if each.id not in shown]
