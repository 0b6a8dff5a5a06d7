"""Drafts: their author alone reads, changes, schedules and deletes them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.inputs import NOT_OF_THIS_KIND
from grandequipe.api.limits import limited
from grandequipe.api.schemas.drafts import DraftPageSchema, DraftPatch, DraftSchema
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.attachments.models import File
from grandequipe.attachments.queries import list_files
from grandequipe.core.errors import Invalid
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.feed.forms.drafts import content_from, errors_at, form_of
from grandequipe.feed.models import Draft, DraftInput, Kind
from grandequipe.feed.models.drafts import DRAFT_SUBJECT
from grandequipe.feed.models.inputs import INPUTS
from grandequipe.feed.policies import may_publish
from grandequipe.feed.queries import drafts as queries
from grandequipe.feed.services import drafts as services
from grandequipe.groups.models import Group
from grandequipe.groups.queries import list_memberships
from grandequipe.groups.services import require_not_archived
from grandequipe.members.models import Member
from grandequipe.web.rate_limits import rate_limited

TAG = "Drafts"
ONE = "/me/drafts/<id:draft_id>"


@call("GET", "/me/drafts", tag=TAG, answers=DraftPageSchema, query=PageQuery)
def list_drafts(params: dict[str, Any]) -> Window[Mapping[str, Any]]:
    """List one's own drafts, the one that was saved last first."""
    author = acting_member()
    page = queries.read_drafts(author, params["cursor"], params["limit"])
    return Window(show_drafts(page.items, author), page.next)


@call("GET", ONE, tag=TAG, answers=DraftSchema)
def show_draft(draft_id: int) -> Mapping[str, Any]:
    """Show one of one's own drafts."""
    author = acting_member()
    return show_drafts([queries.get_draft(draft_id, seen_by=author)], author)[0]


@call("PATCH", ONE, tag=TAG, answers=DraftSchema, body=DraftPatch)
@limited("drafts")
def edit_draft(data: dict[str, Any], draft_id: int) -> Mapping[str, Any]:
    """Change what is given of a draft; schedule it, or have it wait again."""
    author = acting_member()
    draft = queries.get_draft(draft_id, seen_by=author)
    version, status, publish_at = (
        data.pop(name, None) for name in ("version", "status", "publish_at")
    )
    _require_fields(draft.kind, data)
    files = data.pop("files", None)
    changed = DraftInput(
        kind=draft.kind,
        key=draft.key,
        content={**draft.content, **content_from(draft.kind, draft.time_zone, data)},
        files=files,
        time_zone=draft.time_zone,
        group_id=draft.group_id,
        post_id=draft.post_id,
    )
    draft = services.change_draft(author, draft, changed, version)
    if status == "draft":
        services.unschedule_draft(author, draft)
    elif status == "scheduled" or publish_at:
        with rate_limited("posts", author.id):
            _schedule(author, draft, publish_at or draft.publish_at)
    return show_drafts([draft], author)[0]


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def delete_draft(draft_id: int) -> None:
    """Delete a draft; its author can have it back on the site for a day."""
    author = acting_member()
    services.delete_draft(author, queries.get_draft(draft_id, seen_by=author))


def begin_draft(author: Member, group: Group, kind: Kind, data: dict[str, Any]) -> Draft:
    """Save what a program sends as a draft, and schedule it where it says so."""
    require_not_archived(group)
    require(may_publish(author, group), "You can’t post in this group.")
    status, publish_at = data.pop("status"), data.pop("publish_at")
    _require_fields(kind, data)
    files = data.pop("files", ())
    begun = DraftInput(
        kind=kind,
        key=services.new_key(),
        content=content_from(kind, author.time_zone, data),
        files=files,
        time_zone=author.time_zone,
        group_id=group.id,
    )
    draft = services.save_draft(author, begun).draft
    if status == "scheduled":
        _schedule(author, draft, publish_at)
    return draft


def show_drafts(drafts: list[Draft] | Any, author: Member) -> list[Mapping[str, Any]]:
    """Write drafts for their author, with the groups that they may know."""
    groups = {each.draft.id: each.group for each in queries.list_drafts(author)}
    files = list_files(DRAFT_SUBJECT, [draft.id for draft in drafts])
    return [_shown(draft, groups.get(draft.id), files.get(draft.id, ())) for draft in drafts]


def _shown(draft: Draft, group: Group | None, files: Any) -> Mapping[str, Any]:
    form = form_of(draft.kind, draft.time_zone, draft, [file.id for file in files])
    written, site = form.input(), current_app.config["SETTINGS"].site_url.rstrip("/")
    listed: list[File] = list(files)
    return {
        **{each.name: getattr(written, each.name) for each in fields(written)},
        **{name: getattr(draft, name) for name in ("id", "kind", "post_id", "publish_at")},
        **{name: getattr(draft, name) for name in ("failure", "version", "updated_at")},
        "group": group.slug if group else None,
        "groups": form.groups.data or [],
        "files": listed,
        "status": draft.state,
        "web_url": site + url_for("feed.open_draft", draft_id=draft.id),
    }


def _require_fields(kind: Kind, data: Mapping[str, Any]) -> None:
    known = {each.name for each in fields(INPUTS[kind])} | {"groups"}
    if foreign := data.keys() - known:
        raise Invalid(dict.fromkeys(sorted(foreign), NOT_OF_THIS_KIND))


def _schedule(author: Member, draft: Draft, at: datetime | None) -> None:
    if at is None:
        raise Invalid({"publish_at": "Say when it is to be published."})
    groups = [each.group for each in list_memberships(author)]
    allowed = [group for group in groups if may_publish(author, group)]
    if errors := errors_at(draft, allowed, at):
        raise Invalid(errors)
    services.schedule_draft(author, draft, at)
