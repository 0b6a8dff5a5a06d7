"""Reading recordings, what people said after a webinar, and the one that comes next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select

from grandequipe.attachments.models import File
from grandequipe.attachments.queries import list_files
from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post, Webinar, WebinarDetails
from grandequipe.feed.queries import visible_to
from grandequipe.feed.queries.visibility import LISTED, PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member
from grandequipe.webinars.models import (
    FEWEST_ANSWERS,
    REPLAY_SUBJECT,
    Registration,
    WebinarFeedback,
    WebinarReplay,
)
from grandequipe.webinars.models.replay_inputs import Chapter
from grandequipe.webinars.queries.organisers import organises
from grandequipe.webinars.queries.settings import find_settings

MOST_WORDS = 100


@dataclass(frozen=True)
class ShownReplay:
    """A recording as readers have it: an address elsewhere, or a file of sound or pictures.

    `documents` are the other files that came with it, such as a transcript.
    """

    url: str | None
    video: File | None
    documents: Sequence[File]
    chapters: Sequence[Chapter]
    transcript: str | None
    captions: str | None
    is_captioned: bool
    expires_at: datetime | None

    @property
    def is_there(self) -> bool:
        """Return whether there is something to watch or to hear."""
        return bool(self.url or self.video)

    @property
    def lacks_words(self) -> bool:
        """Return whether who does not hear has neither captions nor a transcript."""
        return not (self.captions or self.transcript or self.is_captioned or self.documents)


def find_replay(post_id: int) -> WebinarReplay | None:
    """Find what is kept of the recording of a webinar, a removed one too."""
    return db.session.get(WebinarReplay, post_id)


def find_shown_replay(webinar: Webinar) -> ShownReplay | None:
    """Find the recording of a webinar that is over; None where there is nothing to watch."""
    if not webinar.is_over:
        return None
    found = find_replay(webinar.id)
    if found is not None and found.is_removed:
        return None
    files = [file for file in list_replay_files(webinar.id) if file.is_ready] if found else []
    shown = ShownReplay(
        url=webinar.replay_url,
        video=next((file for file in files if is_recording(file)), None),
        documents=[file for file in files if not is_recording(file)],
        chapters=[(at, title) for at, title in found.chapters] if found else (),
        transcript=found.transcript if found else None,
        captions=found.captions if found else None,
        is_captioned=bool(found and found.is_captioned),
        expires_at=found.expires_at if found else None,
    )
    return shown if shown.is_there else None


def list_replay_files(post_id: int) -> Sequence[File]:
    """List the files of a recording, in order."""
    return list_files(REPLAY_SUBJECT, [post_id]).get(post_id, ())


def is_recording(file: File) -> bool:
    """Return whether a file is what one watches or hears."""
    return file.media_type.startswith(("video/", "audio/"))


def find_visible_replays(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    """Say of which webinars somebody sees the files of the recording: once over, its author before.

    Of a removed one nobody does.
    """
    is_ready = WebinarDetails.ends_at <= clock.now()
    if viewer is not None:
        is_ready = or_(is_ready, Post.author_id == viewer.id)
    query = (
        select(Post.id)
        .join(WebinarDetails, WebinarDetails.post_id == Post.id)
        .join(WebinarReplay, WebinarReplay.post_id == Post.id)
        .where(Post.id.in_(ids), WebinarReplay.removed_at.is_(None), is_ready, visible_to(viewer))
    )
    return set(db.session.scalars(query))


def find_existing_replays(ids: Sequence[int]) -> Collection[int]:
    """Say which webinars have a recording, for whomever."""
    query = select(WebinarReplay.post_id).where(
        WebinarReplay.post_id.in_(ids), WebinarReplay.removed_at.is_(None)
    )
    return set(db.session.scalars(query))


def list_due_replays(now: datetime, most: int) -> Sequence[int]:
    """List the ids of webinars that are over, are read, and whose recording was not mailed yet."""
    query = (
        select(WebinarReplay.post_id)
        .join(WebinarDetails, WebinarDetails.post_id == WebinarReplay.post_id)
        .where(
            WebinarReplay.mailed_at.is_(None),
            WebinarReplay.removed_at.is_(None),
            WebinarDetails.ends_at <= now,
            # What is not to be mailed now must not stand before what is, for ever.
            or_(WebinarDetails.replay_url.is_not(None), WebinarDetails.has_replay_file),
            exists().where(Placement.post_id == WebinarReplay.post_id, PUBLISHED),
        )
        .order_by(WebinarReplay.published_at)
        .limit(most)
    )
    return db.session.scalars(query).all()


def list_expired_replays(now: datetime, most: int) -> Sequence[int]:
    """List the ids of webinars whose recording is to go."""
    query = select(WebinarReplay.post_id).where(WebinarReplay.expires_at <= now)
    return db.session.scalars(query.order_by(WebinarReplay.expires_at).limit(most)).all()


def list_ended(since: datetime, until: datetime) -> Sequence[int]:
    """List the ids of webinars that took place and ended between two instants."""
    query = select(WebinarDetails.post_id).where(
        WebinarDetails.ends_at > since,
        WebinarDetails.ends_at <= until,
        WebinarDetails.cancelled_at.is_(None),
    )
    return db.session.scalars(query.order_by(WebinarDetails.post_id)).all()


def find_next_webinar(webinar: Webinar, seen_by: Member | None) -> Webinar | None:
    """Find the next webinar that a reader may see: a date of its series, else of its groups."""
    groups = [placement.group_id for placement in webinar.published]
    same_series = func.coalesce(WebinarDetails.series_id == webinar.series_id, False)
    query = (
        select(Webinar)
        .join(WebinarDetails, WebinarDetails.post_id == Webinar.id)
        .join(Placement, Placement.post_id == Webinar.id)
        .join(Group, Group.id == Placement.group_id)
        .where(
            Webinar.id != webinar.id,
            Placement.group_id.in_(groups),
            LISTED,
            readable_by(seen_by),
            Placement.starts_at > clock.now(),
            WebinarDetails.cancelled_at.is_(None),
        )
        .order_by(same_series.desc(), Placement.starts_at, Webinar.id)
        .limit(1)
    )
    return db.session.scalars(query).unique().first()


class Feedback(NamedTuple):
    """How many people found a webinar useful, out of how many, and their words in no order."""

    useful: int
    answers: int
    words: Sequence[str]


def find_feedback(webinar: Webinar, seen_by: Member | None) -> Feedback | None:
    """Give what people said of a webinar, as last counted; None for fewer than FEWEST_ANSWERS.

    Raises NotFound for who does not look after the registrations.
    """
    if not organises(seen_by, webinar):
        raise NotFound
    settings = find_settings(webinar.id)
    if settings.feedback_answers < FEWEST_ANSWERS:
        return None
    said = (
        select(WebinarFeedback.words)
        .join(Registration, Registration.id == WebinarFeedback.registration_id)
        .where(
            Registration.post_id == webinar.id,
            WebinarFeedback.is_counted,
            WebinarFeedback.words.is_not(None),
        )
        .order_by(WebinarFeedback.words)
        .limit(MOST_WORDS)
        .distinct()
    )
    words = [each for each in db.session.scalars(said) if each]
    return Feedback(settings.feedback_useful, settings.feedback_answers, words)


def find_given_feedback(registration: Registration) -> WebinarFeedback | None:
    """Find what a registered person said."""
    return db.session.get(WebinarFeedback, registration.id)


def is_read_anywhere(webinar: Webinar) -> bool:
    """Return whether a group reads the post of a webinar."""
    here = select(Placement.id).where(Placement.post_id == webinar.id, PUBLISHED)
    return db.session.scalar(here.limit(1)) is not None
