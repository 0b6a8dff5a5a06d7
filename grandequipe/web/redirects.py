"""Where one may be sent after an action.

Guarantee: the answer is a path of this site, whatever the visitor's browser sent us.
"""

from urllib.parse import SplitResult, urlsplit

from flask import request

# With its query: what gunicorn reads at most.
LONGEST_PATH = 4096


def split(address: str) -> SplitResult | None:
    """Take an address apart that anyone may have written, or give None: some are none."""
    if len(address) > LONGEST_PATH:
        return None
    try:
        return urlsplit(address)
    except ValueError:
        return None


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """Keep a path of this site, or give another."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    if any(ord(sign) < 32 for sign in wanted) or "\\" in wanted:
        return otherwise
    parts = split(wanted)
    return otherwise if parts is None or parts.scheme or parts.netloc else wanted


def page_before() -> str:
    """Give the page of ours that a form was sent from."""
    came = split(request.referrer or "")
    if came is None or came.netloc != request.host:
        return request.path
    return local_path(f"{came.path}?{came.query}" if came.query else came.path)
