"""Finding organisations: by words, kind, territory and theme."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select, true
from sqlalchemy.orm import selectinload

from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, LARGEST_LIMIT, Window
from grandequipe.extensions import db
from grandequipe.groups.queries.profiles import profile_shown_to
from grandequipe.members.models import (
    Member,
    Organisation,
    OrganisationKind,
    ProfileField,
    organisation_theme,
)
from grandequipe.members.queries import is_described, is_in_use
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.taxonomies.queries import department_of, search_words, select_within

LONGEST_WORDS = 100


@dataclass(frozen=True)
class OrganisationFilter:
    """What a list is asked for: words of names, a kind, a territory that holds them, a theme."""

    words: str = ""
    kind: OrganisationKind | None = None
    territory: Territory | None = None
    theme: Theme | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether all organisations are asked for."""
        return self == OrganisationFilter()


def visible_to(viewer: Member | None) -> ColumnElement[bool]:
    """Filter the organisations that a viewer finds: visitors those that are described.

    A name that members alone typed in their profiles is for members, as profiles are.
    """
    return is_described() if viewer is None else true()


def listed_to(viewer: Member | None) -> ColumnElement[bool]:
    """Filter those that stand in lists: not a name that nobody uses any more."""
    if viewer is None:
        return is_described()
    return is_in_use(profile_shown_to(ProfileField.ORGANISATION, viewer))


def list_open(after: int, most: int = 2000) -> Sequence[int]:
    """List the ids after one of the organisations that visitors find, doubles left out."""
    query = select(Organisation.id).where(
        Organisation.id > after, Organisation.merged_into_id.is_(None), visible_to(None)
    )
    return db.session.scalars(query.order_by(Organisation.id).limit(most)).all()


def get_organisation(organisation_id: int, seen_by: Member | None) -> Organisation:
    """Get an organisation that the viewer finds, a double too; or raise NotFound."""
    found = list_rows(
        select(Organisation).where(
            Organisation.id == organisation_id,
            or_(Organisation.merged_into_id.is_not(None), visible_to(seen_by)),
        )
    )
    if not found:
        raise NotFound
    return found[0]


def get_single(organisation_id: int, seen_by: Member | None) -> Organisation:
    """Get an organisation that is no double of another; or raise NotFound."""
    found = get_organisation(organisation_id, seen_by)
    if found.merged_into_id is not None:
        raise NotFound
    return found


def list_organisations(
    wanted: OrganisationFilter,
    seen_by: Member | None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Organisation]:
    """List the organisations that a filter lets through, by name; raise Invalid for a cursor."""
    limit = max(1, min(limit, LARGEST_LIMIT))
    query = _filtered(wanted, seen_by)
    if cursor:
        query = query.where(Organisation.name > _read_cursor(cursor))
    rows = list_rows(query.order_by(Organisation.name).limit(limit + 1))
    items = rows[:limit]
    return Window(items, _make_cursor(items[-1]) if len(rows) > limit else None)


def list_rows(query: Select[Organisation]) -> Sequence[Organisation]:
    """Read organisations with the territory and themes that a list shows of each."""
    shown = selectinload(Organisation.territory), selectinload(Organisation.themes)
    return db.session.scalars(query.options(*shown)).all()


def count_organisations(wanted: OrganisationFilter, seen_by: Member | None) -> int:
    """Count the organisations that a filter lets through."""
    found = _filtered(wanted, seen_by).with_only_columns(func.count(Organisation.id))
    return db.session.scalar(found) or 0


def _filtered(wanted: OrganisationFilter, seen_by: Member | None) -> Select[Organisation]:
    query = select(Organisation).where(Organisation.merged_into_id.is_(None), listed_to(seen_by))
    name = func.name_words(cast(Organisation.name, Text))
    for word in search_words(wanted.words):
        query = query.where(name.contains(f" {word}", autoescape=True))
    if wanted.kind is not None:
        query = query.where(Organisation.kind == wanted.kind)
    if wanted.territory is not None:
        query = query.where(Organisation.territory_code.in_(select_within(wanted.territory.code)))
    if wanted.theme is not None:
        of_theme = select(organisation_theme.c.organisation_id).join(
            Theme, Theme.id == organisation_theme.c.theme_id
        )
        one, above = wanted.theme.id, Theme.parent_id
        query = query.where(Organisation.id.in_(of_theme.where(or_(Theme.id == one, above == one))))
    return query


def count_by_department(seen_by: Member | None) -> Mapping[str, int]:
    """Count the organisations that stand in lists for the viewer, by their département's code."""
    department = department_of(Organisation.territory_code).label("department")
    found = _filtered(OrganisationFilter(), seen_by).with_only_columns(department).subquery()
    rows = db.session.execute(
        select(found.c.department, func.count().label("number"))
        .where(found.c.department.is_not(None))
        .group_by(found.c.department)
    )
    return {row.department: row.number for row in rows}


def _make_cursor(last: Organisation) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.name]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    """Read the name after which a list goes on; raise Invalid for what we did not write."""
    try:
        (name,) = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        name = None
    if not isinstance(name, str) or "\x00" in name or not name.isprintable():
        raise Invalid({"cursor": "This cursor is not one of ours."})
    return name
