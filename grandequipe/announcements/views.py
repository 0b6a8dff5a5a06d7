"""The pages of announcements, and the banner on top of the others."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from grandequipe.announcements.queries import (
    get_announcement,
    list_announcements,
    list_for_banner,
    shown_now,
)
from grandequipe.core.html import paragraphs
from grandequipe.members.identity import acting_member, viewer
from grandequipe.web.form_rules import unkeyed
from grandequipe.web.pages import render_page
from grandequipe.web.redirects import local_path

# The announcements that a member closed in this browser, by id: "12.15".
COOKIE = "annonces"
KEPT = timedelta(days=100)
MOST_DISMISSED = 20

blueprint = Blueprint("announcements", __name__, template_folder="templates")


@blueprint.get("/annonces")
def index() -> str:
    """List the announcements for the viewer, newest first."""
    page = list_announcements(acting_member(), request.args.get("cursor"))
    return render_page("announcements/index.html", page=page)


@blueprint.get("/annonces/<id:announcement_id>")
def show(announcement_id: int) -> str:
    """Show one announcement."""
    announcement = get_announcement(announcement_id, seen_by=acting_member())
    text = Markup(paragraphs(announcement.text))  # noqa: S704 - escaped there
    return render_page("announcements/show.html", announcement=announcement, text=text)


@blueprint.post("/annonces/<id:announcement_id>/fermer")
@unkeyed("sets a cookie")
def dismiss(announcement_id: int) -> ResponseReturnValue:
    """Show an announcement on top of pages no more, in this browser."""
    acting_member()
    known = shown_now()
    closed = [id for id in (*dismissed(), announcement_id) if id in known]
    response = redirect(local_path(request.form.get("next")), 303)
    response.set_cookie(
        COOKIE,
        ".".join(map(str, dict.fromkeys(closed[-MOST_DISMISSED:]))),
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].is_https,
    )
    return response


def load_banner() -> Mapping[str, object] | None:
    """Load the announcements for the top of the page; None for visitors, and without any."""
    member = viewer()
    found = list_for_banner(member, dismissed()) if member else ()
    return {"announcements": found} if found else None


def dismissed() -> list[int]:
    """Read the ids in the cookie; what is none is passed over."""
    typed = request.cookies.get(COOKIE, "")[:200].split(".")
    return [int(id) for id in typed if id.isascii() and id.isdigit()]
