"""Reading what happened in a member's groups, as a digest shows it.

Guarantee: a post is in a digest only where `feed.queries.shown_to` lets this member see it, asked
in the same statement that reads it. One statement is one snapshot: up to the head of a stream,
positions have no gaps and all their events are there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from grandequipe.core.events import EventRecord
from grandequipe.core.events.models import owner_id_of
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.digests.models import Digest, DigestPost
from grandequipe.digests.queries.series import with_next_dates
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished, PostRestored
from grandequipe.feed.models import (
    Kind,
    Placement,
    PlacementStatus,
    Post,
    PostCounters,
    WebinarDetails,
)
from grandequipe.feed.models.posts import post_territory
from grandequipe.feed.queries.visibility import (
    PUBLISHED,
    VIEWER,
    ViewerPlaceholder,
    placeholder_for,
    shown_to,
    viewer_params,
)
from grandequipe.groups.models import Group, MailContent
from grandequipe.groups.queries.profiles import profile_shown_to
from grandequipe.members.models import Member, Organisation, ProfileField, Viewer
from grandequipe.taxonomies.models import Territory

Window = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Candidate:
    """A post in a group that a digest may show; `post` is None where it was erased."""

    post_id: int
    group_id: int | None
    status: PlacementStatus | None
    is_visible: bool
    is_in_earlier: bool
    post: DigestPost | None


def list_candidates(
    window: Window, undelivered: Iterable[int], seen_by: Viewer, excluding: int | None = None
) -> Sequence[Candidate]:
    """List the posts published in a window, and some more by id, newest first.

    A post is listed once for each group in which it is placed. `excluding` is the digest that is
    being rendered: it is not counted among the earlier ones.
    """
    params: dict[str, Any] = {"window": _non_empty(window), "undelivered": list(undelivered)}
    if not any(params.values()):
        return []
    query = _candidates(placeholder_for(seen_by))
    params |= viewer_params(seen_by) | {"excluding": excluding or 0}
    rows = db.session.connection().execute(query, params)
    candidates = [_candidate(row) for row in rows]
    dated = iter(with_next_dates([each.post for each in candidates if each.post]))
    return [replace(each, post=next(dated)) if each.post else each for each in candidates]


def _non_empty(window: Window) -> Mapping[int, Sequence[int]]:
    """Give the positions by the groups' ids, of groups with something new only."""
    return {
        owner_id_of(stream): (after, until)
        for stream, (after, until) in window.items()
        if after < until
    }


def _candidate(row: Sequence[Any]) -> Candidate:
    post_id, group_id, status, is_visible, is_in_earlier, *columns = row
    if status is None:
        return Candidate(post_id, group_id, None, is_visible, is_in_earlier, None)
    post = DigestPost._make(columns)
    return Candidate(post_id, group_id, status, is_visible, is_in_earlier, post)


# PostgreSQL chooses the generic plan where it expects as many rows for any parameters: of JSON it
# always does, of an array it knows the length. The kind is a literal for the same reason.
_SPAN = func.jsonb_each(bindparam("window", type_=JSONB)).table_valued(
    "key", column("value", JSONB), name="span"
)
_AFTER, _UNTIL = (cast(_SPAN.c.value[end].astext, BigInteger) for end in (0, 1))
_groups = aliased(Group)
_UNDELIVERED = func.jsonb_array_elements_text(bindparam("undelivered", type_=JSONB))


# Read for each group from its own index: OFFSET keeps PostgreSQL from reading the whole log once
# instead, where it expects many groups with long windows. Both kinds in one condition: a query for
# each would have it expect twice as many posts, and read whole tables for them.
_KINDS = [literal_column(f"'{each.kind}'", Text) for each in (PostPublished, PostRestored)]
_in_window = (
    select(EventRecord.subject_id.label("post_id"))
    .where(
        EventRecord.stream_id == _groups.stream_id,
        EventRecord.kind.in_(_KINDS),
        EventRecord.position > _AFTER,
        EventRecord.position <= _UNTIL,
    )
    .offset(literal_column("0"))
    .correlate(_groups, _SPAN)
    .lateral("in_window")
)

# A restored post had been removed when a digest was sent, or that digest has it.
_WANTED = union(
    select(_in_window.c.post_id)
    .select_from(_SPAN)
    .join(_groups, _groups.id == cast(_SPAN.c.key, BigInteger))
    .join(_in_window, true()),
    select(cast(_UNDELIVERED, BigInteger)),
).subquery("wanted")

