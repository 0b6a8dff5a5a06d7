"""Posts of six kinds, comments and reactions."""

from datetime import datetime

from flask import Flask

from grandequipe.feed import views
from grandequipe.feed.queries import list_my_groups
from grandequipe.groups.queries import find_public_head
from grandequipe.members.identity import acting_member
from grandequipe.web.exact_cache import ExactCache

GROUP_PAGE = r"/groupes/([a-z0-9-]+)"


def init_app(app: Flask) -> None:
    """Give the application its feed, whose pages for visitors are kept while they are true."""
    app.register_blueprint(views.blueprint)
    app.jinja_env.globals["my_groups"] = lambda: list_my_groups(seen_by=acting_member())
    app.wsgi_app = ExactCache(  # type: ignore[method-assign]
        app.wsgi_app, GROUP_PAGE, find_position=lambda slug: _in_app(app, slug)
    )


def _in_app(app: Flask, slug: str) -> tuple[int, datetime, int] | None:
    with app.app_context():
        return find_public_head(slug)
