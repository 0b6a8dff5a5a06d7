"""Finding members who chose to be listed, by what they show to who asks."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from grandequipe.core.errors import Invalid
from grandequipe.core.windows import DEFAULT_LIMIT, LARGEST_LIMIT, Window
from grandequipe.directory.models import DirectoryEntry
from grandequipe.extensions import db
from grandequipe.groups.queries.profiles import shares_group_with
from grandequipe.members.models import Member, MemberProfile, ProfileField
from grandequipe.members.policies import shows
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.taxonomies.queries import search_words

LONGEST_TYPED = 100
LONGEST_SORT_NAME = 60


@dataclass(frozen=True)
class DirectoryFilter:
    """A search: words of names and of what people say, and labels (see `DirectoryEntry`)."""

    words: str = ""
    labels: Sequence[str] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Return whether all who are listed are asked for."""
        return not self.words and not self.labels


class ListedMember(NamedTuple):
    """A member of the list, with what they show to the reader; the rest is empty or None."""

    member: Member
    territory: Territory | None
    themes: Sequence[Theme]
    languages: Sequence[str]
    links: Sequence[str]
    offers: str
    seeks: str


def list_directory(
    wanted: DirectoryFilter,
    seen_by: Member,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[ListedMember]:
    """List members by name, 1 to 100 at a time; raise Invalid for a cursor that we did not make."""
    limit = max(1, min(limit, LARGEST_LIMIT))
    rows = db.session.execute(select_directory(wanted, seen_by, cursor, limit + 1)).all()
    listed = [_as_shown(member, profile, seen_by) for member, profile, _name in rows[:limit]]
    is_more = len(rows) > limit
    last = rows[limit - 1] if is_more else None
    return Window(listed, _cursor(last[2], last[0].id) if last is not None else None)


def count_by_department(seen_by: Member | None) -> Mapping[str, int] | None:
    """Count the members who show the viewer their territory, by département; None for visitors."""
    if seen_by is None:
        return None
    entry = DirectoryEntry
    fellow = shares_group_with(seen_by.id, entry.member_id)
    labels = (
        select(func.unnest(entry.labels).label("label")),
        select(func.unnest(entry.group_labels).label("label")).where(
            func.cardinality(entry.group_labels) > 0, fellow
        ),
    )
    each = union_all(*labels).subquery()
    rows = select(each.c.label, func.count().label("number")).where(each.c.label.startswith("D"))
    return {row.label: row.number for row in db.session.execute(rows.group_by(each.c.label))}


def select_directory(
    wanted: DirectoryFilter, seen_by: Member, cursor: str | None, rows: int
) -> Select[Any]:
    """Select member, profile and name in the order of the list."""
    found = _found(wanted, seen_by)
    names: Any = select(found.member_id, found.sort_name)
    if cursor:
        name, id = read_cursor(cursor)
        names = names.where(
            tuple_(found.sort_name, found.member_id) > tuple_(literal(name), literal(id))
        )
    # What is shown is read of those on the page alone.
    page = names.order_by(found.sort_name, found.member_id).limit(rows).subquery("page")
    query: Any = (
        select(Member, MemberProfile, page.c.sort_name)
        .join(page, page.c.member_id == Member.id)
        .join(MemberProfile, MemberProfile.member_id == Member.id)
        .options(joinedload(MemberProfile.territory), selectinload(MemberProfile.themes))
        .order_by(page.c.sort_name, page.c.member_id)
    )
    return query


def _found(wanted: DirectoryFilter, seen_by: Member) -> Any:
    """Give the entries that are looked for, to be read in the order of names.

    Several conditions at once hold of few, whatever PostgreSQL expects: they are found by their
    indexes first. Else it reads all names in their order to find that none is left.
    """
    conditions = _conditions(wanted, seen_by)
    entries = select(DirectoryEntry).where(*conditions)
    if not conditions:
        return DirectoryEntry
    if len(conditions) == 1:
        return aliased(DirectoryEntry, entries.subquery("found"))
    return aliased(DirectoryEntry, entries.cte("found").prefix_with("MATERIALIZED"))


def _conditions(wanted: DirectoryFilter, seen_by: Member) -> list[ColumnElement[bool]]:
    entry, fellow = DirectoryEntry, shares_group_with(seen_by.id, DirectoryEntry.member_id)
    found: list[ColumnElement[bool]] = []
    for label in wanted.labels:
        of_groups = and_(entry.group_labels.contains([label]), fellow)
        found.append(or_(entry.labels.contains([label]), of_groups))
    for word in search_words(wanted.words[:LONGEST_TYPED]):
        begins = f" {word}"
        of_groups = and_(entry.group_words.contains(begins, autoescape=True), fellow)
        found.append(or_(entry.words.contains(begins, autoescape=True), of_groups))
    return found


def _as_shown(member: Member, profile: MemberProfile, reader: Member) -> ListedMember:
    def has(field: ProfileField) -> bool:
        return shows(member, field, reader)

    return ListedMember(
        member,
        profile.territory if has(ProfileField.TERRITORY) else None,
        profile.themes if has(ProfileField.THEMES) else (),
        profile.languages if has(ProfileField.LANGUAGES) else (),
        profile.links if has(ProfileField.LINKS) else (),
        profile.offers if has(ProfileField.OFFERS) else "",
        profile.seeks if has(ProfileField.SEEKS) else "",
    )


def is_listed(member: Member) -> bool:
    """Return whether a member chose to be listed."""
    return bool(
        db.session.scalar(
            select(MemberProfile.is_listed).where(MemberProfile.member_id == member.id)
        )
    )


def _cursor(name: str, id: int) -> str:
    raw = json.dumps([name, id], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[str, int]:
    """Read a place in the list: name and id; raise Invalid for one that we did not make."""
    try:
        name, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        is_ours = (
            isinstance(name, str)
            and isinstance(id, int)
            and not isinstance(id, bool)
            and len(name) <= LONGEST_SORT_NAME
            and "\x00" not in name
            and 0 <= id < 2**63
        )
        name.encode()
    except (ValueError, TypeError, AttributeError, RecursionError):
        is_ours = False
    if not is_ours:
        raise Invalid({"cursor": "This cursor is not one of ours."})
    return name, id
