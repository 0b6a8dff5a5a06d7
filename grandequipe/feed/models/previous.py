"""Columns of `post` that only the previous release reads and writes, while both run.

Triggers keep them in step with `placement` (migration 0014) and `webinar` (0025); its counters are
only read, to count in `post_counters` what it writes (0023). They belong to no attribute of Post,
and go with the triggers in the next release.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from grandequipe.feed.models.kinds import MOST_SEATS
from grandequipe.feed.models.posts import Post

_post: Any = Post.__table__

for column in (
    Column("group_id", BigInteger, ForeignKey("group.id", ondelete="SET NULL")),
    Column("status", String(40)),
    Column("published_at", DateTime(timezone=True)),
    Column("refusal", Text),
    Column("starts_at", DateTime(timezone=True)),
    Column("ends_at", DateTime(timezone=True)),
    Column("time_zone", Text),
    Column("join_url", Text),
    Column("speakers", Text),
    Column("capacity", BigInteger),
    Column("replay_url", Text),
    Column("comment_count", BigInteger, nullable=False, server_default="0"),
    Column("reaction_counts", JSONB, nullable=False, server_default=text("'{}'")),
):
    _post.append_column(column)

Index(
    "ix_post_group_published",
    _post.c.group_id,
    _post.c.status,
    _post.c.published_at,
    _post.c.id,
)
Index("ix_post_coming", _post.c.ends_at, postgresql_where=text("ends_at IS NOT NULL"))
Index("ix_post_published", _post.c.published_at, _post.c.id)
for name, rule in (
    ("capacity", f"capacity BETWEEN 1 AND {MOST_SEATS}"),
    ("status", "status IN ('pending', 'published', 'refused', 'removed')"),
    ("refusal", "(status = 'refused') = (refusal IS NOT NULL)"),
):
    _post.append_constraint(CheckConstraint(rule, name=name))
