"""Who asks for a page: a reader, a script of an open page, or a browser by itself."""

from flask import request

# Browsers of old do not say.
SEEN_AS = (None, "document")


def wants_fragment() -> bool:
    """Tell whether a script of an open page asks, which puts the answer into that page."""
    return "HX-Request" in request.headers


def is_looked_at() -> bool:
    """Tell whether somebody sees the page: browsers and programs also fetch what nobody sees."""
    if request.method != "GET" or wants_fragment():
        return False
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return "prefetch" not in purpose and request.headers.get("Sec-Fetch-Dest") in SEEN_AS
