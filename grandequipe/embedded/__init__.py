"""The embedded default: private PostgreSQL, Redis and mail catcher under a data folder."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Show the caught letters at /courrier; without a mail catcher there is no such page."""
    folder = app.config["SETTINGS"].mail_catcher_url
    app.jinja_env.globals["letters_address"] = lambda: None
    if folder:
        # Imported here: the keeper and the mail catcher are small because they load no pages.
        from grandequipe.embedded.views import letters_address, make_blueprint  # noqa: PLC0415

        app.register_blueprint(make_blueprint(folder))
        app.jinja_env.globals["letters_address"] = letters_address
