"""The room of a webinar: who may join is led there, all others read why not, or when.

Guarantee: the address of the room is in no page, feed, answer or mail; it is in the `Location` of
this redirect alone, and in the form of those who change the post.
"""

from flask import Response, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Webinar
from grandequipe.feed.policies import shown_placements
from grandequipe.feed.queries import get_post
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import is_page_view
from grandequipe.webinars.models import AttendedBy, Registration
from grandequipe.webinars.policies import is_room_open, joins_later, may_join, opening_of
from grandequipe.webinars.queries import find_registration
from grandequipe.webinars.queries.holders import get_held_registration
from grandequipe.webinars.services.attendance import note_attendance
from grandequipe.webinars.services.links import signed_registration_id

# What a browser sends along is not for other sites; what is answered is for one reader, now.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
}


def room(post_id: int) -> ResponseReturnValue:
    """Lead into the room, and note that the registered reader came; say when or why not, else."""
    reader = viewer()
    webinar = get_webinar(post_id, reader)
    registration = find_registration(post_id, reader)
    return _lead(webinar, reader, registration) or _closed(webinar, reader, registration)


def enter(token: str) -> ResponseReturnValue:
    """Lead the holder of a registration into the room, without logging in.

    The mail leads to the page of the registration, and that one here: what opens the links of
    mails by itself was not there.
    """
    held = get_held_registration(signed_registration_id(token))
    registration, webinar = held.registration, held.webinar
    led = _lead(webinar, registration.member, registration) if webinar else None
    return led or redirect(url_for("webinars.own", token=token), 303)


def room_of(webinar: Webinar, registration: Registration) -> str | None:
    """Say how the room stands for the holder of a registration: "open", "early", None for none."""
    member, now = registration.member, clock.now()
    if not webinar.join_url or webinar.is_over or webinar.cancelled_at is not None:
        return None
    if may_join(member, webinar, registration, now):
        return "open"
    return "early" if joins_later(member, webinar, registration) else None


def get_webinar(post_id: int, reader: Member | None) -> Webinar:
    """Get a webinar that its reader sees, or raise NotFound."""
    post = get_post(post_id, seen_by=reader)
    if not isinstance(post, Webinar):
        raise NotFound
    return post


def _lead(
    webinar: Webinar, reader: Member | None, registration: Registration | None
) -> Response | None:
    """Redirect into the room and note that the reader came; None where they do not join now."""
    now = clock.now()
    if not webinar.join_url or not may_join(reader, webinar, registration, now):
        return None
    if registration is not None and is_room_open(webinar, now) and is_page_view():
        with atomic():
            note_attendance(registration, AttendedBy.ROOM)
    response = make_response(redirect(webinar.join_url, 303))
    response.headers.update(HEADERS)
    return response


def _closed(
    webinar: Webinar, reader: Member | None, registration: Registration | None
) -> ResponseReturnValue:
    """Say why nobody is led into the room now: 403 where it is not for this reader."""
    state = _state(webinar, reader, registration)
    page = render_page(
        "webinars/room.html",
        post=webinar,
        group=shown_placements(reader, webinar)[0].group,
        state=state,
        opens_at=opening_of(webinar),
        registration=registration,
    )
    return page, 403 if state == "not_for_reader" else 200, HEADERS


def _state(webinar: Webinar, reader: Member | None, registration: Registration | None) -> str:
    if webinar.cancelled_at is not None:
        return "cancelled"
    if webinar.is_over:
        return "over"
    if not joins_later(reader, webinar, registration):
        return "not_for_reader"
    return "early" if webinar.join_url else "unknown"
