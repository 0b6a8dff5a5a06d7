"""Parsing of request bodies, strict and bounded."""

import json
from typing import Any, NoReturn

from flask import Request
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

# No call takes a tenth of these; listing the errors of ninety thousand took a second.
MOST_VALUES = 1000


class Parser(FlaskParser):
    """Read JSON strictly: no NaN, no endless nesting, numbers or lists, no other media type."""

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return core.missing
        if not core.is_json(req.mimetype):
            raise UnsupportedMediaType("Send JSON, with `Content-Type: application/json`.")
        try:
            data = json.loads(body.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise BadRequest("The body is not valid JSON.") from None
        if _has_too_many_values(data):
            raise RequestEntityTooLarge(f"Send at most {MOST_VALUES} values.")
        return data


def _has_too_many_values(data: Any) -> bool:
    """Count the values of nested lists and objects, no further than `MOST_VALUES`."""
    count, stack = 0, [data]
    while stack and count <= MOST_VALUES:
        each = stack.pop()
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        count += len(inner)
        stack.extend(inner)
    return count > MOST_VALUES


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
