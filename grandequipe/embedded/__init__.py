"""The embedded default: private PostgreSQL, Redis and mail catcher under a data folder."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Show the caught letters at /courrier; without a mail catcher there is no such page."""
    folder = app.config["SETTINGS"].mail_catcher_url
    if folder:
        # Imported here, so that whoever only starts the services does not load pages.
        from grandequipe.embedded.views import make_blueprint  # noqa: PLC0415

        app.register_blueprint(make_blueprint(folder))
