"""Publishing the recording of a webinar, and taking it away.

Guarantees: those who missed the webinar are written to once, whatever is killed or published
again. Once a recording is removed or has expired, no address and no file of it is left: not on a
page, not in the history of the post, not behind the links of mails that were sent, which lead to
pages of this site.
"""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import Select, and_, or_, select, text

from grandequipe.attachments.services import Subject, claim_files, release_files
from grandequipe.core import clock
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.events import record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed.events import PostEdited
from grandequipe.feed.models import Webinar
from grandequipe.feed.services import require_writable
from grandequipe.feed.services.history import keep_versions, version_before
from grandequipe.feed.services.texts import hold_memberships, lock_post
from grandequipe.members.models import Member
from grandequipe.webinars.models import (
    ACTIVE,
    REPLAY_SUBJECT,
    Registration,
    RegistrationState,
    ReplayInput,
    WebinarReplay,
)
from grandequipe.webinars.models.replay_inputs import read_captions, read_chapters
from grandequipe.webinars.policies import manages_registrations
from grandequipe.webinars.queries.replays import find_replay, find_shown_replay, is_recording
from grandequipe.webinars.services.mails import MailOccasion, post_registration_mail, post_to_all

MAY_NOT_MANAGE = _l("Only those who look after the webinar can change its recording.")
# One mail for each registration, for ever.
ONCE = "1"
# Texts in which the address of a recording may stand, but not any more.
FORGET = tuple(
    text(
        f"UPDATE {table} SET content = jsonb_set(content, '{{replay_url}}', '\"\"')"  # noqa: S608
        " WHERE post_id = :post AND content ->> 'replay_url' <> ''"
    )
    for table in ("post_version", "post_proposal")
)


def save_replay(organiser: Member, webinar: Webinar, replay_input: ReplayInput) -> WebinarReplay:
    """Publish the recording of a webinar, or change it: readers see it once the webinar is over.

    Raises Invalid that names every wrong field, Refused for who does not look after the webinar.
    """
    _lock(organiser, webinar)
    replay_input.validate()
    now = clock.now()
    replay = find_replay(webinar.id) or WebinarReplay(post_id=webinar.id, published_at=now)
    if replay.is_removed:
        replay.removed_at, replay.published_at = None, now
    replay.chapters = [list(each) for each in read_chapters(replay_input.chapters)]
    replay.transcript = replay_input.transcript.strip() or None
    replay.is_captioned = replay_input.is_captioned
    if replay_input.captions is not None:
        replay.captions = read_captions(replay_input.captions)
    replay.expires_at = replay_input.expires_at
    db.session.add(replay)
    db.session.flush()
    files = claim_files(organiser, Subject(REPLAY_SUBJECT, webinar.id), replay_input.files)
    has_file = any(is_recording(file) for file in files)
    if not has_file and not replay_input.address:
        raise Invalid({"files": _("None of these files is a recording of sound or pictures.")})
    _show(organiser, webinar, replay_input.address, has_file=has_file)
    return replay


def remove_replay(organiser: Member, webinar: Webinar) -> None:
    """Take the recording of a webinar away, with everything that leads to it."""
    _lock(organiser, webinar)
    replay = find_replay(webinar.id) or WebinarReplay(post_id=webinar.id)
    db.session.add(replay)
    _remove(organiser, webinar, replay)


def expire_replay(post_id: int) -> None:
    """Take the recording of a webinar away whose time is over; another process may have."""
    webinar = db.session.get(Webinar, post_id)
    if webinar is None:
        return
    try:
        lock_post(webinar)
    except NotFound:
        return
    replay = db.session.get(WebinarReplay, post_id, with_for_update=True)
    if replay is not None and replay.expires_at and replay.expires_at <= clock.now():
        _remove(None, webinar, replay)


