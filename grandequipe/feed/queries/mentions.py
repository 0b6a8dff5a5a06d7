"""Finding whom a writer may mean, by the beginnings of the words of a name."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Exists, Text, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.members.models import Member

MOST_SUGGESTIONS = 8
# Of those who are found, in no order: one character is in half of all names.
MOST_LOOKED_AT = 200
LONGEST_TYPED = 60

_TYPED = bindparam("typed", type_=Text)
_ME = bindparam("me", type_=BigInteger)


def list_mentionable(typed: str, groups: Sequence[Group], seen_by: Member) -> Sequence[Member]:
    """List whom a text for these groups may mention, those who belong to one of them first.

    Where a group is public, those follow with whom the writer shares another group. Accents and
    capitals do not count. The names of all of them are shown to the writer elsewhere already.
    """
    words = func.name_words(_TYPED)
    here = exists().where(
        Membership.member_id == Member.id,
        Membership.state == MembershipState.ACTIVE,
        Membership.group_id.in_([group.id for group in groups]),
    )
    allowed = or_(here, _shares_a_group()) if any(each.is_public for each in groups) else here
    found = (
        select(Member.id, here.label("is_here"))
        .where(
            Member.active,
            Member.confirmed_at.is_not(None),
            Member.id != _ME,
            func.name_words(Member.display_name).like("%" + words + "%"),
            allowed,
        )
        .limit(MOST_LOOKED_AT)
        .subquery("found")
    )
    begins = func.name_words(Member.display_name).like(words + literal("%"))
    query = (
        select(Member)
        .join(found, found.c.id == Member.id)
        .order_by(found.c.is_here.desc(), begins.desc(), Member.display_name, Member.id)
        .limit(MOST_SUGGESTIONS)
    )
    params = {"typed": typed[:LONGEST_TYPED], "me": seen_by.id}
    return db.session.scalars(query, params).all()


def _shares_a_group() -> Exists:
    mine, theirs = aliased(Membership), aliased(Membership)
    return exists().where(
        and_(mine.member_id == _ME, mine.state == MembershipState.ACTIVE),
        and_(theirs.group_id == mine.group_id, theirs.state == MembershipState.ACTIVE),
        theirs.member_id == Member.id,
    )
