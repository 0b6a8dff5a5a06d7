"""The site's administration: members, groups, settings, and the health of the installation."""

from flask import Flask

from grandequipe.admin import views
from grandequipe.admin.queries import health
from grandequipe.web import metrics


def init_app(app: Flask) -> None:
    """Register the pages of administrators."""
    views.init_app(app)
    metrics.add_source(health.list_gauges)
