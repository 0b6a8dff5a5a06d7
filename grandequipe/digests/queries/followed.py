"""Reading the public posts of what a member follows, for a section of their digest.

They have no stream with positions. Guarantees: a post is in one digest at most, as one of a group
or as one that is followed, for the contents of earlier digests are asked; the time since the last
digest is read with some overlap, so that none falls between two that are committed out of order.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    DateTime,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from grandequipe.core import clock
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.digests.models import Digest, DigestPost
from grandequipe.digests.queries.posts import IS_IN_A_DIGEST, POST_COLUMNS, SPEAKER
from grandequipe.digests.queries.series import with_next_dates
from grandequipe.extensions import db
from grandequipe.feed.models import (
    Label,
    LabelFollow,
    Placement,
    PlacementLabel,
    Post,
    WebinarDetails,
)
from grandequipe.feed.queries import labelled_elsewhere
from grandequipe.feed.queries.visibility import PUBLISHED, VIEWER, viewer_params
from grandequipe.groups.models import Group
from grandequipe.members.models import Member, Organisation, Viewer
from grandequipe.taxonomies.models import Territory, Theme

# A digest counts the last one's posts again by this much; and how far back the first one looks.
OVERLAP = timedelta(days=1)
LONGEST = timedelta(days=35)
# What is counted; what is older than so many newer ones is left to the pages.
MOST_CANDIDATES = 60
LEFT = (MailState.PENDING, MailState.SENDING, MailState.SENT, MailState.UNCERTAIN)


class FollowedPost(NamedTuple):
    """A public post, and what the reader follows that it is about."""

    post: DigestPost
    label: Label


class FollowedCandidate(NamedTuple):
    """One that a digest may show; `is_in_earlier` where another digest had it, or left it out."""

    is_in_earlier: bool
    followed: FollowedPost


def list_followed(seen_by: Viewer, excluding: int | None = None) -> Sequence[FollowedCandidate]:
    """List the newest public posts of what a member follows, outside their groups, newest first."""
    now = clock.now()
    params = viewer_params(seen_by) | {"excluding": excluding or 0, "longest": now - LONGEST}
    rows = db.session.connection().execute(_followed(), params)
    found = [
        (is_in_earlier, DigestPost._make(columns), Label(key, code, name, name_en))
        for is_in_earlier, key, code, name, name_en, *columns in rows
    ]
    dated = with_next_dates([post for _is_in_earlier, post, _label in found])
    return [
        FollowedCandidate(is_in_earlier, FollowedPost(post, label))
        for (is_in_earlier, _post, label), post in zip(found, dated, strict=True)
    ]


_FOLLOWED = aliased(Organisation)
_LAST = (
    select(func.max(OutgoingMail.created_at) - OVERLAP)
    .select_from(Digest)
    .join(OutgoingMail, OutgoingMail.id == Digest.mail_id)
    .where(
        Digest.member_id == VIEWER,
        Digest.id != bindparam("excluding", type_=BigInteger),
        OutgoingMail.state.in_(LEFT),
    )
    .scalar_subquery()
)


@cache
def _followed() -> Select[Any]:
    since = func.greatest(
        _LAST, LabelFollow.followed_at, bindparam("longest", type_=DateTime(timezone=True))
    )
    most: Any = literal_column(str(MOST_CANDIDATES))
    newest = (
        labelled_elsewhere(LabelFollow.label, "followed_here")
        .where(PlacementLabel.published_at > since)
        .correlate(LabelFollow)
        .order_by(PlacementLabel.published_at.desc(), PlacementLabel.post_id.desc())
        .limit(most)
        .lateral("newest")
    )
    # A post of several labels comes under the one that its reader has followed longest.
    each = (
        select(
            newest.c.post_id,
            newest.c.group_id,
            newest.c.published_at,
            LabelFollow.label,
            LabelFollow.theme_id,
            LabelFollow.territory_code,
            LabelFollow.organisation_id,
        )
        .select_from(LabelFollow)
        .join(newest, true())
        .where(LabelFollow.member_id == VIEWER)
        .ext(distinct_on(newest.c.post_id))
        .order_by(newest.c.post_id, LabelFollow.followed_at, LabelFollow.label)
        .subquery("each")
    )
    return (
        select(
            IS_IN_A_DIGEST,
            each.c.label,
            func.coalesce(Theme.slug, Territory.code, cast(_FOLLOWED.id, Text)),
            func.coalesce(Theme.name, Territory.label, cast(_FOLLOWED.name, Text)),
            Theme.name_en,
            *POST_COLUMNS,
        )
        .select_from(each)
        .join(Post, Post.id == each.c.post_id)
        .join(Placement, (Placement.post_id == Post.id) & (Placement.group_id == each.c.group_id))
        .join(Group, Group.id == each.c.group_id)
        .join(Post.author)
        .join(Post.counters, isouter=True)
        .join(WebinarDetails, WebinarDetails.post_id == Post.id, isouter=True)
        .join(Member.organisation, isouter=True)
        .join(SPEAKER, SPEAKER.id == Post.organisation_id, isouter=True)
        .join(Theme, Theme.id == each.c.theme_id, isouter=True)
        .join(Territory, Territory.code == each.c.territory_code, isouter=True)
        .join(_FOLLOWED, _FOLLOWED.id == each.c.organisation_id, isouter=True)
        .where(PUBLISHED, Group.archived_at.is_(None))
        .order_by(each.c.published_at.desc(), Post.id.desc())
        .limit(most)
    )
