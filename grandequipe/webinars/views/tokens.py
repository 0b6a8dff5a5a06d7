"""The page of a registration, for who has its mail: it works without logging in.

Reading it changes nothing, whatever opens the links of a mail; its buttons do.
"""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import NotFound, Refused
from grandequipe.core.transactions import atomic
from grandequipe.web.form_rules import repeatable
from grandequipe.web.pages import render_page
from grandequipe.webinars import services
from grandequipe.webinars.models import CancelledBecause, Registration
from grandequipe.webinars.queries import get_registration, place_in_line
from grandequipe.webinars.queries.holders import get_held_registration
from grandequipe.webinars.services.links import sign_registration, signed_registration_id
from grandequipe.webinars.views.feedback import after_webinar
from grandequipe.webinars.views.room import room_of

Act = Callable[[Registration], Registration | None]
# The address is known to one mailbox: no search engine and no other site learns it.
PRIVATE = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow"}


def own(token: str) -> ResponseReturnValue:
    """Show where a registration stands, with what its holder can do."""
    held = get_held_registration(signed_registration_id(token))
    page = render_page(
        "webinars/own.html",
        token=token,
        registration=held.registration,
        webinar=held.webinar,
        is_readable=held.is_readable,
        room=room_of(held.webinar, held.registration) if held.webinar else None,
        place=place_in_line(held.registration),
        after=after_webinar(held) if held.webinar else None,
    )
    return page, 200, PRIVATE


@repeatable("who is registered is not registered again")
def confirm(token: str) -> ResponseReturnValue:
    """Register the visitor who got the mail."""
    return _act(token, services.confirm_registration, None)


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
def cancel(token: str) -> ResponseReturnValue:
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
