"""Giving the bytes of a file to who may see what it belongs to.

Guarantee: the right is asked at each request, for each range and width, and what one may not see
answers as what is not there. A browser executes nothing of a file: it gets the kind, must not
guess another, and allowed neither scripts nor anything else of this site.
"""

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ContentRange, Range
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from grandequipe.attachments.models import File
from grandequipe.attachments.policies import may_see_file
from grandequipe.attachments.queries import find_file
from grandequipe.core import files
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.members.identity import viewer

PIECE = 512 * 1024
A_DAY = 24 * 3600
# Shown where they stand; everything else is saved.
SHOWN = ("image/", "audio/", "video/")
WIDTH_TYPE = "image/webp"
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def file(file_id: int, name: str) -> ResponseReturnValue:
    """Send a file, or a range of it."""
    found = find_file(file_id)
    if found is None or not may_see_file(viewer(), found):
        raise NotFound
    response = _answer(found)
    # Pages have many pictures: release the database connection while bytes are read.
    db.session.rollback()
    return response


def _answer(found: File) -> Response:
    key, size, tag, media_type = _content(found)
    response = Response(mimetype=media_type)
    _describe(response, found.name, media_type)
    response.set_etag(tag)
    if request.if_none_match.contains(tag):
        response.status_code = 304
        return response
    start, end = _wanted(size, tag)
    if (start, end) != (0, size):
        response.status_code = 206
        response.content_range = ContentRange("bytes", start, end, size)
    response.content_length = end - start
    if request.method != "HEAD":
        # The first piece now: what the store has lost is a 404, not half an answer.
        response.response = _pieces(key, start, end)
    return response


def _content(found: File) -> tuple[str, int, str, str]:
    """Choose the key, size, tag and kind of the response: the file, or one of its widths."""
    width = request.args.get("w", "")
    if width not in found.widths:
        return found.key, found.size, found.entity_tag, found.media_type
    folder, tag = found.key.rpartition("/")[0], f"{found.entity_tag}-{width}"
    return f"{folder}/{width}", found.widths[width], tag, WIDTH_TYPE


def _describe(response: Response, name: str, media_type: str) -> None:
    kind = "inline" if media_type.startswith(SHOWN) else "attachment"
    if media_type == WIDTH_TYPE:
        name = f"{name.rpartition('.')[0]}.webp"
    response.headers.set("Content-Disposition", kind, **_named(name))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Accept-Ranges"] = "bytes"
    # Asked again each time, so that the right is: the tag spares the bytes.
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.vary.add("Cookie")


def _named(name: str) -> dict[str, str]:
    """Give the parameters of a header that say a file's name, as RFC 6266 has them.

    A header is ASCII: a name with other characters is percent-encoded, beside a plainer one.
    """
    if name.isascii():
        return {"filename": name}
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}


def _wanted(size: int, tag: str) -> tuple[int, int]:
    """Give the range that is requested, the whole file where none or several are."""
    requested: Range | None = request.range
    condition = request.if_range
    if requested is None or not size or (condition.etag is not None and condition.etag != tag):
        return 0, size
    if requested.units != "bytes" or len(requested.ranges) != 1 or condition.date is not None:
        return 0, size
    found = requested.range_for_length(size)
    if found is None:
        raise RequestedRangeNotSatisfiable(length=size)
    return found


def _pieces(key: str, start: int, end: int) -> Iterator[bytes]:
    read = files.range_reader(key)
    try:
        first = read(start, min(start + PIECE, end))
    except FileNotFoundError:
        raise NotFound from None

    def rest() -> Iterator[bytes]:
        yield first
        for at in range(start + PIECE, end, PIECE):
            yield read(at, min(at + PIECE, end))

    return rest()
