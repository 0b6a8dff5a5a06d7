"""Registrations to webinars, their seats and waiting list, reminders, replays and calendars."""

from flask import Blueprint, Flask

from grandequipe.webinars import models as models
from grandequipe.webinars.services import mail_words as mail_words
from grandequipe.webinars.services.mails import QUEUE as MAIL_QUEUE

__all__ = ["MAIL_QUEUE", "init_app"]


def init_app(app: Flask) -> None:
    """Register the tables and the mails of webinars."""
    app.extensions["webinars"] = models
    app.register_blueprint(Blueprint("webinar_mails", __name__, template_folder="templates"))
