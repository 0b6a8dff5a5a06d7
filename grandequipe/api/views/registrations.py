"""Registrations to webinars: one's own, and the list for those who look after them."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.limits import limited
from grandequipe.api.schemas import registrations as schemas
from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.feed.models import Webinar
from grandequipe.feed.queries import get_post
from grandequipe.members.models import Member
from grandequipe.webinars import queries, services
from grandequipe.webinars.models import (
    CancelledBecause,
    Registration,
    RegistrationInput,
    RegistrationMode,
    RegistrationState,
)
from grandequipe.webinars.policies import manages_registrations, may_register
from grandequipe.webinars.queries.attendance import get_to_mark
from grandequipe.webinars.services.attendance import MAY_NOT_MANAGE, mark_attendance

TAG = "Registrations"
OWN = "/posts/<id:post_id>/registration"
ATTENDANCE = "/posts/<id:post_id>/registrations/<id:registration_id>/attendance"
LIMIT = "seats"
SHOWN = (
    "post_id", "state", "mode", "places", "offer_ends_at", "answers", "wants_replay",
    "created_at", "attended_at",
)  # fmt: skip
LISTED = (*SHOWN, "id", "member", "person_name", "email", "attended_by")


@call("GET", OWN, tag=TAG, answers=schemas.RegistrationSchema)
def show_registration(post_id: int) -> dict[str, Any]:
    """Show the caller's registration, also a cancelled one; 404 where there is none."""
    webinar, member = _webinar(post_id, acting_member()), acting_member()
    registration = queries.find_registration(webinar.id, member)
    if registration is None:
        raise NotFound
    return _shown(registration)


@call("PUT", OWN, tag=TAG, answers=schemas.RegistrationSchema, body=schemas.RegistrationBody)
@limited(LIMIT)
def put_registration(data: dict[str, Any], post_id: int) -> dict[str, Any]:
    """Register, or change one's registration: `going`, `waiting` for a place, or `replay`.

    One to whom a place is offered takes it. 422 names the questions without an answer as
    `answer_ID`; 409 where the webinar is over or cancelled, or there are no more places to add.
    """
    member = acting_member()
    webinar = _webinar(post_id, member)
    wanted = RegistrationInput(**data | {"mode": RegistrationMode(data["mode"])})
    return _shown(services.register(member, webinar, wanted))


@call("DELETE", OWN, tag=TAG, answers=None, status=204)
@limited(LIMIT)
def remove_registration(post_id: int) -> None:
    """Cancel one's registration, or decline the place that is offered; idempotent."""
    member = acting_member()
    webinar = _webinar(post_id, member)
    if registration := queries.find_registration(webinar.id, member):
        services.cancel_registration(registration, CancelledBecause.BY_PERSON)


@call(
    "GET", "/posts/<id:post_id>/questions", tag=TAG, answers=schemas.QuestionsSchema, visitors=True
)
def list_questions(post_id: int) -> dict[str, Any]:
    """List what a webinar asks of those who register, and whether the caller does."""
    webinar = _webinar(post_id, viewer())
    return {
        "items": queries.list_questions(webinar.id),
        "most_places": queries.find_settings(webinar.id).most_places,
        "open": may_register(viewer(), webinar),
    }


@call(
    "GET",
    "/posts/<id:post_id>/registrations",
    tag=TAG,
    answers=schemas.RegistrationPageSchema,
    query=schemas.RegistrationQuery,
    refusals=[403],
)
def list_registrations(params: dict[str, Any], post_id: int) -> Window[dict[str, Any]]:
    """List the registrations of a webinar for its organisers, those that changed last first."""
    organiser = acting_member()
    webinar = _webinar(post_id, organiser)
    require(manages_registrations(organiser, webinar), "Only its organisers can see who comes.")
    state = RegistrationState(params["state"]) if params["state"] else None
    page = queries.list_registrations_page(
        webinar, organiser, state, params["cursor"], params["limit"]
    )
    places = queries.find_places_in_line(webinar.id)
    return Window([_listed(each, places.get(each.id)) for each in page.items], page.next)


@call("PUT", ATTENDANCE, tag=TAG, answers=schemas.ListedRegistrationSchema, refusals=[403])
@limited("managing")
def note_attendance(post_id: int, registration_id: int) -> dict[str, Any]:
    """Note that somebody was there, for the webinar's organisers; 409 long before the start."""
    return _mark(post_id, registration_id, attended=True)


@call("DELETE", ATTENDANCE, tag=TAG, answers=None, status=204, refusals=[403])
@limited("managing")
def take_back_attendance(post_id: int, registration_id: int) -> None:
    """Take back that somebody was there; idempotent."""
    _mark(post_id, registration_id, attended=False)


def _mark(post_id: int, registration_id: int, *, attended: bool) -> dict[str, Any]:
    organiser = acting_member()
    webinar = _webinar(post_id, organiser)
    require(manages_registrations(organiser, webinar), MAY_NOT_MANAGE)
    registration = get_to_mark(webinar, registration_id, organiser)
    mark_attendance(organiser, webinar, registration, attended=attended)
    return _listed(registration, queries.place_in_line(registration) or None)


def _listed(registration: Registration, place: int | None) -> dict[str, Any]:
    return {name: getattr(registration, name) for name in LISTED} | {"place": place}


def _webinar(post_id: int, reader: Member | None) -> Webinar:
    post = get_post(post_id, seen_by=reader)
    if not isinstance(post, Webinar):
        raise NotFound
    return post


def _shown(registration: Registration) -> dict[str, Any]:
    own = {name: getattr(registration, name) for name in SHOWN}
    return own | {"place": queries.place_in_line(registration) or None}
