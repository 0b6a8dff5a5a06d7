"""What an address may hold, for pages and the API; anything else is the address of nothing."""

from flask import Flask
from werkzeug.routing import BaseConverter


class SlugConverter(BaseConverter):
    """A group's slug."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class IdConverter(BaseConverter):
    """The id of a row, as large as any that the database can hold."""

    regex = r"[1-9][0-9]{0,17}"
    highest = 10**18 - 1

    def to_python(self, value: str) -> int:
        """Read the id."""
        return int(value)


def init_app(app: Flask) -> None:
    """Offer `<slug:…>` and `<id:…>` to every route, and correct no address."""
    app.url_map.converters.update(slug=SlugConverter, id=IdConverter)
    # A corrected address would be a whole one, at whatever host the request names.
    app.url_map.merge_slashes = False
