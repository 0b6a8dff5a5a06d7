"""The directory of members who chose to be listed, messages between members, introductions."""

from flask import Flask
from flask_babel import lazy_gettext as _

from grandequipe.directory import handlers, views
from grandequipe.directory.queries.entries import count_by_department
from grandequipe.directory.tasks import SCHEDULE as SCHEDULE
from grandequipe.directory.views.experience import load_question
from grandequipe.directory.views.here import load_members_here
from grandequipe.directory.views.messages import load_write_button
from grandequipe.feed.queries.territories import DepartmentCounts, more_counts
from grandequipe.feed.slots import POST_ACTIONS, TERRITORY
from grandequipe.members.slots import PROFILE_ACTIONS
from grandequipe.web.slots import fill_slot

IN_DEPARTMENTS = DepartmentCounts(_("Members listed"), count_by_department)


def init_app(app: Flask) -> None:
    """Register the pages and handlers of the directory, and what it adds to profiles."""
    app.extensions["directory"] = handlers
    app.register_blueprint(views.blueprint)
    fill_slot(app, PROFILE_ACTIONS, "directory/_write_button.html", load_write_button)
    fill_slot(app, POST_ACTIONS, "directory/_experience.html", load_question)
    fill_slot(app, TERRITORY, "directory/_here.html", load_members_here)
    if IN_DEPARTMENTS not in more_counts:
        more_counts.append(IN_DEPARTMENTS)
