"""Showing a letter inside a page of ours.

Guarantee: what is framed runs no script, asks no site for anything, sends no form and knows no
cookie (`sandbox` gives it an origin of its own); its links open new windows.
"""

from flask import Response, make_response

POLICY = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        # A letter carries its styles in itself, as mail programs want them.
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
IN_NEW_WINDOWS = '<base target="_blank">'


def framed(html: str) -> Response:
    """Answer with a letter that a page of ours shows in an `iframe sandbox`."""
    answer = make_response(html.replace("<head>", f"<head>{IN_NEW_WINDOWS}", 1))
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
