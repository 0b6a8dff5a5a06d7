"""Security headers of responses.

Guarantee: a page runs only scripts and styles of the site's own files or with the response's nonce;
nothing is fetched from, framed by or sent to another site. A page that is made to be framed by
others has a policy of its own, and nobody's session (see `syndication`).
"""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

# In the policy of the few pages that any other site may frame.
FRAMED_ANYWHERE = "frame-ancestors *"
HSTS_SECONDS = 365 * 24 * 3600


def csp_nonce() -> str:
    """Return the nonce of the response's inline scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def policy(nonce: str, site_url: str) -> str:
    """Return the Content-Security-Policy of a page."""
    host = urlsplit(site_url).netloc
    socket = "wss" if site_url.startswith("https:") else "ws"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {socket}://{host}",
            "manifest-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def init_app(app: Flask) -> None:
    """Add the headers to every response."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    site_url = app.config["SETTINGS"].site_url

    @app.after_request
    def _send(response: Response) -> Response:
        headers = response.headers
        # The policy that a browser stored with a page names the nonce in it.
        if response.status_code != 304:
            headers.setdefault("Content-Security-Policy", policy(csp_nonce(), site_url))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        if FRAMED_ANYWHERE not in headers.get("Content-Security-Policy", ""):
            headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")
        if response.mimetype == "text/html" and "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
            headers.add("Vary", "Cookie")
        return response
