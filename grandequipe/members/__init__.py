"""Members and their organisations: accounts, profiles, preferences."""

from flask import Flask, url_for

from grandequipe.members import accounts, views
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.members.tasks import SCHEDULE as SCHEDULE
from grandequipe.web import bodies


def init_app(app: Flask) -> None:
    """Initialise accounts; our templates override Flask-Security's, so the blueprint is first."""
    app.register_blueprint(views.blueprint)
    accounts.init_app(app)
    bodies.identify_by(app, acting_member)
    app.context_processor(lambda: {"viewer": viewer()})
    app.jinja_env.globals["picture_url"] = picture_url


def picture_url(member: Member) -> str | None:
    """Return the URL of a member's picture; None without one, and for visitors."""
    if member.picture_key is None or viewer() is None:
        return None
    return url_for("members.picture", member_id=member.id, v=member.picture_key[-12:-5])
