"""Reading what programs send, whatever they send."""

import json
from typing import Any, NoReturn

from flask import Request
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

# No call takes a tenth of these; to name the mistakes of ninety thousand took a second.
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
            found = json.loads(body.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise BadRequest("The body is not valid JSON.") from None
        if _has_too_many_values(found):
            raise RequestEntityTooLarge(f"Send at most {MOST_VALUES} values.")
        return found


def _has_too_many_values(found: Any) -> bool:
    """Count what is in lists and objects, and in those within them, only as far as need be."""
    count, waiting = 0, [found]
    while waiting and count <= MOST_VALUES:
        each = waiting.pop()
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        count += len(inner)
        waiting.extend(inner)
    return count > MOST_VALUES


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
