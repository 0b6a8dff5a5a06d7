"""The kind of a GET request: a navigation, an htmx request or a prefetch."""

from flask import request

# Old browsers send no Sec-Fetch-Dest.
NAVIGATIONS = (None, "document")


def wants_fragment() -> bool:
    """Whether htmx sent the request, to put the response into an open page."""
    return "HX-Request" in request.headers


def is_page_view() -> bool:
    """Whether the response will be shown to a reader: no fragment, prefetch or subresource."""
    if request.method != "GET" or wants_fragment():
        return False
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return "prefetch" not in purpose and request.headers.get("Sec-Fetch-Dest") in NAVIGATIONS
