"""Error pages of the errors of `core.errors` and of HTTP; the API has problem documents."""

from urllib.parse import quote

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RoutingException

from grandequipe.core.errors import Conflict, Invalid, NotFound, Refused, TooMany, Unauthenticated
from grandequipe.extensions import db
from grandequipe.web.locales import visitor_locale
from grandequipe.web.pages import render_page
from grandequipe.web.redirects import previous_page
from grandequipe.web.stale_forms import stale_page

# Paths in mails' links. Some pages there are for members only; visitors must not learn which exist.
FOR_MEMBERS = ("/groupes/", "/publications/")


def init_app(app: Flask) -> None:
    """Register an error handler for each error."""
    app.register_error_handler(NotFound, lambda _error: _not_found())
    app.register_error_handler(Refused, lambda error: _page(403, error.message))
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(Conflict, lambda error: _page(409, error.message))
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Unauthenticated, _ask_to_log_in)
    app.register_error_handler(CSRFError, lambda _error: stale_page())
    app.register_error_handler(HTTPException, http_page)
    app.register_error_handler(500, lambda _error: _internal_error())


def _not_found() -> tuple[str, int]:
    """Ask a visitor to log in at a path for members, whether the page exists or not."""
    is_visitor = not (current_user and current_user.is_authenticated)
    if is_visitor and request.method == "GET" and request.path.startswith(FOR_MEMBERS):
        wanted = request.full_path.rstrip("?")
        return render_page("log_in_to_see.html", status=404, wanted=wanted), 404
    return _page(404)


def _page(status: int, message: str | None = None) -> tuple[str, int]:
    names: list[str | Template] = [f"{status}.html", "error.html"]
    return render_page(names, status=status, message=message), status


def _too_many(error: TooMany) -> ResponseReturnValue:
    return *_page(429, error.message), {"Retry-After": str(error.seconds)}


def _invalid(error: Invalid) -> ResponseReturnValue:
    return _page(422, " ".join(error.errors.values()))


def http_page(error: HTTPException) -> ResponseReturnValue:
    """Render the page of an HTTP error; a form's URL opened by GET leads to the page above."""
    if isinstance(error, MethodNotAllowed) and (page := _page_above()):
        return redirect(page, 303)
    if error.code is None or error.response is not None or error.code < 400:
        return error
    response = _not_found() if error.code == 404 else _page(error.code)
    if error.code == 429:
        return *response, {"Retry-After": "300"}
    return response


def _page_above() -> str | None:
    """Return the nearest page above the path of a GET request that only accepts POST."""
    path = request.path
    while request.method == "GET" and path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0]
        if _is_page(path or "/"):
            return request.script_root + quote(path or "/")
    return None


def _is_page(path: str) -> bool:
    try:
        url_adapter = current_app.create_url_adapter(request)
        return url_adapter is not None and bool(url_adapter.match(path, method="GET"))
    except (HTTPException, RoutingException):
        return False


def _ask_to_log_in(_error: Unauthenticated) -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if wanted is None and request.referrer:
        wanted = previous_page()
    return redirect(url_for("security.login", next=wanted), 303)


def _internal_error() -> ResponseReturnValue:
    """Render a page without a query, for the database may be what failed."""
    db.session.rollback()
    language = _language()
    g._login_user = AnonymousUserMixin()  # or Flask-Login would query the database
    with force_locale(language):
        return render_template("500.html", status=500, bare=True), 500


def _language() -> str:
    try:
        return str(get_locale())
    except SQLAlchemyError:
        db.session.rollback()
        return visitor_locale()
