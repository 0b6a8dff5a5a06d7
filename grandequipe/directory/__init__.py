"""The directory of members who chose to be listed, messages between members, introductions."""

from flask import Flask

from grandequipe.directory import handlers, views
from grandequipe.directory.tasks import SCHEDULE as SCHEDULE
from grandequipe.directory.views.experience import load_question
from grandequipe.directory.views.messages import load_write_button
from grandequipe.feed.slots import POST_ACTIONS
from grandequipe.members.slots import PROFILE_ACTIONS
from grandequipe.web.slots import fill_slot


def init_app(app: Flask) -> None:
    """Register the pages and handlers of the directory, and what it adds to profiles."""
    app.extensions["directory"] = handlers
    app.register_blueprint(views.blueprint)
    fill_slot(app, PROFILE_ACTIONS, "directory/_write_button.html", load_write_button)
    fill_slot(app, POST_ACTIONS, "directory/_experience.html", load_question)
