"""What reports are about: as somebody may see it, and as moderators read it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grandequipe.attachments import policies as attachments
from grandequipe.attachments.models import File
from grandequipe.attachments.queries import find_shown_file, list_claims, list_files
from grandequipe.core.errors import NotFound
from grandequipe.core.html import paragraphs, summary
from grandequipe.core.lines import shortened
from grandequipe.extensions import db
from grandequipe.feed import queries as feed
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.models.posts import COMMENT_SUBJECT, POST_SUBJECT
from grandequipe.feed.policies import shown_placements
from grandequipe.feed.queries.subjects import find_visible_comments, find_visible_posts
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import find_group, find_known, get_group, list_slugs
from grandequipe.members.models import Member
from grandequipe.members.queries import find_profile, get_member
from grandequipe.moderation.models import Decision, SubjectType

LONGEST_TITLE = 120
Key = tuple[SubjectType, int]


@dataclass(frozen=True)
class Subject:
    """A post, comment, file, profile or group: what it says, and whose it is.

    `html` is cleaned; `title` is plain text, in `language`. `post_id` is the post in which a
    comment or a file is found.
    """

    type: SubjectType
    id: int
    author: Member | None
    title: str
    html: str
    language: str | None
    version: int | None = None
    post_id: int | None = None
    slug: str | None = None

    @property
    def content(self) -> dict[str, str | None]:
        """Give what it says, as a decision keeps it for its author."""
        return {"title": self.title, "html": self.html, "language": self.language}


@dataclass(frozen=True)
class Reportable:
    """What somebody may report, and the groups whose moderators are asked; None: the site's."""

    subject: Subject
    groups: Sequence[Group | None]


def get_reportable(
    subject_type: SubjectType, subject_id: int, seen_by: Member | None
) -> Reportable:
    """Get what the viewer sees at this moment; raise NotFound for anything else."""
    return _FINDERS[subject_type](subject_id, seen_by)


def find_subjects(keys: Iterable[Key]) -> Mapping[Key, Subject]:
    """Find several, as moderators read them, in one statement for each type; none that is gone."""
    wanted: dict[SubjectType, set[int]] = {}
    for subject_type, subject_id in keys:
        wanted.setdefault(subject_type, set()).add(subject_id)
    found: dict[Key, Subject] = {}
    for subject_type, ids in wanted.items():
        model, describe = _DESCRIBED[subject_type]
        rows = db.session.scalars(select(model).where(model.id.in_(ids)))
        found |= {(subject_type, row.id): describe(row) for row in rows}
    return found


def find_subjects_seen_by(keys: Iterable[Key], viewer: Member) -> Mapping[Key, Subject]:
    """Find several as far as a person sees them at this moment, in some statements for each type.

    The sender of a report may have lost sight of it since, and of what it says by now.
    """
    wanted: dict[SubjectType, set[int]] = {}
    for subject_type, subject_id in keys:
        wanted.setdefault(subject_type, set()).add(subject_id)
    return find_subjects(
        (subject_type, subject_id)
        for subject_type, ids in wanted.items()
        for subject_id in _VISIBLE[subject_type](list(ids), viewer)
    )


def find_subject(subject_type: SubjectType, subject_id: int) -> Subject | None:
    """Find one of them, None where it is gone."""
    return find_subjects([(subject_type, subject_id)]).get((subject_type, subject_id))


def find_files_of(subject: Subject) -> Sequence[File]:
    """List the files of a post or of a comment, which can be reported by themselves."""
    names = {SubjectType.POST: POST_SUBJECT, SubjectType.COMMENT: COMMENT_SUBJECT}
    if subject.type not in names:
        return ()
    return list_files(names[subject.type], [subject.id]).get(subject.id, ())


def _reportable_post(post_id: int, viewer: Member | None) -> Reportable:
    post = feed.get_post(post_id, seen_by=viewer)
    groups = [each.group for each in shown_placements(viewer, post) if each.is_published]
    if not groups:
        raise NotFound
    return Reportable(_describe_post(post), groups)


def _reportable_comment(comment_id: int, viewer: Member | None) -> Reportable:
    comment = feed.get_comment(comment_id, seen_by=viewer)
    return Reportable(_describe_comment(comment), _groups_of_comment(comment, viewer))


def _groups_of_comment(comment: Comment, viewer: Member | None) -> Sequence[Group]:
    """List the groups that the viewer reads whose moderators remove it, as feed's policy says."""
    placed = [each.group for each in comment.post.published]
    known = [group for group in placed if find_known([group], [comment.author_id])]
    moderated = [group for group in placed if not known or group in known or group is placed[0]]
    readable = [group for group in placed if may_read(viewer, group)]
    return [group for group in readable if group in moderated] or readable


