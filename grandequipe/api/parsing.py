"""Reading what programs send, whatever they send."""

import json
from typing import Any, NoReturn

from flask import Request
from webargs import core
from webargs.flaskparser import FlaskParser, abort as refuse
from werkzeug.exceptions import UnsupportedMediaType


class Parser(FlaskParser):
    """Read JSON strictly: no NaN, no endless nesting or numbers, no other media type."""

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return core.missing
        if not core.is_json(req.mimetype):
            raise UnsupportedMediaType("Send JSON, with `Content-Type: application/json`.")
        try:
            return json.loads(body.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            refuse(400, description="The body is not valid JSON.")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
