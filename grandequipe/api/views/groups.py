"""Groups."""

from typing import Any

from flask import url_for

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.inputs import group_input, with_default_language
from grandequipe.api.limits import limited
from grandequipe.api.queries import ShownGroup, show_groups
from grandequipe.api.schemas.groups import (
    GroupBody,
    GroupPageSchema,
    GroupPatch,
    GroupQuery,
    GroupSchema,
)
from grandequipe.core.windows import Window
from grandequipe.groups import queries, services
from grandequipe.groups.models import Group

TAG = "Groups"
LOCATION = {"Location": {"description": "URL of what was created.", "schema": {"type": "string"}}}


@call("GET", "/groups", tag=TAG, answers=GroupPageSchema, query=GroupQuery, visitors=True)
def list_groups(params: dict[str, Any]) -> Window[ShownGroup]:
    """List the groups that the caller finds, newest first; with `q`, those with all its words."""
    page = queries.list_groups(viewer(), params["q"], params["cursor"], params["limit"])
    return Window(show_groups(page.items, viewer()), page.next)


@call("POST", "/groups", tag=TAG, answers=GroupSchema, status=201, body=GroupBody, headers=LOCATION)
@limited("groups")
def create_group(data: dict[str, Any]) -> Any:
    """Create a group, which the caller owns."""
    with_default_language(data, acting_member(), "name", "description")
    group = services.create_group(acting_member(), group_input(data))
    return _shown(group), 201, {"Location": url_for("api.show_group", slug=group.slug)}


@call("GET", "/groups/<slug:slug>", tag=TAG, answers=GroupSchema, visitors=True)
def show_group(slug: str) -> ShownGroup:
    """Show a group."""
    return _shown(queries.get_group(slug, seen_by=viewer()))


@call("PATCH", "/groups/<slug:slug>", tag=TAG, answers=GroupSchema, body=GroupPatch)
@limited("group_settings")
def edit_group(data: dict[str, Any], slug: str) -> ShownGroup:
    """Change a group's settings."""
    group = queries.get_group(slug, seen_by=acting_member())
    services.edit_group(acting_member(), group, group_input(data, group), group.settings_version)
    return _shown(group)


@call("DELETE", "/groups/<slug:slug>", tag=TAG, answers=None, status=204)
def end_group(slug: str) -> None:
    """Delete a group with all its content; 409 unless the caller is its only member."""
    services.end_group(acting_member(), queries.get_group(slug, seen_by=acting_member()))


def _shown(group: Group) -> ShownGroup:
    return show_groups([group], viewer())[0]
