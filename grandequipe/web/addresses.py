"""What an address may hold."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1


class IdConverter(IntegerConverter):
    """A number that the database can hold: a larger one is the address of nothing."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None) -> None:
        super().__init__(map, fixed_digits, min, LARGEST_ID)


def init_app(app: Flask) -> None:
    """Read the `int` of every route as an id."""
    app.url_map.converters["int"] = IdConverter