_TOWN = (
    select(func.min(Territory.name))
    .join(post_territory, post_territory.c.territory_code == Territory.code)
    .where(post_territory.c.post_id == Post.id)
    .scalar_subquery()
)

# A digest that is tried again has its contents already.
SENT_OR_PENDING = (MailState.PENDING, MailState.SENDING, MailState.SENT, MailState.UNCERTAIN)

# For a post placed in one group when it was written, positions show whether a digest had it; for
# a post in several groups, or placed later or again, or put back by its author, the contents of
# earlier digests do.
_OTHER = aliased(Placement)
_IS_ELSEWHERE = (
    select(_OTHER.id)
    .where(
        _OTHER.post_id == Placement.post_id,
        _OTHER.id != Placement.id,
        _OTHER.published_at.is_not(None),
    )
    .exists()
)
IS_IN_A_DIGEST = (
    select(Digest.id)
    .join(OutgoingMail, OutgoingMail.id == Digest.mail_id)
    .where(
        Digest.member_id == VIEWER,
        Digest.id != bindparam("excluding", type_=BigInteger),
        OutgoingMail.state.in_(SENT_OR_PENDING),
        or_(
            Digest.contents["sent"].contains(func.to_jsonb(Post.id)),
            Digest.contents["followed"].contains(func.to_jsonb(Post.id)),
            Digest.contents["followed_excluded"].has_key(cast(Post.id, Text)),
        ),
    )
    .exists()
)
_WAS_PLACED_LATER = Placement.created_at > Post.created_at
_WAS_PUT_BACK = func.coalesce(Placement.decided_by_id == Post.author_id, literal(False))
_WAS_SENT = case(
    (or_(_WAS_PLACED_LATER, _WAS_PUT_BACK, _IS_ELSEWHERE), IS_IN_A_DIGEST), else_=literal(False)
)

SPEAKER = aliased(Organisation)
# The table's own columns: an attribute of a kind would keep out the posts of all others.
_columns = Post.__table__.c
_READER = ViewerPlaceholder(is_admin=False)
POST_COLUMNS = (
    Post.id,
    Post.kind,
    Post.title,
    case((Group.mail_content == MailContent.TITLES, ""), else_=Post.summary),
    Group.slug,
    Group.name,
    Post.author_id,
    Member.display_name,
    # The organisation in whose name a post is stands in the place of the author's own.
    func.coalesce(
        SPEAKER.name,
        case((profile_shown_to(ProfileField.ORGANISATION, _READER), Organisation.name)),
    ),
    WebinarDetails.starts_at,
    WebinarDetails.ends_at,
    WebinarDetails.cancelled_at.is_not(None),
    func.coalesce(WebinarDetails.time_zone, case((Post.kind == Kind.CALL, Member.time_zone))),
    or_(WebinarDetails.replay_url.is_not(None), WebinarDetails.has_replay_file),
    _columns.deadline,
    _columns.resource_type,
    _columns.publisher,
    case((Post.kind == Kind.PROJECT, _TOWN)),
    Post.language,
    WebinarDetails.join_url.is_not(None),
    func.coalesce(PostCounters.comment_count, 0),
    func.coalesce(PostCounters.reaction_count, 0),
)


@cache
def _candidates(viewer: ViewerPlaceholder | None) -> Select[Any]:
    """Select each wanted post with the columns of DigestPost; an erased post has NULLs."""
    is_visible = and_(shown_to(viewer), PUBLISHED)
    return (
        select(
            _WANTED.c.post_id,
            Placement.group_id,
            Placement.status,
            func.coalesce(is_visible, literal(False)),
            _WAS_SENT,
            *POST_COLUMNS,
        )
        .select_from(_WANTED)
        .join(Post, Post.id == _WANTED.c.post_id, isouter=True)
        .join(Post.placements, isouter=True)
        .join(Placement.group, isouter=True)
        .join(Post.author, isouter=True)
        .join(Post.counters, isouter=True)
        .join(WebinarDetails, WebinarDetails.post_id == Post.id, isouter=True)
        .join(Member.organisation, isouter=True)
        .join(SPEAKER, SPEAKER.id == Post.organisation_id, isouter=True)
        .order_by(Placement.published_at.desc(), Post.id.desc())
    )