def _reportable_file(file_id: int, viewer: Member | None) -> Reportable:
    file = find_shown_file(file_id)
    if file is None or not attachments.may_see_file(viewer, file):
        raise NotFound
    for claim in list_claims(file.id):
        finder = {POST_SUBJECT: _reportable_post, COMMENT_SUBJECT: _reportable_comment}.get(
            claim.subject_type
        )
        if finder is None:
            continue
        try:
            where = finder(claim.subject_id, viewer)
        except NotFound:
            continue
        return Reportable(_describe_file(file, where.subject), where.groups)
    raise NotFound


def _reportable_member(member_id: int, viewer: Member | None) -> Reportable:
    return Reportable(_describe_member(get_member(member_id, seen_by=viewer)), [None])


def _reportable_group(group_id: int, viewer: Member | None) -> Reportable:
    group = find_group(group_id)
    if group is None:
        raise NotFound
    return Reportable(_describe_group(get_group(group.slug, seen_by=viewer)), [None])


def _describe_post(post: Post) -> Subject:
    return Subject(
        SubjectType.POST, post.id, post.author, post.title, post.body_html, post.language,
        version=post.version, post_id=post.id,
    )  # fmt: skip


def _describe_comment(comment: Comment) -> Subject:
    title = shortened(summary(comment.body_html), LONGEST_TITLE) or _("A comment without words")
    return Subject(
        SubjectType.COMMENT, comment.id, comment.author, title, comment.body_html,
        comment.language, version=comment.version, post_id=comment.post_id,
    )  # fmt: skip


def _describe_file(file: File, where: Subject | None = None) -> Subject:
    owner = db.session.get(Member, file.owner_id)
    post_id = where.post_id if where else _post_of_file(file)
    html = paragraphs(file.alternative)
    return Subject(SubjectType.FILE, file.id, owner, file.name, html, None, post_id=post_id)


def _post_of_file(file: File) -> int | None:
    for claim in list_claims(file.id):
        if claim.subject_type == POST_SUBJECT:
            return claim.subject_id
        comment = (
            db.session.get(Comment, claim.subject_id)
            if claim.subject_type == COMMENT_SUBJECT
            else None
        )
        if comment is not None:
            return comment.post_id
    return None


def _describe_member(member: Member) -> Subject:
    profile = find_profile(member)
    added = (profile.offers, profile.seeks, *profile.links) if profile else ()
    words = "\n\n".join(filter(None, (member.job_title, member.bio, *added)))
    html = paragraphs(words)
    language = member.bio_language
    return Subject(SubjectType.MEMBER, member.id, member, member.display_name, html, language)


def _describe_group(group: Group) -> Subject:
    html = paragraphs(group.description)
    return Subject(
        SubjectType.GROUP, group.id, None, group.name, html, group.language, slug=group.slug
    )


_FINDERS = {
    SubjectType.POST: _reportable_post,
    SubjectType.COMMENT: _reportable_comment,
    SubjectType.FILE: _reportable_file,
    SubjectType.MEMBER: _reportable_member,
    SubjectType.GROUP: _reportable_group,
}
_DESCRIBED: Mapping[SubjectType, tuple[Any, Callable[[Any], Subject]]] = {
    SubjectType.POST: (Post, _describe_post),
    SubjectType.COMMENT: (Comment, _describe_comment),
    SubjectType.FILE: (File, _describe_file),
    SubjectType.MEMBER: (Member, _describe_member),
    SubjectType.GROUP: (Group, _describe_group),
}


def _visible_members(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    is_shown = Member.active & Member.confirmed_at.is_not(None)
    return set(db.session.scalars(select(Member.id).where(Member.id.in_(ids), is_shown)))


def _visible_groups(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    return set(list_slugs(ids, seen_by=viewer))


_VISIBLE: Mapping[SubjectType, Callable[[Sequence[int], Member | None], Collection[int]]] = {
    SubjectType.POST: find_visible_posts,
    SubjectType.COMMENT: find_visible_comments,
    SubjectType.FILE: attachments.find_visible_files,
    SubjectType.MEMBER: _visible_members,
    SubjectType.GROUP: _visible_groups,
}


def find_existing_decisions(ids: Sequence[int]) -> Collection[int]:
    """Say which of these decisions hold a file that may be given back."""
    held = select(Decision.id).where(Decision.id.in_(ids), Decision.erased_at.is_(None))
    return set(db.session.scalars(held))


def find_visible_decisions(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    """Say of which of these decisions the file is shown: to its owner, who may appeal."""
    if viewer is None:
        return set()
    own = select(Decision.id).where(Decision.id.in_(ids), Decision.member_id == viewer.id)
    return set(db.session.scalars(own))
