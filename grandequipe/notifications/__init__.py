"""The bell: what concerns a member, one line for each topic."""

from flask import Flask

from grandequipe.feed.queries import add_to_home_state
from grandequipe.feed.signals import post_shown
from grandequipe.feed.slots import POST_ACTIONS
from grandequipe.notifications import handlers, tasks, views
from grandequipe.notifications.queries import BELL_STATE
from grandequipe.web.slots import fill_slot

SCHEDULE = tasks.SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application its bell."""
    app.extensions["notifications"] = handlers
    views.init_app(app)
    add_to_home_state("bell", BELL_STATE)
    fill_slot(app, "page.header", "notifications/_bell.html", views.load_bell)
    fill_slot(app, "page.bottom", "notifications/_bell_bottom.html", views.load_bell)
    fill_slot(app, POST_ACTIONS, "notifications/_post_actions.html", views.load_post_actions)
    post_shown.connect(views.mark_shown_post_read, app)
