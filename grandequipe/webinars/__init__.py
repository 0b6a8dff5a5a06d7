"""Registrations to webinars, their seats and waiting list, reminders, replays and calendars."""

from flask import Flask

from grandequipe.webinars import models, views
from grandequipe.webinars.services import mail_words as mail_words
from grandequipe.webinars.services.mails import QUEUE as MAIL_QUEUE

__all__ = ["MAIL_QUEUE", "init_app"]


def init_app(app: Flask) -> None:
    """Register the pages and the mails of webinars, whose templates are beside each other."""
    app.extensions["webinars"] = models
    app.register_blueprint(views.blueprint)
