"""Pages of no feature: legal texts, help, choice of language, health checks."""

import hmac

from flask import Blueprint, Flask, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from grandequipe.config import LOCALES
from grandequipe.core.errors import NotFound, Unauthenticated
from grandequipe.extensions import csrf
from grandequipe.web import health, metrics, submissions
from grandequipe.web.assets import asset
from grandequipe.web.form_keys import is_key
from grandequipe.web.form_rules import unkeyed
from grandequipe.web.indexing import allow_index
from grandequipe.web.legal_texts import LegalPage, find_shown, get_version, list_versions
from grandequipe.web.locales import COOKIE
from grandequipe.web.pages import SITEMAP_GROUPS, VIEW_COOKIE, VIEWS, render_page
from grandequipe.web.redirects import local_path
from grandequipe.web.slots import load_slot

A_DAY = 24 * 3600
A_YEAR = 365 * A_DAY
MOST_KEYS = 50

PLAIN_PAGES = {
    "accessibility": ("/accessibilite", "web/accessibility.html"),
    "legal": ("/mentions-legales", "web/legal.html"),
    "privacy": ("/confidentialite", "web/privacy.html"),
    "terms": ("/conditions", "web/terms.html"),
    "help": ("/aide", "web/help.html"),
}

LEGAL = frozenset(LegalPage)

blueprint = Blueprint("web", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Register the plain pages."""
    for endpoint, (path, template) in PLAIN_PAGES.items():
        show = _legal_page(endpoint, template) if endpoint in LEGAL else _plain_page(template)
        app.add_url_rule(path, f"web.{endpoint}", show)
    app.register_blueprint(blueprint)


def _plain_page(template: str):  # type: ignore[no-untyped-def]
    def show() -> str:
        allow_index(url_for(str(request.endpoint)))
        return render_page(template)

    return show


def _legal_page(endpoint: str, template: str):  # type: ignore[no-untyped-def]
    page = LegalPage(endpoint)

    def show() -> str:
        locale, wanted = str(get_locale()), request.args.get("version", type=int)
        allow_index(url_for(f"web.{endpoint}"), is_public=not wanted)
        text = get_version(page, locale, wanted) if wanted else find_shown(page, locale)
        if text is None:
            return render_page(template)
        versions = list_versions(page, locale)
        return render_page("web/legal_text.html", page=page, text=text, versions=versions)

    return show


@blueprint.get("/plan-du-site")
def sitemap() -> str:
    """Show the site map."""
    allow_index(url_for("web.sitemap"))
    return render_page("web/sitemap.html", load_slot(SITEMAP_GROUPS))


@blueprint.post("/langue")
@csrf.exempt  # a forged request only changes the language of the visitor's pages
@unkeyed("sets a cookie")
def set_locale() -> ResponseReturnValue:
    """Store a visitor's language in a cookie, and redirect to the page they were on."""
    response = redirect(local_path(request.form.get("next", "/")), 303)
    picked = request.form.get("locale")
    if picked in LOCALES:
        secure = current_app.config["SETTINGS"].is_https
        response.set_cookie(
            COOKIE, picked, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure
        )
    return response


@blueprint.post("/affichage")
@csrf.exempt  # a forged request only changes how a list is shown
@unkeyed("sets a cookie")
def set_view() -> ResponseReturnValue:
    """Store in a cookie how lists are shown, and redirect to the page of the list."""
    response = redirect(local_path(request.form.get("next", "/")), 303)
    picked = request.form.get("view")
    if picked in VIEWS:
        secure = current_app.config["SETTINGS"].is_https
        response.set_cookie(
            VIEW_COOKIE, picked, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure
        )
    return response


@blueprint.get("/formulaires/recus")
def received_forms() -> ResponseReturnValue:
    """Return the member's forms that were carried out, as JSON {key: mark of the draft}."""
    if not current_user or not current_user.is_authenticated:
        raise Unauthenticated
    keys = [key for key in request.args.getlist("key")[:MOST_KEYS] if is_key(key)]
    response = jsonify(submissions.find_marks(keys))
    response.cache_control.no_store = True
    return response


@blueprint.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Redirect the traditional URL of the icon to the bundled file."""
    response = redirect(asset("favicon.svg"))
    response.cache_control.public = True
    response.cache_control.max_age = A_DAY
    return response


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer 200: the process is alive."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Answer 200 if the process can serve, else 503, with the reasons as JSON.

    `notices` say what an operator should look at although the process serves.
    """
    reasons = health.reasons_not_to_serve()
    status = "unavailable" if reasons else "ok"
    notices = [] if reasons else health.list_notices()
    return {"status": status, "reasons": reasons, "notices": notices}, 503 if reasons else 200


@blueprint.get("/metrics")
def show_metrics() -> ResponseReturnValue:
    """Answer figures in the text format of Prometheus to the holder of METRICS_TOKEN."""
    token = current_app.config["SETTINGS"].metrics_token
    if not token:
        raise NotFound
    header = request.headers.get("Authorization", "")
    if not hmac.compare_digest(header.encode(), f"Bearer {token}".encode()):
        return {"error": "Send METRICS_TOKEN as a bearer token."}, 401
    return metrics.render(), {"Content-Type": metrics.CONTENT_TYPE, "Cache-Control": "no-store"}
