"""Profiles and settings."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext as _
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from grandequipe.config import LOCALES
from grandequipe.core import files
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.html import paragraphs
from grandequipe.core.pictures import square_picture
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members import services
from grandequipe.members.forms import (
    AUDIENCES_IN_WORDS,
    PictureForm,
    PreferencesForm,
    ProfileForm,
)
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member, ProfileField
from grandequipe.members.policies import shows
from grandequipe.members.queries import find_profile, get_member
from grandequipe.members.slots import PROFILE, PROFILE_ACTIONS
from grandequipe.web.bodies import PICTURE_BODY, reads
from grandequipe.web.errors import http_page
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.redirects import local_path
from grandequipe.web.slots import load_slot

A_DAY = 24 * 3600

blueprint = Blueprint("members", __name__, template_folder="templates")


@blueprint.get("/membres/<id:member_id>")
def profile(member_id: int) -> ResponseReturnValue:
    """Show a profile as far as its member shows it to the reader.

    Visitors read public pages; else they are asked to log in, whether the member exists or not.
    """
    reader = viewer()
    try:
        member = get_member(member_id, seen_by=reader)
    except NotFound:
        acting_member()
        raise
    profile = find_profile(member)
    fields = {field.value for field in ProfileField if shows(member, field, reader)}
    said = {name: getattr(profile, name, "") for name in ("offers", "seeks")}
    said["bio"] = member.bio
    return render_page(
        "members/profile.html",
        load_slot(PROFILE, member=member, reader=reader),
        load_slot(PROFILE_ACTIONS, member=member, reader=reader),
        member=member,
        profile=profile,
        fields=fields,
        seat=member.organisation.territory if member.organisation else None,
        audiences=dict(AUDIENCES_IN_WORDS),
        # Escaped there.
        said={name: Markup(paragraphs(words)) for name, words in said.items()},  # noqa: S704
    )


@blueprint.get("/membres/<id:member_id>/photo")
def picture(member_id: int) -> ResponseReturnValue:
    """Send a member's picture to those who may see the member."""
    member = get_member(member_id, seen_by=viewer())
    key = member.picture_key
    if key is None or not shows(member, ProfileField.PICTURE, viewer()):
        raise NotFound
    # Pages have dozens of pictures: release the database connection while a file is read.
    db.session.rollback()
    is_known = request.if_none_match.contains(key)
    response = Response(b"" if is_known else _read(key), mimetype="image/webp")
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.max_age = A_DAY
    response.vary.add("Cookie")
    return response.make_conditional(request)


@blueprint.get("/reglages")
def settings() -> ResponseReturnValue:
    """List the pages of settings."""
    return render_page("members/settings.html", member=acting_member())


@blueprint.route("/reglages/profil", methods=["GET", "POST"])
@takes(ProfileForm)
@limited_form("profiles")
@repeatable("sets what a profile says")
def edit_profile() -> ResponseReturnValue:
    """Edit the member's profile; with `next`, which a newcomer's page has, go on there."""
    member = acting_member()
    form = ProfileForm.of(member, find_profile(member))
    goal = local_path(request.args.get("next"), "")
    if form.validate_on_submit():
        try:
            with atomic():
                services.edit_profile(member, form.input())
        except Invalid as refused:
            form.show(refused)
        else:
            flash(_("Your profile has been saved."), "success")
            return redirect(goal or url_for("members.profile", member_id=member.id), 303)
    page = render_page("members/edit_profile.html", member=member, form=form, goal=goal)
    return page, 422 if form.errors else 200


@blueprint.route("/reglages/photo", methods=["GET", "POST"])
@reads(PICTURE_BODY)
@limited_form("profiles")
@repeatable("sets the picture")
def change_picture() -> ResponseReturnValue:
    """Replace the member's picture."""
    member = acting_member()
    form = PictureForm(data={"audience": member.audience_of(ProfileField.PICTURE).value})
    if form.validate_on_submit():
        try:
            # This takes as long as a password's hash: release the database connection meanwhile.
            db.session.rollback()
            webp = square_picture(form.picture.data.stream)
            with atomic():
                services.change_picture(member, webp, form.audience.data)
        except Invalid as refused:
            form.show(_in_words(refused))
        else:
            flash(_("Your photo has been saved."), "success")
            return redirect(url_for("members.edit_profile"), 303)
    return _picture_page(member, form)


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_unread(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Show the form's error for a picture whose body is too large to be read."""
    member = viewer()
    if request.endpoint != "members.change_picture" or member is None:
        return http_page(error)
    present = {"audience": member.audience_of(ProfileField.PICTURE).value}
    form = PictureForm(formdata=None, data=present)
    form.show(_in_words(Invalid({"picture": "too_large"})))
    page, _status = _picture_page(member, form)
    return page, 413


@blueprint.post("/reglages/photo/retirer")
@limited("profiles")
@repeatable("without a picture one stays without")
def remove_picture() -> ResponseReturnValue:
    """Remove the member's picture."""
    with atomic():
        services.change_picture(acting_member(), None)
    flash(_("Your photo has been removed."), "success")
    return redirect(url_for("members.edit_profile"), 303)


@blueprint.route("/reglages/preferences", methods=["GET", "POST"])
@takes(PreferencesForm)
@limited_form("profiles")
@repeatable("sets a choice")
def edit_preferences() -> ResponseReturnValue:
    """Edit the member's locale and time zone."""
    member = acting_member()
    form = PreferencesForm(obj=member)
    if form.validate_on_submit():
        with atomic():
            services.edit_preferences(member, form.locale.data, form.time_zone.data)
        with force_locale(member.locale):
            flash(_("Your preferences have been saved."), "success")
        return redirect(url_for("members.edit_preferences"), 303)
    page = render_page("members/preferences.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/reglages/langue")
@limited("profiles")
@unkeyed("sets a choice")
def set_locale() -> ResponseReturnValue:
    """Change the member's locale from any page, and redirect back to it."""
    member = acting_member()
    if request.form.get("locale") in LOCALES:
        with atomic():
            services.edit_preferences(member, request.form["locale"], member.time_zone)
    return redirect(local_path(request.form.get("next")), 303)


def _picture_page(member: Member, form: PictureForm) -> tuple[str, int]:
    page = render_page("members/change_picture.html", member=member, form=form)
    return page, 422 if form.errors else 200


def _in_words(refused: Invalid) -> Invalid:
    sentences = {
        "too_large": _("This photo is too large. Choose one of up to 5 MB."),
        "too_many_pixels": _(
            "This photo has too many pixels. Reduce it to no more than 5,000 on each side."
        ),
        "not_a_picture": _("We couldn’t read this file as a photo. Choose a JPEG, PNG or WebP."),
    }
    return Invalid({name: sentences[code] for name, code in refused.errors.items()})


def _read(key: str) -> bytes:
    try:
        return files.read(key)
    except FileNotFoundError:
        raise NotFound from None
