"""Recordings of webinars: for those who read them, and those who look after them."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.limits import limited
from grandequipe.api.schemas import recordings as schemas
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.feed.models import Webinar
from grandequipe.feed.queries import get_post
from grandequipe.members.models import Member
from grandequipe.webinars.models import ReplayInput
from grandequipe.webinars.models.replay_inputs import write_chapters
from grandequipe.webinars.policies import manages_registrations
from grandequipe.webinars.queries.replays import (
    find_replay,
    find_shown_replay,
    list_replay_files,
)
from grandequipe.webinars.services.replays import MAY_NOT_MANAGE, remove_replay, save_replay

TAG = "Webinars"
RECORDING = "/posts/<id:post_id>/recording"
LIMIT = "edits"
# Bytes: captions and a transcript, each character escaped.
LARGEST_RECORDING = 5 * 1024 * 1024


@call("GET", RECORDING, tag=TAG, answers=schemas.RecordingSchema, visitors=True)
def show_recording(post_id: int) -> dict[str, Any]:
    """Show the recording of a webinar once that is over, to its organisers before; 404 for none."""
    reader = viewer()
    webinar = _webinar(post_id, reader)
    if find_shown_replay(webinar) is None and not manages_registrations(reader, webinar):
        raise NotFound
    return _shown(webinar)


@call(
    "PUT",
    RECORDING,
    tag=TAG,
    answers=schemas.RecordingSchema,
    body=schemas.RecordingBody,
    largest=LARGEST_RECORDING,
    refusals=[403],
)
@limited(LIMIT)
def save_recording(data: dict[str, Any], post_id: int) -> dict[str, Any]:
    """Publish the recording of a webinar, or change it, for its organisers.

    Readers see it once the webinar is over; those who missed it get one mail.
    """
    organiser = acting_member()
    webinar = _organised(post_id, organiser)
    chapters = [(each["at"], each["title"]) for each in data["chapters"]]
    wanted = ReplayInput(**data | {"chapters": write_chapters(chapters)})
    try:
        save_replay(organiser, webinar, wanted)
    except Invalid as invalid:
        names = {"expires_on": "expires_at"}
        raise Invalid(
            {names.get(name, name): said for name, said in invalid.errors.items()}
        ) from None
    return _shown(webinar)


@call("DELETE", RECORDING, tag=TAG, answers=None, status=204, refusals=[403])
@limited(LIMIT)
def remove_recording(post_id: int) -> None:
    """Take the recording away, with every link to it, for the webinar's organisers; idempotent."""
    organiser = acting_member()
    remove_replay(organiser, _organised(post_id, organiser))


def _webinar(post_id: int, reader: Member | None) -> Webinar:
    post = get_post(post_id, seen_by=reader)
    if not isinstance(post, Webinar):
        raise NotFound
    return post


def _organised(post_id: int, organiser: Member) -> Webinar:
    webinar = _webinar(post_id, organiser)
    require(manages_registrations(organiser, webinar), MAY_NOT_MANAGE)
    return webinar


def _shown(webinar: Webinar) -> dict[str, Any]:
    found, files = find_replay(webinar.id), list_replay_files(webinar.id)
    if not (webinar.replay_url or files) or (found is not None and found.is_removed):
        raise NotFound
    return {
        "url": webinar.replay_url,
        "files": files,
        "chapters": [{"at": at, "title": title} for at, title in found.chapters] if found else [],
        "transcript": found.transcript if found else None,
        "captions": found.captions if found else None,
        "is_captioned": bool(found and found.is_captioned),
        "expires_at": found.expires_at if found else None,
    }
