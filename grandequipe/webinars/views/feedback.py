"""After a webinar, for who has a mail of it: whether it was useful, and the recording.

Reading a page changes nothing, whatever opens the links of a mail; its buttons do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Webinar
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.webinars.forms.replays import FeedbackForm
from grandequipe.webinars.models import Registration, RegistrationState
from grandequipe.webinars.models.replay_inputs import clock_of_seconds
from grandequipe.webinars.policies import may_give_feedback
from grandequipe.webinars.queries import get_registration
from grandequipe.webinars.queries.holders import HeldRegistration, get_held_registration
from grandequipe.webinars.queries.replays import (
    ShownReplay,
    find_given_feedback,
    find_shown_replay,
)
from grandequipe.webinars.services import feedback as services, replays
from grandequipe.webinars.services.links import signed_registration_id

PRIVATE = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True)
class After:
    """What the page of a registration shows after its webinar."""

    replay: ShownReplay | None
    wants: bool
    asks: bool
    has_said: bool
    clock_of_seconds: Callable[[int], str] = clock_of_seconds


def after_webinar(held: HeldRegistration) -> After | None:
    """Load what the holder of a registration has after the webinar; None before its end."""
    registration, webinar = held.registration, held.webinar
    if webinar is None or not may_give_feedback(registration, webinar):
        return None
    state = registration.state
    waits_for_it = state is not RegistrationState.GOING or registration.attended_at is None
    return After(
        replay=find_shown_replay(webinar) if held.is_readable else None,
        wants=registration.wants_replay or waits_for_it,
        asks=registration.attended_at is not None,
        has_said=find_given_feedback(registration) is not None,
    )


@takes(FeedbackForm)
@repeatable("an answer takes the place of the one before")
def feedback(token: str) -> ResponseReturnValue:
    """Ask whether a webinar was useful, and keep the answer."""
    registration, webinar = _held(token)
    form = FeedbackForm()
    if request.method == "POST" and form.validate():
        try:
            with atomic():
                services.give_feedback(
                    get_registration(registration.id),
                    webinar,
                    was_useful=form.was_useful,
                    words=form.words.data or "",
                )
        except Invalid as refused:
            form.show(refused)
        else:
            flash(_("Thank you! The organiser reads it without your name."), "success")
            return redirect(url_for("webinars.own", token=token), 303)
        registration, webinar = _held(token)
    elif request.method == "GET" and (said := find_given_feedback(registration)):
        form.useful.data = "yes" if said.was_useful else "no"
        form.words.data = said.words
    page = render_page("webinars/feedback.html", token=token, webinar=webinar, form=form)
    return page, 422 if form.errors else 200, PRIVATE


@repeatable("who wants a recording gets it once")
def want_replay(token: str) -> ResponseReturnValue:
    """Have the holder of a registration written to when the recording is there."""
    registration = get_held_registration(signed_registration_id(token)).registration
    with atomic():
        replays.want_replay(get_registration(registration.id))
    flash(_("We’ll write to you once the recording is there."), "success")
    return redirect(url_for("webinars.own", token=token), 303)


def _held(token: str) -> tuple[Registration, Webinar]:
    held = get_held_registration(signed_registration_id(token))
    if held.webinar is None or not may_give_feedback(held.registration, held.webinar):
        raise NotFound
    return held.registration, held.webinar
