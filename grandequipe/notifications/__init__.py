"""The bell: what concerns a member, one line for each topic."""

from flask import Flask

from grandequipe.feed.queries import add_to_home_state
from grandequipe.notifications import handlers, tasks, views
from grandequipe.notifications.queries import BELL_STATE

SCHEDULE = tasks.SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application its bell."""
    app.extensions["notifications"] = handlers
    app.jinja_env.globals["unread_notifications"] = views.count_for_viewer
    views.init_app(app)
    add_to_home_state("bell", BELL_STATE)
    shown = app.view_functions["feed.post_page"]
    app.view_functions["feed.post_page"] = views.reading_off(shown)
