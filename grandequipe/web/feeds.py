"""Answering programs that read a calendar or a feed again and again: 304 while it is as it was."""

from collections.abc import Callable, Mapping

from flask import Response, request

from grandequipe.core.feeds import Feed

HEADERS: Mapping[str, str] = {"X-Robots-Tag": "noindex", "Cache-Control": "private, no-cache"}


def feed_response(
    feed: Feed,
    content_type: str,
    file_name: str,
    finish: Callable[[bytes], bytes] = lambda content: content,
) -> Response:
    """Answer a feed, or 304; `finish` writes into what is kept what is its reader's own."""
    if request.if_none_match.contains_weak(feed.tag):
        answer = Response(status=304, headers=HEADERS)
    else:
        disposition = f'inline; filename="{file_name}"'
        headers = {**HEADERS, "Content-Disposition": disposition}
        answer = Response(finish(feed.content()), content_type=content_type, headers=headers)
    answer.set_etag(feed.tag)
    return answer
