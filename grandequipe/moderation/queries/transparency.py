"""Public figures of moderation: how often what was done in a year, of nobody in particular.

Guarantee: a figure from one to FEWEST - 1 is not given, so that nobody recognises the one person
it may be about; no totals are given from which it could be computed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, func, select

from grandequipe.core import clock
from grandequipe.core.moderation_log import Act, LogEntry
from grandequipe.extensions import db
from grandequipe.groups.models import Group

FEWEST = 5
MOST_YEARS = 5
FIGURES: Mapping[str, Sequence[Act]] = {
    "posts": (
        Act.POST_APPROVED, Act.POST_RETURNED, Act.POST_REFUSED, Act.POST_HELD, Act.POST_EDITED,
        Act.POST_REMOVED, Act.POST_RESTORED, Act.COMMENTS_LOCKED, Act.WEBINAR_CANCELLED,
    ),
    "comments": (Act.COMMENT_HELD, Act.COMMENT_REMOVED, Act.COMMENT_RESTORED),
    "contents": (
        Act.CONTENTS_REMOVED, Act.CONTENTS_RESTORED, Act.FILE_REMOVED, Act.FILE_RESTORED,
    ),
    "people": (
        Act.REQUEST_REFUSED, Act.MEMBER_REMOVED, Act.MEMBER_WARNED, Act.WARNING_WITHDRAWN,
        Act.MEMBER_MUTED, Act.MEMBER_UNMUTED, Act.MEMBER_BANNED, Act.MEMBER_UNBANNED,
    ),
    "cases": (
        Act.CASE_DECIDED, Act.POST_KEPT, Act.COMMENT_KEPT, Act.CASE_ESCALATED, Act.APPEAL_UPHELD,
        Act.APPEAL_GRANTED,
    ),
}  # fmt: skip
# The site's own, which concern no group.
SITE_FIGURES: Mapping[str, Sequence[Act]] = {
    **FIGURES,
    "site": (
        Act.ACCOUNT_SUSPENDED, Act.ACCOUNT_REINSTATED, Act.PROFILE_CLEARED, Act.GROUP_REFUSED,
        Act.GROUP_CLOSED,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """How often something was done in a year; `count` is None where it is too small to be given."""

    year: int
    act: Act
    count: int | None


@dataclass(frozen=True)
class YearlyTable:
    """The figures of some years, newest first, by what was acted on."""

    years: Sequence[int]
    sections: Mapping[str, Sequence[tuple[Act, Sequence[Figure]]]]

    @property
    def figures(self) -> Sequence[Figure]:
        """List all figures, in the order of the table."""
        rows = (row for rows in self.sections.values() for row in rows)
        return [figure for _act, figures in rows for figure in figures]


def read_yearly_table(group: Group | None, zone: str) -> YearlyTable:
    """Count the acts of a group, or of the site with all of its groups, by year in a time zone."""
    sections = FIGURES if group is not None else SITE_FIGURES
    acts = [act for listed in sections.values() for act in listed]
    year = func.date_part("year", func.timezone(zone, LogEntry.at)).cast(Integer)
    query = select(year, LogEntry.act, func.count()).where(LogEntry.act.in_(acts))
    if group is not None:
        query = query.where(LogEntry.group_id == group.id)
    rows = db.session.execute(query.group_by(year, LogEntry.act)).all()
    counts = {(found, act): number for found, act, number in rows}
    this_year = clock.now().year
    first = max(
        min((found for found, _act in counts), default=this_year), this_year - MOST_YEARS + 1
    )
    years = range(this_year, first - 1, -1)
    return YearlyTable(
        list(years),
        {
            name: [
                (act, [Figure(each, act, _shown(counts.get((each, act), 0))) for each in years])
                for act in listed
            ]
            for name, listed in sections.items()
        },
    )


def _shown(count: int) -> int | None:
    return None if 0 < count < FEWEST else count
