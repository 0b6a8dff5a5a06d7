"""Members and their organisations: accounts, profiles, preferences."""

from typing import Any

from flask import Flask, url_for

from grandequipe.members import accounts, views
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member, ProfileField
from grandequipe.members.policies import shows
from grandequipe.members.queries import find_fellows
from grandequipe.members.slots import PROFILE, PROFILE_ACTIONS
from grandequipe.members.tasks import SCHEDULE as SCHEDULE
from grandequipe.web import bodies
from grandequipe.web.slots import declare_slot


def init_app(app: Flask) -> None:
    """Initialise accounts; our templates override Flask-Security's, so the blueprint is first."""
    app.register_blueprint(views.blueprint)
    accounts.init_app(app)
    bodies.identify_by(app, acting_member)
    declare_slot(app, PROFILE, "member", "reader")
    declare_slot(app, PROFILE_ACTIONS, "member", "reader")
    app.context_processor(_template_context)
    app.jinja_env.globals["picture_url"] = picture_url
    app.jinja_env.globals["shown"] = shown


def _template_context() -> dict[str, Member | None]:
    """Give the reader to a template, once it is known with whom they share a group."""
    find_fellows(viewer())
    return {"viewer": viewer()}


def shown(member: Member, field: str) -> Any:
    """Give what the reader is shown of a column of a member's profile, None where it is hidden."""
    return getattr(member, field) if shows(member, ProfileField(field), viewer()) else None


def picture_url(member: Member) -> str | None:
    """Return the URL of a member's picture; None without one, and where it is not shown."""
    if member.picture_key is None or not shows(member, ProfileField.PICTURE, viewer()):
        return None
    return url_for("members.picture", member_id=member.id, v=member.picture_key[-12:-5])
