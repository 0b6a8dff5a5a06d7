"""Registering on the page of a webinar: with one press, or by a form that asks questions."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_timezone, gettext as _

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound, Refused
from grandequipe.core.links import address_words
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Post, Webinar
from grandequipe.feed.policies import shown_placements
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import (
    client_address,
    hit_client,
    limited_form,
    refund_client,
    too_many,
)
from grandequipe.web.redirects import previous_page
from grandequipe.web.request_kind import wants_fragment
from grandequipe.webinars import policies, services
from grandequipe.webinars.forms import PersonForm, RegistrationForm, VisitorForm, form_for
from grandequipe.webinars.models import (
    CancelledBecause,
    Registration,
    RegistrationState,
    VisitorInput,
)
from grandequipe.webinars.queries import (
    find_registration,
    find_settings,
    list_questions,
)
from grandequipe.webinars.queries.marks import state_in
from grandequipe.webinars.queries.panels import load_panel
from grandequipe.webinars.views.room import get_webinar

F = TypeVar("F", bound=RegistrationForm)
LIMIT = "seats"


@takes(VisitorForm)
@limited_form(LIMIT)
@repeatable("who is registered stays so")
def register(post_id: int) -> ResponseReturnValue:
    """Register: a member by one press or by the form, a visitor by name and address."""
    member = viewer()
    webinar = get_webinar(post_id, member)
    if request.method == "GET" and wants_fragment():
        return _panel(webinar, member)
    if member is None:
        return _register_visitor(webinar)
    registration = find_registration(post_id, member)
    form = _form(RegistrationForm, webinar)
    if not form.is_submitted():
        if registration is not None and registration.is_active:
            form.fill(registration)
        return _page(webinar, form, registration)
    back = previous_page() if form.quick.data else _address_of(webinar)
    if form.validate():
        try:
            with atomic():
                registration = services.register(member, webinar, form.input())
                flash(_said(registration), "success")
            return redirect(back, 303)
        except Invalid as invalid:
            form = _form_anew(form, webinar, invalid)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
            webinar = get_webinar(post_id, member)
            return _page(webinar, form, find_registration(post_id, member), 409)
        webinar = get_webinar(post_id, member)
        registration = find_registration(post_id, member)
    return _page(webinar, form, registration)


def _panel(webinar: Webinar, member: Member | None) -> str:
    """Write the registrations again for an open page."""
    variables = load_registration(webinar, member)
    if variables is None:
        raise NotFound
    return render_template("webinars/_panel.html", post=webinar, **variables)


def _register_visitor(webinar: Webinar) -> ResponseReturnValue:
    post_id = webinar.id

    def show(form: VisitorForm, status: int | None = None) -> ResponseReturnValue:
        return _page(get_webinar(post_id, None), form, None, status)

    def write(visitor_input: VisitorInput) -> None:
        services.register_visitor(get_webinar(post_id, None), visitor_input)

    def make() -> VisitorForm:
        return _form(VisitorForm, get_webinar(post_id, None))

    return answer_visitor(make, show, write, url_for("webinars.thanks", post_id=post_id))


def answer_visitor(
    make: Callable[[], PersonForm],
    show: Callable[..., ResponseReturnValue],
    write: Callable[[VisitorInput], object],
    done: str,
) -> ResponseReturnValue:
    """Show the form of a visitor, or write what was sent in a transaction and lead to a page.

    `show` renders the form with a status. Each client sends so many; a program that fills in what
    people do not see is led on, and nothing is written.
    """
    form = make()
    if not form.is_submitted():
        return show(form)
    if form.is_by_program and not form.too_long:
        return redirect(done, 303)
    if not hit_client(LIMIT):
        refused = too_many(LIMIT, client_address())
        form.form_errors.append(refused.message)
        response = make_response(show(form, 429))
        response.headers["Retry-After"] = str(refused.seconds)
        return response
    status = 422
    if form.validate():
        try:
            with atomic():
                write(form.visitor_input(str(get_locale()), str(get_timezone())))
            return redirect(done, 303)
        except Invalid as invalid:
            form = make()
            form.validate()
            form.show(invalid)
        except Refused as refusal:
            form.form_errors.append(refusal.message)
            status = 409 if isinstance(refusal, Conflict) else 403
    refund_client(LIMIT)
    return show(form, status)


def thanks(post_id: int) -> str:
    """Say to a visitor that a mail is on its way: the same whatever the address is."""
    webinar = get_webinar(post_id, viewer())
    return render_page("webinars/thanks.html", post=webinar)


@limited_form(LIMIT)
@repeatable("what is cancelled stays cancelled")
def cancel(post_id: int) -> ResponseReturnValue:
    """Cancel the member's own registration, and go back to the page of the button."""
    member = acting_member()
    webinar = get_webinar(post_id, member)
    registration = find_registration(post_id, member)
    if registration is not None:
        with atomic():
            services.cancel_registration(registration, CancelledBecause.BY_PERSON)
    flash(_("Your registration has been cancelled."), "success")
    back = previous_page() if request.form.get("quick") else _address_of(webinar)
    return redirect(back, 303)


