"""The JSON API, for programs and for our own pages."""

from flask import Flask

from grandequipe.api import calls, openapi, problems, views
from grandequipe.api.tasks import SCHEDULE as SCHEDULE
from grandequipe.web import bodies


def init_app(app: Flask) -> None:
    """Give the application its API and the description of it."""
    described = openapi.init_app(app)
    problems.init_app(app)
    described.register_blueprint(calls.blueprint)
    bodies.limit(app, calls.blueprint.name, calls.LARGEST_BODY)
    app.register_blueprint(views.documents.blueprint)
    app.extensions["api"] = {"views": views, "openapi": openapi.written(described)}
