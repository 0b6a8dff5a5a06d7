"""The life of resources, as far as the viewer sees the posts that it names.

Guarantee: newer versions and projects that no group of the viewer reads are neither named nor
counted.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, select

from grandequipe.core.windows import DEFAULT_LIMIT
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.library.models import (
    LibraryEntry,
    OutdatedReport,
    ProjectResource,
    ResourceLife,
    ResourceSuccessor,
    ResourceUse,
)
from grandequipe.members.models import Member, Viewer
from grandequipe.taxonomies.queries import search_words

_POST = Post.__table__
MOST_SENTENCES = 5
MOST_NAMED = 5


class NamedPost(NamedTuple):
    """A post as a line names it."""

    id: int
    title: str
    language: str | None


def is_seen(post_id: Any, viewer: Viewer | None) -> ColumnElement[bool]:
    """Say whether a group that the viewer reads has published a post."""
    return (
        exists()
        .where(
            Placement.post_id == post_id,
            PUBLISHED,
            Group.id == Placement.group_id,
            readable_by(viewer),
        )
        .correlate_except(Placement, Group)
    )


def is_replaced(post_id: Any, viewer: Viewer | None) -> ColumnElement[bool]:
    """Say whether the viewer sees a newer version of a resource."""
    return (
        exists()
        .where(
            ResourceSuccessor.post_id == post_id,
            Placement.post_id == ResourceSuccessor.newer_id,
            PUBLISHED,
            Group.id == Placement.group_id,
            readable_by(viewer),
        )
        .correlate_except(ResourceSuccessor, Placement, Group)
    )


def find_newest(post: Post, seen_by: Member | None) -> NamedPost | None:
    """Find the newest version of a resource that the viewer sees, after it."""
    query = (
        _named()
        .join(ResourceSuccessor, ResourceSuccessor.newer_id == _POST.c.id)
        .where(ResourceSuccessor.post_id == post.id, is_seen(_POST.c.id, seen_by))
        .order_by(ResourceSuccessor.depth.desc())
        .limit(1)
    )
    return _first(query)


def list_older(post: Post, seen_by: Member | None) -> Sequence[NamedPost]:
    """List the versions of a resource before it that the viewer sees, the latest first."""
    query = (
        _named()
        .join(ResourceSuccessor, ResourceSuccessor.post_id == _POST.c.id)
        .where(ResourceSuccessor.newer_id == post.id, is_seen(_POST.c.id, seen_by))
        .order_by(ResourceSuccessor.depth, _POST.c.id)
        .limit(MOST_NAMED)
    )
    return _all(query)


def find_life(post: Post) -> ResourceLife | None:
    """Find when a resource is reviewed."""
    return db.session.get(ResourceLife, post.id)


def find_entry(post: Post) -> LibraryEntry | None:
    """Find the entry of a resource in the library."""
    return db.session.get(LibraryEntry, post.id)


def list_reports(post: Post) -> Sequence[OutdatedReport]:
    """List what members say of a resource that is out of date, unanswered ones, oldest first."""
    query = select(OutdatedReport).where(
        OutdatedReport.post_id == post.id, OutdatedReport.answered_at.is_(None)
    )
    return db.session.scalars(query.order_by(OutdatedReport.reported_at)).all()


def find_report(post: Post, member: Member | None) -> OutdatedReport | None:
    """Find what a member said of a resource that is out of date."""
    return db.session.get(OutdatedReport, (post.id, member.id)) if member else None


def find_use(post: Post, member: Member | None) -> ResourceUse | None:
    """Find what a member said of their use of a resource."""
    return db.session.get(ResourceUse, (post.id, member.id)) if member else None


def list_sentences(post: Post) -> Sequence[ResourceUse]:
    """List the latest uses of a resource of which a sentence says something."""
    query = select(ResourceUse).where(ResourceUse.post_id == post.id, ResourceUse.sentence != "")
    newest = query.order_by(ResourceUse.used_at.desc(), ResourceUse.member_id)
    return db.session.scalars(newest.limit(MOST_SENTENCES)).all()


def list_projects(post: Post, seen_by: Member | None) -> tuple[Sequence[NamedPost], int]:
    """List the newest projects that use a resource, of those that the viewer sees; count these."""
    projects = (
        _named()
        .join(ProjectResource, ProjectResource.project_id == _POST.c.id)
        .where(ProjectResource.resource_id == post.id, is_seen(_POST.c.id, seen_by))
    )
    number = db.session.scalar(select(func.count()).select_from(projects.subquery())) or 0
    return _all(projects.order_by(_POST.c.id.desc()).limit(MOST_NAMED)), number


def list_used(project: Post, seen_by: Member | None) -> Sequence[NamedPost]:
    """List the resources that a project used, those that the viewer sees, by title."""
    query = (
        _named()
        .join(ProjectResource, ProjectResource.resource_id == _POST.c.id)
        .join(LibraryEntry, LibraryEntry.post_id == _POST.c.id)
        .where(ProjectResource.project_id == project.id, is_seen(_POST.c.id, seen_by))
    )
    return _all(query.order_by(LibraryEntry.title_key, _POST.c.id))


def search_resources(q: str, seen_by: Member, limit: int = DEFAULT_LIMIT) -> Sequence[NamedPost]:
    """List the newest resources that the viewer sees with every word of `q` in their titles."""
    query = _named().join(LibraryEntry, LibraryEntry.post_id == _POST.c.id)
    for word in search_words(q):
        key = func.library_title_key(word)
        query = query.where(func.strpos(LibraryEntry.title_key, key) > 0)
    query = query.where(is_seen(_POST.c.id, seen_by))
    return _all(query.order_by(LibraryEntry.posted_at.desc(), _POST.c.id.desc()).limit(limit))


def list_due_reviews(today: date, most: int) -> Sequence[int]:
    """List resources whose day of review has come, and of which their authors were not reminded."""
    query = select(ResourceLife.post_id).where(
        ResourceLife.review_on <= today, ResourceLife.reminded_at.is_(None)
    )
    return db.session.scalars(query.order_by(ResourceLife.review_on).limit(most)).all()


def _named() -> Select[Any]:
    return select(_POST.c.id, _POST.c.title, _POST.c.language)


def _all(query: Select[Any]) -> Sequence[NamedPost]:
    return [NamedPost(*row) for row in db.session.execute(query)]


def _first(query: Select[Any]) -> NamedPost | None:
    return next(iter(_all(query)), None)
