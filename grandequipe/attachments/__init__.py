"""Files and pictures that members send, with the rights of what they belong to."""

from flask import Flask

from grandequipe.attachments import views
from grandequipe.attachments.tasks import SCHEDULE as SCHEDULE
from grandequipe.attachments.views.words import file_kind, file_size


def init_app(app: Flask) -> None:
    """Register the doors of files."""
    app.register_blueprint(views.blueprint)
    app.jinja_env.filters.update(file_size=file_size, file_kind=file_kind)
