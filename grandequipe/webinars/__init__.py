"""Registrations to webinars, their seats and waiting list, reminders, replays and calendars."""

from flask import Flask

from grandequipe.feed.models import REPEATS
from grandequipe.feed.slots import VITALITY
from grandequipe.web.slots import fill_slot
from grandequipe.webinars import handlers, views
from grandequipe.webinars.services import mail_words as mail_words
from grandequipe.webinars.services.mails import QUEUE as MAIL_QUEUE
from grandequipe.webinars.tasks import SCHEDULE as SCHEDULE
from grandequipe.webinars.views.vitality import load_vitality

__all__ = ["MAIL_QUEUE", "SCHEDULE", "init_app"]


def init_app(app: Flask) -> None:
    """Register the pages and mails of webinars, and what follows from events of others."""
    app.extensions["webinars"] = handlers
    app.register_blueprint(views.blueprint)
    app.jinja_env.globals["repeats"] = REPEATS
    fill_slot(app, VITALITY, "webinars/_vitality.html", load_vitality)
