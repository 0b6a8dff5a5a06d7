"""URL converters for pages and the API: a value that does not match is a 404."""

from flask import Flask
from werkzeug.routing import BaseConverter


class SlugConverter(BaseConverter):
    """A group's slug."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class IdConverter(BaseConverter):
    """The id of a row, within the range of a bigint."""

    regex = r"[1-9][0-9]{0,17}"
    highest = 10**18 - 1

    def to_python(self, value: str) -> int:
        """Return the id as an integer."""
        return int(value)


def init_app(app: Flask) -> None:
    """Register `<slug:…>` and `<id:…>` for every route."""
    app.url_map.converters.update(slug=SlugConverter, id=IdConverter)
    # Werkzeug's redirect to a corrected path would be absolute, at the host of the Host header.
    app.url_map.merge_slashes = False
