"""Reading organisations and themes for administrators."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models.posts import post_theme
from grandequipe.members.models import Member, Organisation
from grandequipe.taxonomies.models import Theme

MOST_FOUND = 50
MOST_MEMBERS = 100


class FoundOrganisation(NamedTuple):
    """An organisation, and how many members name it."""

    organisation: Organisation
    member_count: int


def find_organisations(typed: str) -> Sequence[FoundOrganisation]:
    """Find organisations by a part of their name, those with most members first."""
    count = func.count(Member.id)
    found = (
        select(Organisation, count)
        .outerjoin(Member, Member.organisation_id == Organisation.id)
        .where(
            Organisation.merged_into_id.is_(None),
            func.unaccent(Organisation.name).icontains(func.unaccent(typed.strip()[:100])),
        )
        .group_by(Organisation.id)
        .order_by(count.desc(), Organisation.name)
        .limit(MOST_FOUND)
    )
    return [FoundOrganisation(*row) for row in db.session.execute(found)]


def get_organisation(organisation_id: int) -> Organisation:
    """Get an organisation that is not merged into another; raise NotFound."""
    found = db.session.get(Organisation, organisation_id)
    if found is None or found.merged_into_id is not None:
        raise NotFound
    return found


def list_members_of(organisation: Organisation) -> Sequence[Member]:
    """List the first members who name an organisation: those who speak for it, then by name."""
    members = select(Member).where(Member.organisation_id == organisation.id)
    ordered = members.order_by(Member.is_spokesperson.desc(), Member.display_name, Member.id)
    return db.session.scalars(ordered.limit(MOST_MEMBERS)).all()


class ListedTheme(NamedTuple):
    """A theme, and how many posts name it."""

    theme: Theme
    post_count: int


def list_themes_with_counts() -> Sequence[ListedTheme]:
    """List all themes in their order, each with the number of its posts."""
    count = func.count(post_theme.c.post_id)
    listed = (
        select(Theme, count)
        .outerjoin(post_theme, post_theme.c.theme_id == Theme.id)
        .group_by(Theme.id)
        .order_by(Theme.family, Theme.rank, Theme.id)
    )
    return [ListedTheme(*row) for row in db.session.execute(listed)]
