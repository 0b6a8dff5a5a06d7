"""The registrations of a webinar, for those who look after them."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Webinar
from grandequipe.feed.policies import groups_to_mention_from, shown_placements
from grandequipe.feed.queries.mentions import LONGEST_TYPED, list_mentionable
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.webinars import policies, services
from grandequipe.webinars.forms import QuestionForm, SettingsForm
from grandequipe.webinars.models import CancelledBecause, RegistrationState
from grandequipe.webinars.queries import (
    count_places,
    find_places_in_line,
    find_settings,
    get_registration,
    list_all_questions,
    list_registrations_page,
)
from grandequipe.webinars.services.settings import ONLY_ORGANISERS
from grandequipe.webinars.views.room import get_webinar

LIMIT = "managing"


def registrations(post_id: int) -> ResponseReturnValue:
    """List who is registered, with their answers."""
    actor, webinar = _load(post_id)
    state = _requested_state()
    people = list_registrations_page(webinar, actor, state, request.args.get("cursor"))
    return render_page(
        "webinars/registrations.html",
        post=webinar,
        group=shown_placements(actor, webinar)[0].group,
        people=people,
        state=state,
        counts=count_places([post_id])[post_id],
        places=find_places_in_line(post_id),
        questions=list_all_questions(post_id),
    )


@limited_form(LIMIT)
@repeatable("what is cancelled stays cancelled")
def cancel_one(post_id: int, registration_id: int) -> ResponseReturnValue:
    """Cancel somebody's registration: the person gets a mail, the place goes to the next."""
    _actor, webinar = _load(post_id)
    registration = get_registration(registration_id)
    if registration.post_id != webinar.id:
        raise NotFound
    with atomic():
        services.cancel_registration(registration, CancelledBecause.BY_ORGANISER)
    flash(_("The registration has been cancelled, and the person gets an email."), "success")
    return redirect(url_for("webinars.registrations", post_id=post_id), 303)


@takes(SettingsForm)
@limited_form(LIMIT)
@repeatable("sets choices")
def settings(post_id: int) -> ResponseReturnValue:
    """Set whether people register, for how many places, and show the questions and the manager."""
    actor, webinar = _load(post_id)
    form = SettingsForm()
    if not form.is_submitted():
        present = find_settings(post_id)
        form.is_open.data = present.is_open
        form.most_places.data = str(present.most_places)
    elif form.validate():
        try:
            with atomic():
                services.change_settings(actor, webinar, form.input())
            flash(_("The settings have been saved."), "success")
            return redirect(url_for("webinars.settings", post_id=post_id), 303)
        except Invalid as invalid:
            form.show(invalid)
            webinar = get_webinar(post_id, actor)
    return _settings_page(actor, webinar, form, QuestionForm(formdata=None))


@takes(QuestionForm)
@limited_form(LIMIT)
def ask(post_id: int) -> ResponseReturnValue:
    """Add a question; those who are registered get it by mail."""
    actor, webinar = _load(post_id)
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            with atomic():
                question = services.add_question(actor, webinar, form.input())
                said = (
                    _("The question is asked: those already registered get it by email.")
                    if question.asked_later_at
                    else _("The question is asked of everyone who registers.")
                )
            flash(said, "success")
            return redirect(_questions_of(post_id), 303)
        except Invalid as invalid:
            form.show(invalid)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
        webinar = get_webinar(post_id, actor)
    present, settings_form = find_settings(post_id), SettingsForm(formdata=None)
    settings_form.is_open.data = present.is_open
    settings_form.most_places.data = str(present.most_places)
    return _settings_page(actor, webinar, settings_form, form)


@limited_form(LIMIT)
@repeatable("a question is asked, or not")
def take_back_question(post_id: int, question_id: int) -> ResponseReturnValue:
    """Ask a question no more, or again."""
    actor, webinar = _load(post_id)
    restores = "undo" in request.form
    with atomic():
        if restores:
            services.restore_question(actor, webinar, question_id)
        else:
            services.remove_question(actor, webinar, question_id)
    said = _("The question is asked again.") if restores else _("The question is asked no more.")
    flash(said, "success")
    return redirect(_questions_of(post_id), 303)


@limited_form(LIMIT)
@repeatable("sets a choice")
def manager(post_id: int) -> ResponseReturnValue:
    """Choose who looks after the registrations beside the author, or nobody."""
    actor, webinar = _load(post_id)
    wanted = request.form.get("manager", "")
    chosen = find_member(int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    if wanted and (chosen is None or chosen.id not in _ids_of(actor, webinar, chosen)):
        raise NotFound
    with atomic():
        services.choose_manager(actor, webinar, chosen)
    flash(_("The settings have been saved."), "success")
    return redirect(url_for("webinars.settings", post_id=post_id, _anchor="manager-title"), 303)


def _ids_of(actor: Member, webinar: Webinar, chosen: Member) -> set[int]:
    """Find whether the actor may know of a member, as where one is looked for."""
    groups = groups_to_mention_from(actor, [each.group for each in webinar.published])
    return {each.id for each in list_mentionable(chosen.display_name, groups, actor)} | {actor.id}


def _load(post_id: int) -> tuple[Member, Webinar]:
    actor = acting_member()
    webinar = get_webinar(post_id, actor)
    require(policies.manages_registrations(actor, webinar), ONLY_ORGANISERS)
    return actor, webinar


def _settings_page(
    actor: Member, webinar: Webinar, form: SettingsForm, question_form: QuestionForm
) -> ResponseReturnValue:
    present = find_settings(webinar.id)
    typed = cleaned_line(request.args.get("q", ""))[:LONGEST_TYPED].strip()
    groups = groups_to_mention_from(actor, [each.group for each in webinar.published])
    page = render_page(
        "webinars/settings.html",
        post=webinar,
        group=shown_placements(actor, webinar)[0].group,
        form=form,
        question_form=question_form,
        questions=list_all_questions(webinar.id),
        manager=find_member(present.manager_id) if present.manager_id else None,
        typed=typed,
        found=list_mentionable(typed, groups, actor) if typed else (),
    )
    return page, 422 if form.errors or question_form.errors else 200


def _questions_of(post_id: int) -> str:
    return url_for("webinars.settings", post_id=post_id, _anchor="questions-title")


def _requested_state() -> RegistrationState | None:
    wanted = request.args.get("etat", "")
    shown = {each.value: each for each in RegistrationState}
    shown.pop(RegistrationState.UNCONFIRMED.value)
    return shown.get(wanted)
