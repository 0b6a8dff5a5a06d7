"""The logo of an organisation."""

import re

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from grandequipe.core import files
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.extensions import db
from grandequipe.members.identity import viewer
from grandequipe.members.models import Organisation
from grandequipe.organisations import policies
from grandequipe.organisations.forms import LogoForm
from grandequipe.organisations.queries.lists import get_single
from grandequipe.web.errors import http_page
from grandequipe.web.pages import render_page

A_DAY = 24 * 3600
CHANGE = re.compile(r"/structures/(\d+)/reglages/logo")


def logo_of(organisation: Organisation) -> str | None:
    """Give the address of an organisation's logo; None without one."""
    key = organisation.logo_key
    if key is None:
        return None
    return url_for("organisations.logo", organisation_id=organisation.id, v=key[-12:-5])


def logo(organisation_id: int) -> ResponseReturnValue:
    """Send the logo of an organisation to those who find it."""
    key = get_single(organisation_id, viewer()).logo_key
    if key is None:
        raise NotFound
    # Pages have several pictures: release the database connection while a file is read.
    db.session.rollback()
    is_known = request.if_none_match.contains(key)
    response = Response(b"" if is_known else _read(key), mimetype="image/webp")
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.max_age = A_DAY
    response.vary.add("Cookie")
    return response.make_conditional(request)


def refuse_unread(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Show the form's error for a picture whose body is too large to be read."""
    named, member = CHANGE.fullmatch(request.path), viewer()
    if named is None or member is None:
        return http_page(error)
    try:
        organisation = get_single(int(named[1][:18]), member)
    except NotFound:
        return http_page(error)
    if not policies.may_run(member, organisation):
        return http_page(error)
    form = LogoForm(formdata=None)
    form.show(in_words(Invalid({"picture": "too_large"})))
    return render_page("organisations/logo.html", organisation=organisation, form=form), 413


def in_words(refused: Invalid) -> Invalid:
    """Say in words why a picture is refused."""
    sentences = {
        "too_large": _("This picture is too large. Choose one of up to 5 MB."),
        "too_many_pixels": _("This picture has too many pixels. Reduce it and send it again."),
        "not_a_picture": _("We couldn’t read this file as a picture. Choose a JPEG, PNG or WebP."),
    }
    return Invalid({name: sentences[code] for name, code in refused.errors.items()})


def _read(key: str) -> bytes:
    try:
        return files.read(key)
    except FileNotFoundError:
        raise NotFound from None
