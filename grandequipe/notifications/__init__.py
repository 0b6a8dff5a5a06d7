"""The bell: what concerns a member, in lines that group what belongs together."""

from flask import Flask

from grandequipe.notifications import handlers, views


def init_app(app: Flask) -> None:
    """Give the application its bell."""
    app.extensions["notifications"] = handlers
    app.jinja_env.globals["unread_notifications"] = views.count_for_viewer
    app.register_blueprint(views.blueprint)
    shown = app.view_functions["feed.post_page"]
    app.view_functions["feed.post_page"] = views.reading_off(shown)
