"""Reading the moderation log: of a group for its moderators, of the site for administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

# What a reader of the log can choose, with the beginnings of the acts' names.
SUBJECTS: Mapping[str, Sequence[str]] = {
    "posts": ("post", "comments", "proposal"),
    "comments": ("comment",),
    "contents": ("contents", "file"),
    "people": ("member", "request", "invitation", "profile"),
    "cases": ("case", "appeal"),
    "group": ("group", "charter"),
    "site": (
        "admin", "account", "settings", "legal_text", "theme", "organisation", "organisations",
        "claim", "announcement", "job", "mail", "address",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class LoggedAct:
    """An entry of the log, with those it names as far as their accounts are there."""

    entry: LogEntry
    actor: Member | None
    member: Member | None
    group: Group | None = None


def list_log(
    group: Group | None,
    subject: str | None = None,
    actor_id: int | None = None,
    member_id: int | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[LoggedAct]:
    """List the acts in a group, or on the whole site, newest first.

    `subject` is one of SUBJECTS; `actor_id` is who acted, `member_id` whom it concerned. The caller
    has asked whether the reader may.
    """
    query = select(LogEntry)
    if group is not None:
        query = query.where(LogEntry.group_id == group.id)
    if subject is not None:
        beginnings = [LogEntry.act.startswith(f"{each}.") for each in SUBJECTS[subject]]
        query = query.where(or_(*beginnings))
    if actor_id is not None:
        query = query.where(LogEntry.actor_id == actor_id)
    if member_id is not None:
        query = query.where(LogEntry.member_id == member_id)
    page = paginate(query, Order(LogEntry.at, LogEntry.id), cursor, limit)
    people = _people_of(page.items)
    groups = _groups_of(page.items) if group is None else {group.id: group}
    items = [
        LoggedAct(
            each,
            people.get(each.actor_id or 0),
            people.get(each.member_id or 0),
            groups.get(each.group_id or 0),
        )
        for each in page.items
    ]
    return Window(items, page.next)


def list_actors(group: Group | None, chosen_id: int | None = None) -> Sequence[Member]:
    """List who has acted in a group, by name; on the whole site its administrators.

    The one who is chosen is among them, as far as the account is there.
    """
    acted = select(LogEntry.actor_id).distinct()
    here = Member.id.in_(acted.where(LogEntry.group_id == group.id)) if group else Member.is_admin
    return db.session.scalars(
        select(Member)
        .where(or_(here, Member.id == chosen_id))
        .order_by(Member.display_name, Member.id)
    ).all()


def _people_of(entries: Sequence[LogEntry]) -> Mapping[int, Member]:
    ids = {each.actor_id for each in entries} | {each.member_id for each in entries}
    found = db.session.scalars(select(Member).where(Member.id.in_(ids - {None})))
    return {member.id: member for member in found}


def _groups_of(entries: Sequence[LogEntry]) -> Mapping[int, Group]:
    ids = {each.group_id for each in entries}
    return {
        group.id: group
        for group in db.session.scalars(select(Group).where(Group.id.in_(ids - {None})))
    }