@limited_form(LIMIT)
@repeatable("who goes has a place already, who has declined declines no more")
def answer(post_id: int) -> ResponseReturnValue:
    """Accept or decline the place that is offered to the member."""
    member = acting_member()
    webinar = get_webinar(post_id, member)
    registration = find_registration(post_id, member)
    accepts = "accept" in request.form
    try:
        if registration is None:
            raise Conflict(_("This place is no longer offered to you."))
        with atomic():
            (services.accept_offer if accepts else services.decline_offer)(registration)
    except Refused as refused:
        flash(refused.message, "error")
    else:
        flash(
            _("The place is yours. See you there!")
            if accepts
            else _("Thank you for telling us: the place goes to the next person."),
            "success",
        )
    return redirect(_address_of(webinar), 303)


def load_registration(post: Post, reader: Member | None) -> dict[str, object] | None:
    """Load the registrations for the page of a webinar that its groups read."""
    if not isinstance(post, Webinar) or not post.is_published:
        return None
    panel, now = load_panel(post, reader), clock.now()
    is_open = bool(post.join_url) and policies.is_room_open(post, now)
    return {
        "panel": panel,
        "refusal": policies.why_not_register(reader, post),
        "joins": is_open and policies.may_join(reader, post, panel.registration, now),
        "notes_attendance": bool(panel.settings.attendance_code)
        and policies.notes_attendance(post, now),
    }


def load_card(reader: Member | None, marks: Mapping[int, Collection[str]]) -> dict[str, object]:
    """Load the state of the reader's own registrations to the webinars of a list."""
    return {"states": {post_id: state_in(own) for post_id, own in marks.items()}, "reader": reader}


def _form(form: type[F], webinar: Webinar) -> F:
    most = find_settings(webinar.id).most_places
    most = min(most, webinar.capacity) if webinar.capacity else most
    return form_for(form, list_questions(webinar.id), most)


def _form_anew(form: F, webinar: Webinar, invalid: Invalid) -> F:
    """Make the form again, with the questions and places of now, and why it was refused."""
    anew = _form(type(form), webinar)
    anew.validate()
    anew.show(invalid)
    return anew


def _page(
    webinar: Webinar,
    form: RegistrationForm,
    registration: Registration | None,
    status: int | None = None,
) -> ResponseReturnValue:
    reader = viewer()
    page = render_page(
        "webinars/register.html",
        post=webinar,
        group=shown_placements(reader, webinar)[0].group,
        form=form,
        registration=registration,
        refusal=policies.why_not_register(reader, webinar),
        panel=load_panel(webinar, reader),
        back=_address_of(webinar),
    )
    return page, status or (422 if form.errors else 200)


def _address_of(webinar: Webinar) -> str:
    words = address_words(webinar.title)
    return url_for("feed.post_page", post_id=webinar.id, words=words, _anchor="registration")


def _said(registration: Registration) -> str:
    if registration.state is RegistrationState.WAITING:
        return _("All places are taken: you’re on the waiting list.")
    if registration.state is RegistrationState.REPLAY:
        return _("You’ll hear from us when the recording is there.")
    return _("You’re registered.")
