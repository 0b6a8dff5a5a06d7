"""`/courrier`: the mails of the embedded default, which are not sent.

Guarantee: they are shown to browsers on this machine only, for they hold links that open accounts.
The address of the connection counts; a request through a proxy is refused, whatever its headers
say. The Host must be a name of this machine or of the site, against DNS rebinding.
"""

from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Flask, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.web.frames import framed_mail
from grandequipe.web.mailbox import Mailbox
from grandequipe.web.pages import render_page
from grandequipe.web.redirects import split_url

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
PROXY_HEADERS = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)


def init_app(app: Flask) -> None:
    """Add the pages where there is a mail catcher, and `caught_mails_url` to all templates."""
    folder = app.config["SETTINGS"].mail_catcher_url
    if folder:
        app.register_blueprint(_make_blueprint(Mailbox(folder)))
    app.jinja_env.globals["caught_mails_url"] = _caught_mails_url if folder else lambda: None


def _make_blueprint(mailbox: Mailbox) -> Blueprint:
    blueprint = Blueprint("courrier", __name__, url_prefix="/courrier")

    @blueprint.before_request
    def refuse_others() -> None:
        if not _is_local():
            abort(404)

    @blueprint.get("")
    def index() -> ResponseReturnValue:
        """List the caught mails, newest first."""
        to = request.args.get("to", "").strip()
        return render_page("web/caught_mails.html", mails=mailbox.list_mails(to), to=to)

    @blueprint.get("/<name>")
    def show(name: str) -> ResponseReturnValue:
        """Show one mail, both parts."""
        return render_page("web/caught_mail.html", mail=mailbox.get_mail(name))

    @blueprint.get("/<name>/html")
    def html(name: str) -> ResponseReturnValue:
        """Serve the HTML part, for the page's iframe."""
        return framed_mail(mailbox.get_mail(name).part("html"))

    return blueprint


def _caught_mails_url() -> str | None:
    """Give the URL of the caught mails, or None where the request may not read them."""
    return url_for("courrier.index") if _is_local() else None


def _is_local() -> bool:
    return _has_local_address() and _has_known_host()


def _has_local_address() -> bool:
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    # Not what ProxyFix took from a header.
    environ = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    try:
        address = ip_address(environ.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _has_known_host() -> bool:
    url = split_url(f"//{request.host}")
    known_hosts = {*LOCAL_HOSTS, current_app.config["SETTINGS"].host}
    return url is not None and url.hostname in known_hosts
