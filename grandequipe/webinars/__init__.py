"""Registrations to webinars, their seats and waiting list, reminders, replays and calendars."""

from flask import Flask

from grandequipe.webinars import models as models


def init_app(app: Flask) -> None:
    """Register the tables of webinars."""
    app.extensions["webinars"] = models
