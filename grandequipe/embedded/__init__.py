"""The embedded default: private PostgreSQL, Redis and mail catcher under a data folder."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Show the caught mails at /courrier; without a mail catcher there is no such page."""
    folder = app.config["SETTINGS"].mail_catcher_url
    app.jinja_env.globals["caught_mails_url"] = lambda: None
    if folder:
        # Imported here: the supervisor and the mail catcher are small because they load no pages.
        from grandequipe.embedded.views import caught_mails_url, make_blueprint  # noqa: PLC0415

        app.register_blueprint(make_blueprint(folder))
        app.jinja_env.globals["caught_mails_url"] = caught_mails_url
