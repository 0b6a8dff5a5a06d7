"""Safe targets of redirects.

Guarantee: the target is a path of this site, whatever the request holds.
"""

from urllib.parse import SplitResult, urlsplit

from flask import request

# Characters of path and query: gunicorn's limit of a request line is 4,094.
LONGEST_PATH = 4096


def split_url(address: str) -> SplitResult | None:
    """Split an untrusted URL; None if it is invalid or too long."""
    if len(address) > LONGEST_PATH:
        return None
    try:
        return urlsplit(address)
    except ValueError:
        return None


def local_path(wanted: str | None, default: str = "/") -> str:
    """Return `wanted` if it is a path of this site, else `default`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return default
    if any(ord(char) < 32 for char in wanted) or "\\" in wanted:
        return default
    parts = split_url(wanted)
    return default if parts is None or parts.scheme or parts.netloc else wanted


def previous_page() -> str:
    """Return the path of this site in the Referer header, else the request's own path."""
    referrer = split_url(request.referrer or "")
    if referrer is None or referrer.netloc != request.host:
        return request.path
    return local_path(f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path)
