"""The JSON API, for programs and for the site's pages."""

from flask import Flask

from grandequipe.api import calls, openapi, problems, views
from grandequipe.api.tasks import SCHEDULE as SCHEDULE
from grandequipe.web import bodies


def init_app(app: Flask) -> None:
    """Register the API's calls, its errors, and its OpenAPI description."""
    openapi_spec = openapi.init_app(app)
    problems.init_app(app)
    openapi_spec.register_blueprint(calls.blueprint)
    bodies.limit(app, calls.blueprint.name, calls.LARGEST_BODY)
    bodies.identify_by(app, calls.require_sender, calls.blueprint.name)
    app.register_blueprint(views.documents.blueprint)
    app.extensions["api"] = {"views": views, "openapi": openapi.to_json(openapi_spec)}
