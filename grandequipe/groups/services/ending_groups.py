"""Ending a group for good."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from grandequipe.core.errors import Conflict
from grandequipe.core.events import close_streams, record
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import GroupEnded
from grandequipe.groups.models import Group
from grandequipe.groups.services.groups import forget_cover
from grandequipe.groups.services.locks import lock_group
from grandequipe.groups.signals import erasing
from grandequipe.members.models import Member

ONLY_ALONE = _l("Others belong to this group: name another owner, then you can leave it.")


def end_group(owner: Member, group: Group) -> None:
    """Erase a group with all that is in it; only the last one in it may.

    Posts, comments, reactions, memberships, invitations and lines of bells go with the row, by
    the foreign keys that lead to it; what happened in it goes with its stream. Raises Refused for
    who does not own it, Conflict where others belong to it.
    """
    lock_group(group)
    require(policies.is_owner(owner, group), _l("Only its owner ends a group."))
    if not policies.is_alone(owner, group):
        raise Conflict(str(ONLY_ALONE))
    ended = GroupEnded(subject_id=group.id, actor_id=owner.id)
    log_act(Act.GROUP_CLOSED, ("group", group.id), actor_id=owner.id, group_id=group.id)
    erase(group)
    record(owner.stream, ended)


def erase(group: Group) -> None:
    """Delete the rows of a group that is locked, and forget what was read of it."""
    erasing.send(None, group=group)
    group_id, stream_id = group.id, group.stream_id
    forget_cover(group.cover_key)
    for known in list(db.session.identity_map.values()):
        if getattr(known, "group_id", None) == group_id:
            db.session.expunge(known)
    db.session.expunge(group)
    db.session.execute(
        delete(Group).where(Group.id == group_id).execution_options(synchronize_session=False)
    )
    close_streams([stream_id])
