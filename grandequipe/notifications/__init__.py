"""The bell: what concerns a member, one line for each topic."""

from flask import Flask

from grandequipe.feed.queries import add_to_home_state
from grandequipe.feed.signals import post_shown
from grandequipe.feed.slots import FOLLOWS, POST_ACTIONS
from grandequipe.notifications import handlers, tasks, views
from grandequipe.notifications.handlers.webinars import notify_of_reminder
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries import BELL_STATE
from grandequipe.notifications.services import has_stopped, stopping_url
from grandequipe.web.slots import fill_slot
from grandequipe.webinars.services.reminder_choices import ReminderChoice, offer_reminder_choice

SCHEDULE = tasks.SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application its bell."""
    app.extensions["notifications"] = handlers
    views.init_app(app)
    add_to_home_state("bell", BELL_STATE)
    fill_slot(app, "page.header", "notifications/_bell.html", views.load_bell)
    fill_slot(app, "page.bottom", "notifications/_bell_bottom.html", views.load_bell)
    fill_slot(app, POST_ACTIONS, "notifications/_post_actions.html", views.load_post_actions)
    fill_slot(app, FOLLOWS, "notifications/_followed_groups.html", views.load_followed_groups)
    reminder = NotificationKind.WEBINAR_REMINDER
    offer_reminder_choice(
        ReminderChoice(
            is_stopped=lambda member: has_stopped(member, reminder),
            stopping_url=lambda member: stopping_url(member, [reminder]),
            notify=notify_of_reminder,
        )
    )
    post_shown.connect(views.mark_shown_post_read, app)
