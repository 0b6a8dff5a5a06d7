"""The page of a registration, for who has its mail: it works without logging in.

Reading it changes nothing, whatever opens the links of a mail; its buttons do.
"""

from collections.abc import Callable, Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Invalid, NotFound, Refused
from grandequipe.core.transactions import atomic
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.webinars import services
from grandequipe.webinars.forms import AnswersForm, form_for
from grandequipe.webinars.models import (
    CancelledBecause,
    Registration,
    RegistrationQuestion,
    RegistrationState,
)
from grandequipe.webinars.queries import get_registration, list_questions, place_in_line
from grandequipe.webinars.queries.holders import HeldRegistration, get_held_registration
from grandequipe.webinars.queries.series import list_requests_with
from grandequipe.webinars.services.links import sign_registration, signed_registration_id
from grandequipe.webinars.services.series import confirm_requests
from grandequipe.webinars.views.add_to_calendar import links_of_holder
from grandequipe.webinars.views.feedback import after_webinar
from grandequipe.webinars.views.room import room_of

Act = Callable[[Registration], Registration | None]
# The address is known to one mailbox: no search engine and no other site learns it.
PRIVATE = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow"}


def own(token: str) -> ResponseReturnValue:
    """Show where a registration stands, with what its holder can do."""
    held = get_held_registration(signed_registration_id(token))
    is_asked = held.registration.state is RegistrationState.UNCONFIRMED
    page = render_page(
        "webinars/own.html",
        token=token,
        registration=held.registration,
        webinar=held.webinar,
        is_readable=held.is_readable,
        room=room_of(held.webinar, held.registration) if held.webinar else None,
        place=place_in_line(held.registration),
        after=after_webinar(held) if held.webinar else None,
        questions=_questions(held),
        programs=links_of_holder(held),
        asked=len(list_requests_with(held.registration)) if is_asked else 0,
    )
    return page, 200, PRIVATE


@takes(AnswersForm)
@repeatable("sets answers")
def answers(token: str) -> ResponseReturnValue:
    """Answer the organiser's questions, or change what was answered."""
    held = get_held_registration(signed_registration_id(token))
    questions = _questions(held)
    if not questions:
        return redirect(url_for("webinars.own", token=token), 303)
    form = form_for(AnswersForm, questions)
    if not form.is_submitted():
        form.fill(held.registration)
    elif form.validate():
        try:
            with atomic():
                services.answer_questions(held.registration, form.answers())
            flash(_("Thank you: your answers have been sent."), "success")
            return redirect(url_for("webinars.own", token=token), 303)
        except Invalid as invalid:
            form.show(invalid)
            held = get_held_registration(signed_registration_id(token))
    page = render_page("webinars/answers.html", token=token, webinar=held.webinar, form=form)
    return page, 422 if form.errors else 200, PRIVATE


def _questions(held: HeldRegistration) -> Sequence[RegistrationQuestion]:
    """List what the holder is asked; nothing without a registration to a webinar to come."""
    webinar = held.webinar
    if webinar is None or webinar.is_over or not held.registration.is_active:
        return ()
    return list_questions(webinar.id)


@repeatable("who is registered is not registered again")
def confirm(token: str) -> ResponseReturnValue:
    """Register the visitor who got the mail."""
    return _act(token, confirm_requests, None)


@repeatable("who goes has a place already")
def accept(token: str) -> ResponseReturnValue:
    """Take the place that is offered."""
    return _act(token, services.accept_offer, _("The place is yours. See you there!"))


@repeatable("who has declined declines no more")
def decline(token: str) -> ResponseReturnValue:
    """Leave the place that is offered to the next in line."""
    said = _("Thank you for telling us: the place goes to the next person.")
    return _act(token, services.decline_offer, said)


@repeatable("what is cancelled stays cancelled")
def cancel_own(token: str) -> ResponseReturnValue:
    """Cancel the registration."""

    def act(registration: Registration) -> None:
        services.cancel_registration(registration, CancelledBecause.BY_PERSON)

    return _act(token, act, _("Your registration has been cancelled."))


def _act(token: str, act: Act, said: str | None) -> ResponseReturnValue:
    registration_id = signed_registration_id(token)
    if registration_id is None:
        raise NotFound
    try:
        with atomic():
            registration = get_registration(registration_id)
            changed = act(registration) or registration
            # Another one holds where a visitor is a member who had registered.
            token = token if changed.id == registration_id else sign_registration(changed)
    except Refused as refused:
        flash(refused.message, "error")
    else:
        if said:
            flash(said, "success")
    return redirect(url_for("webinars.own", token=token), 303)