def follow_address(post_id: int) -> None:
    """Publish the recording whose address was written into a post; without one, it is removed."""
    webinar = db.session.get(Webinar, post_id)
    if webinar is None or not webinar.is_over:
        return
    lock_post(webinar)
    replay = db.session.get(WebinarReplay, post_id, with_for_update=True)
    if webinar.replay_url:
        if replay is None or replay.is_removed:
            replay = replay or WebinarReplay(post_id=post_id)
            replay.removed_at, replay.published_at = None, clock.now()
            db.session.add(replay)
    elif replay is not None and not replay.is_removed and find_shown_replay(webinar) is None:
        _clear(webinar, replay)
    db.session.flush()


def post_replay_mails(post_id: int) -> int:
    """Write to those who missed a webinar that its recording is there; count the mails.

    That is who registered for the recording alone, who was not there, and who was and asked for it.
    """
    replay = db.session.scalar(
        select(WebinarReplay)
        .where(WebinarReplay.post_id == post_id, WebinarReplay.mailed_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    webinar = db.session.get(Webinar, post_id)
    if replay is None or replay.is_removed or webinar is None or not webinar.is_published:
        return 0
    if find_shown_replay(webinar) is None:
        return 0
    replay.mailed_at = clock.now()
    return post_to_all(MailOccasion.REPLAY, _who_missed(post_id), ONCE)


def post_thanks(post_id: int) -> int:
    """Thank those who were at a webinar, and ask whether it was useful; count the mails."""
    came = select(Registration.id).where(
        Registration.post_id == post_id,
        Registration.attended_at.is_not(None),
        Registration.state.in_(ACTIVE),
    )
    return post_to_all(MailOccasion.THANKS, came, ONCE)


def want_replay(registration: Registration) -> None:
    """Note that a registered person wants the recording; where it is there, they get the mail."""
    registration.wants_replay = True
    db.session.flush()
    replay = find_replay(registration.post_id)
    if replay is not None and replay.mailed_at is not None and not replay.is_removed:
        post_registration_mail(registration, MailOccasion.REPLAY, ONCE)


def _who_missed(post_id: int) -> Select[Any]:
    had_a_place = Registration.state == RegistrationState.GOING
    missed = or_(Registration.attended_at.is_(None), Registration.wants_replay)
    waited = Registration.state.in_(
        (RegistrationState.REPLAY, RegistrationState.WAITING, RegistrationState.OFFERED)
    )
    return select(Registration.id).where(
        Registration.post_id == post_id, or_(and_(had_a_place, missed), and_(waited, missed))
    )


def _lock(organiser: Member, webinar: Webinar) -> None:
    """Lock a webinar for somebody who looks after it; raise Refused for anyone else."""
    hold_memberships(organiser, [each.group for each in webinar.placements])
    require(manages_registrations(organiser, webinar), MAY_NOT_MANAGE)
    require_writable(organiser, webinar)
    lock_post(webinar)
    if all(placement.is_removed for placement in webinar.placements):
        raise NotFound
    require(manages_registrations(organiser, webinar), MAY_NOT_MANAGE)


def _remove(actor: Member | None, webinar: Webinar, replay: WebinarReplay) -> None:
    _show(actor, webinar, None, has_file=False)
    _clear(webinar, replay)


def _clear(webinar: Webinar, replay: WebinarReplay) -> None:
    """Leave nothing behind of a recording but that there was one."""
    replay.removed_at, replay.expires_at = clock.now(), None
    replay.chapters, replay.transcript, replay.captions = [], None, None
    replay.is_captioned = False
    db.session.flush()
    release_files(Subject(REPLAY_SUBJECT, webinar.id))
    for statement in FORGET:
        db.session.execute(statement, {"post": webinar.id})
    db.session.expire_all()


def _show(actor: Member | None, webinar: Webinar, url: str | None, *, has_file: bool) -> None:
    """Have the post say where the recording is: a minor change, of which nobody is notified."""
    before = version_before(webinar)
    webinar.replay_url, webinar.has_replay_file = url, has_file
    webinar.version += 1
    db.session.flush()
    keep_versions(before, actor.id if actor else webinar.author_id, webinar, is_minor=True)
    names: dict[str, Any] = {"subject_id": webinar.id, "actor_id": actor.id if actor else None}
    record_all(
        [
            (each.group.stream, PostEdited(**names, group_id=each.group_id, minor=True))
            for each in webinar.published
        ]
    )
