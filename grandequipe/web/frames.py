"""A mail's HTML in an `iframe` of a page.

Guarantee: the document runs no script, requests nothing from any site, sends no form and has no
cookie (`sandbox` gives it an origin of its own); its links open new windows.
"""

from flask import Response, make_response

POLICY = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        # A mail's styles are inline, as mail programs need them.
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
IN_NEW_WINDOWS = '<base target="_blank">'


def framed_mail(html: str) -> Response:
    """Return the response with a mail's HTML, for an `iframe sandbox` of this site."""
    response = make_response(html.replace("<head>", f"<head>{IN_NEW_WINDOWS}", 1))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
