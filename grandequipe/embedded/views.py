"""`/courrier`: the letters of the embedded default, which leave for nowhere.

Guarantee: they are shown to nobody but a browser on this machine, for they hold links that open
accounts. What counts is the address at the other end of the connection; a request that came by way
of a proxy is somebody else's, whatever its headers say. And the name asked for is one of this
machine or of the site: a foreign name that was made to point here belongs to a page elsewhere.
"""

from ipaddress import IPv6Address, ip_address

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.embedded.mailbox import Mailbox
from grandequipe.web.frames import framed_mail
from grandequipe.web.redirects import split_url

HERE = {"localhost", "127.0.0.1", "::1"}
SIGNS_OF_A_PROXY = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)


def make_blueprint(mail_catcher_url: str) -> Blueprint:
    """Make the pages that show what the mail catcher kept."""
    mailbox = Mailbox(mail_catcher_url)
    blueprint = Blueprint("courrier", __name__, template_folder="templates", url_prefix="/courrier")

    @blueprint.before_request
    def refuse_others() -> None:
        if not _is_asked_here():
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
        return framed_mail(mailbox.get_letter(name).part("html"))

    return blueprint


def letters_address() -> str | None:
    """Say where the letters are read, to those who may read them there."""
    return url_for("courrier.index") if _is_asked_here() else None


def _is_asked_here() -> bool:
    return _comes_from_this_machine() and _is_asked_by_a_known_name()


def _comes_from_this_machine() -> bool:
    if any(name in request.headers for name in SIGNS_OF_A_PROXY):
        return False
    # What ProxyFix took from a header is not who is connected.
    connected = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    try:
        address = ip_address(connected.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _is_asked_by_a_known_name() -> bool:
    asked = split_url(f"//{request.host}")
    return asked is not None and asked.hostname in {*HERE, current_app.config["SETTINGS"].host}
