"""The pictures of previews, and what a form proposes for an address."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from grandequipe.core import files
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.link_previews import services
from grandequipe.link_previews.policies import may_see_picture
from grandequipe.link_previews.queries import find_preview
from grandequipe.members.identity import viewer

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

blueprint = Blueprint("link_previews", __name__, template_folder="templates")


@blueprint.get("/apercus/<id:preview_id>.webp")
def picture(preview_id: int) -> ResponseReturnValue:
    """Give the picture of a preview to the readers of what refers to its page."""
    preview = find_preview(preview_id)
    if preview is None or not preview.has_picture or not may_see_picture(viewer(), preview_id):
        raise NotFound
    response = Response(mimetype="image/webp")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Asked again each time, so that the right is: the tag spares the bytes.
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.vary.add("Cookie")
    tag = f"{preview_id}-{preview.fetched_at.timestamp() if preview.fetched_at else 0}"
    response.set_etag(tag)
    if request.if_none_match.contains(tag):
        response.status_code = 304
        return response
    db.session.rollback()
    try:
        response.data = files.read(services.key_of(preview_id))
    except FileNotFoundError:
        raise NotFound from None
    return response
