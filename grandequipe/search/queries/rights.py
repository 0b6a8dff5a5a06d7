"""The entries that a reader may find: the rules of groups and posts, asked inside each statement.

An entry of a post is there while the post is published in the group (`feed.queries.visibility`);
whether the reader reads the group is asked anew each time, so a right that is lost is lost at once.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal_column, or_, select

from grandequipe.groups.models import Group
from grandequipe.groups.queries import listed_to, readable_by, visible_to
from grandequipe.groups.queries.profiles import profile_shown_to
from grandequipe.members.models import Member, Organisation, ProfileField, Viewer
from grandequipe.members.queries import is_described, is_in_use
from grandequipe.search.models import SearchEntry, SubjectType

# Of a profile, beside the name (migration `search`).
SEARCHED_FIELDS = (ProfileField.JOB_TITLE, ProfileField.BIO)
_OF_GROUPS = (SubjectType.POST, SubjectType.COMMENT)


def findable_by(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which entries the viewer may find."""
    found = select(Group.id).where(visible_to(viewer), listed_to(viewer))
    kind = SearchEntry.subject_type
    return or_(
        and_(_is(*_OF_GROUPS), SearchEntry.group_id.in_(_read(viewer))),
        and_(kind == _word(SubjectType.GROUP), SearchEntry.group_id.in_(found)),
        and_(kind == _word(SubjectType.MEMBER), _is_shown_profile(viewer)),
        and_(kind == _word(SubjectType.ORGANISATION), _is_shown_organisation(viewer)),
    )


def _is_shown_profile(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which entries of profiles are the viewer's: visitors find nobody, members all names.

    What else a profile says is found by those to whom its field is shown.
    """
    if viewer is None:
        return false()
    shown = [
        and_(SearchEntry.field == field.value, profile_shown_to(field, viewer))
        for field in SEARCHED_FIELDS
    ]
    said = exists().where(Member.id == SearchEntry.subject_id, or_(*shown))
    return or_(SearchEntry.field == literal_column("''"), said.correlate(SearchEntry))


def _is_shown_organisation(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which organisations are the viewer's: those that stand in the list of organisations.

    A name that members typed is found by those to whom one of them shows it.
    """
    own = profile_shown_to(ProfileField.ORGANISATION, viewer)
    shown = is_described() if viewer is None else is_in_use(own)
    named = exists().where(Organisation.id == SearchEntry.subject_id, shown)
    return named.correlate(SearchEntry)


def is_first(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say of each entry whether no other of the same post, published before, is the viewer's too.

    So a post that several groups read is found once, in the group that had it first.
    """
    before: Any = func.unnest(SearchEntry.earlier).column_valued("before")
    known: Select[int] = select(literal_column("1")).where(before.in_(_read(viewer)))
    return or_(
        func.cardinality(SearchEntry.earlier) == literal_column("0"),
        ~known.correlate(SearchEntry).exists(),
    )


def _read(viewer: Viewer | None) -> Select[int]:
    return select(Group.id).where(readable_by(viewer))


def _is(*types: SubjectType) -> ColumnElement[bool]:
    return SearchEntry.subject_type.in_([_word(each) for each in types])


def _word(of: SubjectType) -> Any:
    # A word, no parameter: the statement says what it asks.
    return literal_column(f"'{of}'", SearchEntry.subject_type.type)
