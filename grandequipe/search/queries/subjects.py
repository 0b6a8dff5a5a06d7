"""Reading what was found: of each hit what a line of the list shows, in its reader's rights."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, exists, func, or_, select, tuple_

from grandequipe.attachments.models import FileClaim, FileText
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Placement, Post
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.groups.queries import listed_to, readable_by, visible_to
from grandequipe.groups.queries.profiles import profile_shown_to
from grandequipe.members.models import Member, Organisation, ProfileField, Viewer
from grandequipe.search.models import SubjectType
from grandequipe.search.queries.conditions import Search
from grandequipe.search.queries.excerpts import Marked, Run, find_marks, mark
from grandequipe.search.queries.hits import Hit

Subject = tuple[SubjectType, int]


class Found(NamedTuple):
    """What a line of the list shows: `title` and `excerpt` with marks; the rest where there is any.

    `language` is that of the text, `of_language` that of the group's name. `post_id` is that of a
    comment's post.
    """

    type: SubjectType
    id: int
    title: Marked
    excerpt: Marked
    language: str | None = None
    kind: str | None = None
    published_at: datetime | None = None
    author_id: int | None = None
    author: str | None = None
    post_id: int | None = None
    slug: str | None = None
    group: str | None = None
    group_language: str | None = None
    organisation: str | None = None


class _Text(NamedTuple):
    """A subject before its words are marked."""

    title: str
    body: str
    fields: dict[str, Any]


def list_found(hits: Sequence[Hit], search: Search) -> Sequence[Found]:
    """Give what is shown of hits, in their order; one that was lost meanwhile is left out."""
    texts = _read_texts(hits, search)
    said = [part for text in texts.values() for part in (text.title, text.body)]
    marks = find_marks(search, said)
    unmarked = [
        id
        for (kind, id), text in texts.items()
        if kind is SubjectType.POST and not marks.are_in(text.body)
    ]
    attached = _read_attached(unmarked) if search.tsquery else {}
    if attached:
        marks = marks.also(find_marks(search, attached.values()))
    shown = []
    for hit in hits:
        text = texts.get(hit.subject)
        if text is not None:
            body = attached.get(hit.subject_id, "") if hit.subject_type is SubjectType.POST else ""
            excerpt = mark(body if marks.are_in(body) else text.body, marks, is_cut=True)
            title = mark(text.title, marks)
            shown.append(Found(hit.subject_type, hit.subject_id, title, excerpt, **text.fields))
    return shown


_SHOWN_FIELDS = (
    (ProfileField.JOB_TITLE, Member.job_title),
    (ProfileField.BIO, Member.bio),
    (ProfileField.ORGANISATION, func.coalesce(Organisation.name, "")),
)
_BODY = func.search_text(Post.__table__.c.body_html)
_SAID = func.search_text(Comment.body_html)


def list_named(hits: Sequence[Hit], search: Search) -> Sequence[Found]:
    """Give the titles of hits, in their order and without marks."""
    texts = _read_texts(hits, search)
    named = [(hit, texts[hit.subject]) for hit in hits if hit.subject in texts]
    return [
        Found(hit.subject_type, hit.subject_id, (Run(text.title),), (), **text.fields)
        for hit, text in named
    ]


def _read_texts(hits: Sequence[Hit], search: Search) -> dict[Subject, _Text]:
    texts: dict[Subject, _Text] = {}
    of_type = defaultdict(list)
    for hit in hits:
        of_type[hit.subject_type].append(hit)
    for each, found in of_type.items():
        texts |= {(each, id): text for id, text in _READ[each](found, search.seen_by)}
    return texts


_Read = Callable[[Sequence[Hit], Viewer | None], Iterable[tuple[int, _Text]]]


def _read_posts(hits: Sequence[Hit], viewer: Viewer | None) -> Iterable[tuple[int, _Text]]:
    query = (
        select(
            Post.id, Post.kind, Post.title, _BODY, Post.language, Member.id,
            Member.display_name, Group.slug, Group.name, Group.language, Placement.published_at,
        )
        .join(Placement, Placement.post_id == Post.id)
        .join(Group, Group.id == Placement.group_id)
        .join(Member, Member.id == Post.author_id)
        .where(_in_groups(hits, Post.id), PUBLISHED, readable_by(viewer))
    )  # fmt: skip
    for id, kind, title, body, language, author_id, author, *group, at in db.session.execute(query):
        fields = {"kind": str(kind), "language": language, "author_id": author_id}
        fields |= {"author": author, "published_at": at, **_group(*group)}
        yield id, _Text(title, body, fields)


def _read_comments(hits: Sequence[Hit], viewer: Viewer | None) -> Iterable[tuple[int, _Text]]:
    query = (
        select(
            Comment.id, Post.id, Post.title, _SAID, Comment.language, Member.id,
            Member.display_name, Group.slug, Group.name, Group.language, Comment.created_at,
        )
        .join(Post, Post.id == Comment.post_id)
        .join(Placement, Placement.post_id == Post.id)
        .join(Group, Group.id == Placement.group_id)
        .join(Member, Member.id == Comment.author_id)
        .where(_in_groups(hits, Comment.id), PUBLISHED, readable_by(viewer))
        .where(Comment.removed_at.is_(None))
    )  # fmt: skip
    for id, post_id, title, body, language, author_id, author, *group, at in db.session.execute(
        query
    ):
        fields = {"post_id": post_id, "language": language, "author_id": author_id}
        fields |= {"author": author, "published_at": at, **_group(*group)}
        yield id, _Text(title, body, fields)


def _read_groups(hits: Sequence[Hit], viewer: Viewer | None) -> Iterable[tuple[int, _Text]]:
    query = select(Group.id, Group.slug, Group.name, Group.description, Group.language)
    query = query.where(Group.id.in_(_ids(hits)), visible_to(viewer), listed_to(viewer))
    for id, slug, name, description, language in db.session.execute(query):
        yield id, _Text(name, description, {"slug": slug, "language": language})


def _read_members(hits: Sequence[Hit], viewer: Viewer | None) -> Iterable[tuple[int, _Text]]:
    if viewer is None:
        return
    query = select(
        Member.id, Member.display_name, *(
            case((profile_shown_to(field, viewer), column), else_="")
            for field, column in _SHOWN_FIELDS
        ), Member.bio_language,
    )  # fmt: skip
    query = query.outerjoin(Organisation, Organisation.id == Member.organisation_id)
    shown = Member.id.in_(_ids(hits)), Member.active, Member.confirmed_at.is_not(None)
    for id, name, job, bio, organisation, language in db.session.execute(query.where(*shown)):
        fields = {"organisation": organisation or None, "language": language}
        yield id, _Text(name, "\n".join(filter(None, (job, bio))), fields)


def _read_organisations(hits: Sequence[Hit], _viewer: Viewer | None) -> Iterable[tuple[int, _Text]]:
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(_ids(hits)))
    for id, name in db.session.execute(query.where(Organisation.merged_into_id.is_(None))):
        yield id, _Text(name, "", {})


def find_author(author_id: int, seen_by: Viewer | None) -> Member | None:
    """Find who wrote something that the viewer reads; others are as if they were not there."""
    here = Placement.group_id == Group.id, PUBLISHED, readable_by(seen_by)
    wrote = exists().where(Post.author_id == author_id, Placement.post_id == Post.id, *here)
    answers = Comment.author_id == author_id, Comment.removed_at.is_(None)
    answered = exists().where(*answers, Placement.post_id == Comment.post_id, *here)
    return db.session.scalar(select(Member).where(Member.id == author_id, or_(wrote, answered)))


_READ: Mapping[SubjectType, _Read] = {
    SubjectType.POST: _read_posts,
    SubjectType.COMMENT: _read_comments,
    SubjectType.GROUP: _read_groups,
    SubjectType.MEMBER: _read_members,
    SubjectType.ORGANISATION: _read_organisations,
}


def _ids(hits: Sequence[Hit]) -> Sequence[int]:
    return [hit.subject_id for hit in hits]


def _in_groups(hits: Sequence[Hit], id: Any) -> Any:
    pairs = [(hit.subject_id, hit.group_id) for hit in hits]
    return tuple_(id, Placement.group_id).in_(pairs)


def _group(slug: str, name: str, language: str | None) -> dict[str, Any]:
    return {"slug": slug, "group": name, "group_language": language}


def _read_attached(posts: Sequence[int]) -> dict[int, str]:
    """Read the words of the documents of some posts."""
    if not posts:
        return {}
    claimed = FileClaim.subject_type == POST_SUBJECT, FileClaim.subject_id.in_(posts)
    query = select(FileClaim.subject_id, FileText.content)
    query = query.join(FileText, FileText.file_id == FileClaim.file_id).where(*claimed)
    found: dict[int, str] = {}
    for id, content in db.session.execute(query.order_by(FileClaim.position)):
        found[id] = f"{found[id]}\n{content}" if id in found else content
    return found
