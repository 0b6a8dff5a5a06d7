"""People and the structures that they act for: accounts, profiles, preferences."""

from flask import Flask, url_for

from grandequipe.members import accounts, views
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.members.tasks import SCHEDULE as SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application its accounts; our templates stand before Flask-Security's."""
    app.register_blueprint(views.blueprint)
    accounts.init_app(app)
    app.context_processor(lambda: {"viewer": viewer()})
    app.jinja_env.globals["picture_url"] = picture_url


def picture_url(member: Member) -> str | None:
    """Say where a member's picture is, to those who may see it; visitors see initials."""
    if member.picture_key is None or viewer() is None:
        return None
    return url_for("members.picture", member_id=member.id, v=member.picture_key[-12:-5])
