"""Where one may be sent after an action.

Guarantee: the answer is a path of this site, whatever the visitor's browser sent us.
"""

from urllib.parse import urlsplit

from flask import request


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """Keep a path of this site, or give another."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    if any(ord(sign) < 32 for sign in wanted) or "\\" in wanted:
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted


def page_before() -> str:
    """Give the page of ours that a form was sent from."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return request.path
    return local_path(f"{came.path}?{came.query}" if came.query else came.path)
