"""Reading drafts: nobody but their author ever gets anything of one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import undefer

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Draft
from grandequipe.feed.queries.subjects import find_visible_posts
from grandequipe.groups.models import Group
from grandequipe.groups.queries import visible_to
from grandequipe.members.models import Member

NEWEST_FIRST = Order(Draft.updated_at, Draft.id)


@dataclass(frozen=True)
class ListedDraft:
    """A draft without its text, and its group where the author may know that."""

    draft: Draft
    group: Group | None


def list_drafts(seen_by: Member) -> Sequence[ListedDraft]:
    """List the viewer's drafts: scheduled ones first, by their hour, then the newest."""
    in_order = (Draft.publish_at.asc().nulls_last(), Draft.updated_at.desc(), Draft.id.desc())
    about = and_(Group.id == Draft.group_id, visible_to(seen_by))
    rows = db.session.execute(
        select(Draft, Group).outerjoin(Group, about).where(_own(seen_by)).order_by(*in_order)
    )
    return [ListedDraft(draft, group) for draft, group in rows]


def read_drafts(
    seen_by: Member, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[Draft]:
    """Read the viewer's drafts with their texts, newest first; raise Invalid for a wrong cursor."""
    return paginate(_whole(seen_by), NEWEST_FIRST, cursor, limit)


def count_drafts(seen_by: Member) -> int:
    """Count the viewer's drafts."""
    return db.session.scalar(select(func.count()).select_from(Draft).where(_own(seen_by))) or 0


def get_draft(draft_id: int, seen_by: Member) -> Draft:
    """Get one of the viewer's drafts, or raise NotFound."""
    found = find_draft(draft_id, seen_by)
    if found is None:
        raise NotFound
    return found


def find_draft(draft_id: int, seen_by: Member) -> Draft | None:
    """Find one of the viewer's drafts."""
    return db.session.scalar(_whole(seen_by).where(Draft.id == draft_id))


def find_versions(keys: Sequence[str], seen_by: Member) -> dict[str, tuple[int, int]]:
    """Give the id and the version of each of the viewer's drafts that have one of these keys."""
    rows = db.session.execute(
        select(Draft.key, Draft.id, Draft.version).where(_own(seen_by), Draft.key.in_(keys))
    )
    return {key: (draft_id, version) for key, draft_id, version in rows}


def find_visible_drafts(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    """Say which of these drafts are the viewer's own: files are seen with them.

    A draft of a change has files of the post: it shows them to those who see the post.
    """
    if viewer is None:
        return ()
    own = select(Draft.id, Draft.post_id)
    rows = db.session.execute(own.where(Draft.id.in_(ids), Draft.author_id == viewer.id)).all()
    seen = find_visible_posts([row.post_id for row in rows if row.post_id], viewer)
    return {row.id for row in rows if row.post_id is None or row.post_id in seen}


def find_existing_drafts(ids: Sequence[int]) -> Collection[int]:
    """Say which of these drafts are there, for whomever."""
    return set(db.session.scalars(select(Draft.id).where(Draft.id.in_(ids))))


def _own(viewer: Member) -> ColumnElement[bool]:
    return and_(Draft.author_id == viewer.id, Draft.deleted_at.is_(None))


def _whole(viewer: Member) -> Select[Draft]:
    return select(Draft).options(undefer(Draft.content)).where(_own(viewer))
