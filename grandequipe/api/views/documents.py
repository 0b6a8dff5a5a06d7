"""The description of the API, for programs and for people."""

import json
from typing import Any

from flask import Blueprint, Response, current_app

from grandequipe.api.problems import PREFIX
from grandequipe.web.pages import render_page

blueprint = Blueprint("api_documents", __name__, url_prefix=PREFIX)


@blueprint.get("/openapi.json")
def description() -> Response:
    """Give the OpenAPI document."""
    return Response(current_app.extensions["api"]["openapi"], mimetype="application/json")


@blueprint.get("/docs")
def page() -> str:
    """Show the OpenAPI document as a page."""
    document = json.loads(current_app.extensions["api"]["openapi"])
    return render_page("api/docs.html", document=document, calls=_calls(document))


def _calls(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Sort the calls by what they are about."""
    by_tag: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method, operation in item.items():
            if method != "parameters":
                shown = operation | {
                    "path": path,
                    "method": method.upper(),
                    "parameters": [*shared, *operation.get("parameters", [])],
                }
                by_tag.setdefault(operation["tags"][0], []).append(shown)
    return by_tag
