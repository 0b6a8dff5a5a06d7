"""Publishing and withdrawing announcements."""

from flask_babel import lazy_gettext as _l

from grandequipe.announcements.events import AnnouncementPublished, AnnouncementWithdrawn
from grandequipe.announcements.models import Announcement, AnnouncementInput
from grandequipe.announcements.policies import may_announce
from grandequipe.announcements.queries import forget_shown
from grandequipe.core import clock
from grandequipe.core.events import SITE, record
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services.administration import lock_accounts

ONLY_ADMINISTRATORS = _l("Only administrators announce things to the whole site.")


def publish_announcement(admin: Member, announcement_input: AnnouncementInput) -> Announcement:
    """Announce something from now on; raise Invalid with the error of each field."""
    lock_accounts(admin)
    require(may_announce(admin), ONLY_ADMINISTRATORS)
    now = clock.now()
    announcement_input.validate(now)
    announcement = Announcement(
        title=announcement_input.title,
        text=announcement_input.text,
        territory=announcement_input.territory,
        in_banner=announcement_input.in_banner,
        in_bell=announcement_input.in_bell,
        in_digest=announcement_input.in_digest,
        published_at=now,
        ends_at=announcement_input.ends_at,
        author_id=admin.id,
    )
    db.session.add(announcement)
    db.session.flush()
    subject = ("announcement", announcement.id)
    log_act(Act.ANNOUNCEMENT_PUBLISHED, subject, actor_id=admin.id)
    on_commit(forget_shown)
    record(SITE, AnnouncementPublished(subject_id=announcement.id, actor_id=admin.id))
    return announcement


def withdraw_announcement(admin: Member, announcement: Announcement) -> None:
    """Show an announcement no more; a digest that left keeps it."""
    lock_accounts(admin)
    require(may_announce(admin), ONLY_ADMINISTRATORS)
    db.session.refresh(announcement, with_for_update={"of": Announcement})
    if announcement.withdrawn_at is not None:
        return
    announcement.withdrawn_at = clock.now()
    db.session.flush()
    subject = ("announcement", announcement.id)
    log_act(Act.ANNOUNCEMENT_WITHDRAWN, subject, actor_id=admin.id)
    on_commit(forget_shown)
    record(SITE, AnnouncementWithdrawn(subject_id=announcement.id, actor_id=admin.id))
