"""Series of webinars in a digest, each with the date that its group lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from grandequipe.digests.models import DigestPost
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Placement, WebinarDetails
from grandequipe.feed.queries.visibility import LISTED
from grandequipe.groups.models import Group

SHOWN = ("starts_at", "ends_at", "time_zone", "has_replay", "has_room")


def with_next_dates(posts: Sequence[DigestPost]) -> Sequence[DigestPost]:
    """Give posts as they are, but of a series with the times of the date listed in its group."""
    webinars = {post.id for post in posts if post.kind is Kind.WEBINAR}
    found = _find_listed(webinars) if webinars else {}
    return [post._replace(**found.get((post.id, post.group_slug), {})) for post in posts]


def _find_listed(post_ids: Iterable[int]) -> dict[tuple[int, str], dict[str, Any]]:
    date = aliased(WebinarDetails)
    columns = date.starts_at, date.ends_at, date.time_zone
    has_replay = or_(date.replay_url.is_not(None), date.has_replay_file)
    rows = db.session.execute(
        select(WebinarDetails.post_id, Group.slug, *columns, has_replay, date.join_url.is_not(None))
        .select_from(WebinarDetails)
        .join(date, date.series_id == WebinarDetails.series_id)
        .join(Placement, Placement.post_id == date.post_id)
        .join(Group, Group.id == Placement.group_id)
        .where(WebinarDetails.post_id.in_(post_ids), LISTED)
    )
    return {(own, slug): dict(zip(SHOWN, shown, strict=True)) for own, slug, *shown in rows}
