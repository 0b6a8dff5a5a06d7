"""Collections."""

from collections.abc import Mapping, Sequence
from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.limits import limited
from grandequipe.api.schemas import collections as schemas
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.api.views.groups import LOCATION
from grandequipe.core.mail import rendering
from grandequipe.core.windows import Window
from grandequipe.groups.queries import get_group
from grandequipe.library.models import Audience, Collection, CollectionInput
from grandequipe.library.queries import collections as queries
from grandequipe.library.services import collections as services

TAG = "Collections"
LIST = "/collections"
ONE = "/collections/<id:collection_id>"


@call("GET", LIST, tag=TAG, answers=schemas.CollectionPageSchema, query=PageQuery, visitors=True)
def list_collections(params: dict[str, Any]) -> Window[dict[str, Any]]:
    """List the collections that the caller may see, the last changed first."""
    page = queries.list_collections(viewer(), cursor=params["cursor"], limit=params["limit"])
    return Window(_shown(page.items), page.next)


@call(
    "POST",
    LIST,
    tag=TAG,
    answers=schemas.CollectionSchema,
    status=201,
    body=schemas.CollectionBody,
    headers=LOCATION,
    refusals=[404],
)
@limited("edits")
def create_collection(data: dict[str, Any]) -> Any:
    """Make a collection, of the caller or of a group that they moderate."""
    member = acting_member()
    group = get_group(data["group"], seen_by=member) if data["group"] else None
    created = services.create_collection(member, _input(data), group)
    services.set_items(member, created, data.get("posts", []))
    return _answer(created), 201, {"Location": f"/api/v1/collections/{created.id}"}


@call("GET", ONE, tag=TAG, answers=schemas.CollectionSchema, visitors=True)
def show_collection(collection_id: int) -> dict[str, Any]:
    """Show a collection, with the posts in it that the caller sees."""
    return _answer(queries.get_collection(collection_id, seen_by=viewer()))


@call("PATCH", ONE, tag=TAG, answers=schemas.CollectionSchema, body=schemas.CollectionPatch)
@limited("edits")
def change_collection(data: dict[str, Any], collection_id: int) -> dict[str, Any]:
    """Change a collection; a post that the caller does not see stays in it, behind the others."""
    member = acting_member()
    found = queries.get_collection(collection_id, seen_by=member)
    services.change_collection(member, found, _input(data, found))
    if "posts" in data:
        services.set_items(member, found, data["posts"])
    return _answer(found)


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def delete_collection(collection_id: int) -> None:
    """Delete a collection; its posts stay."""
    member = acting_member()
    found = queries.get_collection(collection_id, seen_by=member)
    services.delete_collection(member, found)


def _input(data: Mapping[str, Any], found: Collection | None = None) -> CollectionInput:
    title = data.get("title", found.title if found else "")
    description = data.get("description", found.description if found else "")
    audience = data.get("audience") or (found.audience if found else None) or Audience.PRIVATE
    return CollectionInput(title.strip(), description.strip(), Audience(audience))


def _answer(found: Collection) -> dict[str, Any]:
    return _shown([found])[0]


def _shown(found: Sequence[Collection]) -> list[dict[str, Any]]:
    posts = queries.list_item_ids([each.id for each in found], viewer())
    return [
        {
            "id": each.id,
            "title": each.title,
            "description": each.description,
            "group": each.group.slug if each.group else None,
            "member": each.owner_id,
            "audience": each.audience,
            "posts": posts.get(each.id, []),
            "changed_at": each.changed_at,
            "url": rendering.address_of("library.collection", collection_id=each.id),
        }
        for each in found
    ]
