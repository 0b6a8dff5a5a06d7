"""Posts of six kinds, comments and reactions."""

from flask import Flask

from grandequipe.feed.queries import list_my_groups
from grandequipe.members.identity import acting_member


def init_app(app: Flask) -> None:
    """Give the application its feed."""
    app.jinja_env.globals["my_groups"] = lambda: list_my_groups(seen_by=acting_member())
