"""What groups that somebody reads have already: a page that is linked to, a file."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Row, Select, func, select

from grandequipe.attachments.models import File, FileClaim
from grandequipe.core.fetching import normalised
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.link_previews.models import LinkPreview, LinkReference
from grandequipe.members.models import Member

MOST_SHARED = 3


class SharedPost(NamedTuple):
    """A post that has it already, in a group that the viewer reads."""

    id: int
    title: str
    language: str | None
    group_name: str
    group_language: str | None


def find_shared(
    seen_by: Member, address: str = "", digests: Sequence[bytes] = (), but: int | None = None
) -> Sequence[SharedPost]:
    """Find the newest posts that link to an address, or have one of these files (SHA-256).

    Each is read in a group by the viewer, at this moment; `but` is the post that is being changed.
    """
    found: dict[int, SharedPost] = {}
    for row in [*_linking(seen_by, address), *_having(seen_by, digests)]:
        if row.id != but:
            found.setdefault(row.id, _post_of(row))
    return list(found.values())[:MOST_SHARED]


def _post_of(row: Row[int, str, str | None, str, str | None]) -> SharedPost:
    post_id, title, language, name, group_language = row
    return SharedPost(post_id, title, language, name, group_language)


def _linking(viewer: Member, address: str) -> Sequence[Row[int, str, str | None, str, str | None]]:
    usual = normalised(address) if address else None
    if usual is None:
        return ()
    query = (
        _read_by(viewer)
        .join(LinkReference, LinkReference.subject_id == Post.id)
        .join(LinkPreview, LinkPreview.id == LinkReference.preview_id)
        .where(LinkReference.subject_type == POST_SUBJECT, LinkPreview.address == usual)
    )
    return db.session.execute(query).all()


def _having(
    viewer: Member, digests: Sequence[bytes]
) -> Sequence[Row[int, str, str | None, str, str | None]]:
    if not digests:
        return ()
    query = (
        _read_by(viewer)
        .join(FileClaim, FileClaim.subject_id == Post.id)
        .join(File, File.id == FileClaim.file_id)
        .where(
            FileClaim.subject_type == POST_SUBJECT,
            func.coalesce(File.sent_sha256, File.sha256).in_(digests),
        )
    )
    return db.session.execute(query).all()


def _read_by(viewer: Member) -> Select[int, str, str | None, str, str | None]:
    return (
        select(Post.id, Post.title, Post.language, Group.name, Group.language)
        .join(Placement, Placement.post_id == Post.id)
        .join(Group, Group.id == Placement.group_id)
        .where(PUBLISHED, readable_by(viewer))
        .order_by(Placement.published_at.desc())
        .limit(2 * MOST_SHARED)
    )
