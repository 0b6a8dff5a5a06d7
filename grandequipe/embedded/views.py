"""`/courrier`: the letters of the embedded default, which leave for nowhere.

They hold links that open accounts. So they are shown under the names of this machine and of the
site only: a foreign name that was made to point here belongs to somebody's page elsewhere.
"""

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.embedded.mailbox import Mailbox
from grandequipe.web.frames import framed
from grandequipe.web.redirects import split

HERE = {"localhost", "127.0.0.1", "::1"}


def make_blueprint(mail_catcher_url: str) -> Blueprint:
    """Make the pages that show what the mail catcher kept."""
    mailbox = Mailbox(mail_catcher_url)
    blueprint = Blueprint("courrier", __name__, template_folder="templates", url_prefix="/courrier")

    @blueprint.before_request
    def refuse_foreign_names() -> None:
        if not _is_asked_by_a_known_name():
            abort(404)

    @blueprint.get("")
    def index() -> ResponseReturnValue:
        """List the caught letters, newest first."""
        to = request.args.get("to", "").strip()
        return render_template("embedded/letters.html", letters=mailbox.list_letters(to), wanted=to)

    @blueprint.get("/<name>")
    def show(name: str) -> ResponseReturnValue:
        """Show one letter, both parts."""
        return render_template("embedded/letter.html", letter=mailbox.get_letter(name))

    @blueprint.get("/<name>/html")
    def html(name: str) -> ResponseReturnValue:
        """Give the HTML part, for the frame of the page."""
        return framed(mailbox.get_letter(name).part("html"))

    return blueprint


def letters_address() -> str | None:
    """Say where the letters are read, to those who come by a name that shows them."""
    return url_for("courrier.index") if _is_asked_by_a_known_name() else None


def _is_asked_by_a_known_name() -> bool:
    asked = split(f"//{request.host}")
    return asked is not None and asked.hostname in {*HERE, current_app.config["SETTINGS"].host}
