"""Registrations to webinars, their seats and waiting list, reminders, replays and calendars."""

from flask import Flask

from grandequipe.attachments.policies import register_subject
from grandequipe.feed.models import REPEATS
from grandequipe.feed.queries.bookmarks import more_marks
from grandequipe.feed.slots import (
    CARD_WEBINAR,
    POST_DATES,
    POST_WEBINAR,
    TERRITORY,
    THEME,
    VITALITY,
)
from grandequipe.web.slots import fill_slot
from grandequipe.webinars import handlers, views
from grandequipe.webinars.models import REPLAY_SUBJECT
from grandequipe.webinars.queries.marks import OWN_REGISTRATIONS
from grandequipe.webinars.queries.replays import find_existing_replays, find_visible_replays
from grandequipe.webinars.services import (
    mail_words as mail_words,
    question_mails as question_mails,
    replay_mails as replay_mails,
)
from grandequipe.webinars.services.mails import QUEUE as MAIL_QUEUE
from grandequipe.webinars.tasks import SCHEDULE as SCHEDULE
from grandequipe.webinars.views.add_to_calendar import load_links_of_webinar, load_links_to_add
from grandequipe.webinars.views.coming import load_dates_of_territory, load_dates_of_theme
from grandequipe.webinars.views.registering import load_card, load_registration
from grandequipe.webinars.views.replays import load_replay
from grandequipe.webinars.views.vitality import load_vitality

__all__ = ["MAIL_QUEUE", "SCHEDULE", "init_app"]


def init_app(app: Flask) -> None:
    """Register the pages and mails of webinars, and what follows from events of others."""
    app.extensions["webinars"] = handlers
    app.register_blueprint(views.blueprint)
    app.jinja_env.globals["repeats"] = REPEATS
    register_subject(REPLAY_SUBJECT, find_visible_replays, find_existing_replays)
    fill_slot(app, POST_WEBINAR, "webinars/_panel.html", load_registration)
    fill_slot(app, POST_WEBINAR, "webinars/_calendar_of_webinar.html", load_links_of_webinar)
    fill_slot(app, POST_WEBINAR, "webinars/_after.html", load_replay)
    fill_slot(app, POST_DATES, "webinars/_add_to_calendar.html", load_links_to_add)
    fill_slot(app, TERRITORY, "webinars/_coming.html", load_dates_of_territory)
    fill_slot(app, THEME, "webinars/_coming.html", load_dates_of_theme)
    fill_slot(app, VITALITY, "webinars/_vitality.html", load_vitality)
    if not any(each is OWN_REGISTRATIONS for each in more_marks):
        more_marks.append(OWN_REGISTRATIONS)
    fill_slot(app, CARD_WEBINAR, "webinars/_card.html", load_card)
