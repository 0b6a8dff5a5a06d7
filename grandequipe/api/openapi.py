"""The description of the API in OpenAPI 3.1, made from the calls and their schemas."""

import json

from flask import Flask
from flask_smorest import Api  # type: ignore[import-untyped]

from grandequipe.api.schemas.problems import ProblemSchema
from grandequipe.web.url_converters import IdConverter, SlugConverter

DESCRIPTION = """\
Programs read and write here what members read and write on the pages, with the same rights.
What one may not see answers as what does not exist (404); what one may see and not do is 403.
Sentences follow `Accept-Language`; names, codes and titles of problems are English.
"""


class OpenApi(Api):
    """The API's description; errors are problem documents, not flask-smorest's."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave every error to `problems`."""


def init_app(app: Flask) -> OpenApi:
    """Prepare the description, to which calls are then added."""
    app.config.update(
        API_TITLE=app.config["SETTINGS"].site_name,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": DESCRIPTION}, "servers": [{"url": "/"}]},
    )
    openapi_spec = OpenApi()
    openapi_spec.init_app(app)
    openapi_spec.register_converter(
        SlugConverter, lambda _converter: {"type": "string", "pattern": f"^{SlugConverter.regex}$"}
    )
    openapi_spec.register_converter(
        IdConverter,
        lambda converter: {"type": "integer", "minimum": 1, "maximum": converter.highest},
    )
    for name, scheme in _schemes().items():
        openapi_spec.spec.components.security_scheme(name, scheme)
    return openapi_spec


def to_json(openapi_spec: OpenApi) -> str:
    """Serialize the description as JSON."""
    return json.dumps(openapi_spec.spec.to_dict(), ensure_ascii=False)


def _schemes() -> dict[str, dict[str, str]]:
    return {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "The page's session; writes also carry its token in X-CSRFToken.",
        },
    }
