"""What a decision does to a group or to a membership, and undoing it."""

from typing import Any

from flask_babel import gettext as _

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Role
from grandequipe.groups.services import archive_group, readmit, reopen_group
from grandequipe.members.models import Member
from grandequipe.moderation.models import Decision, DecisionKind


def apply(actor: Member, decision: Decision) -> dict[str, Any]:
    """Warn the owners of a group, or archive it so that they cannot open it by themselves."""
    group = db.session.get(Group, decision.subject_id)
    if group is None:
        raise Conflict(_("This has been removed meanwhile."))
    if decision.kind is DecisionKind.ARCHIVE:
        return {"was_archived": not archive_group(actor, group, by_site=True)}
    if decision.kind is not DecisionKind.WARN:
        raise Invalid({"decision": _("This can’t be decided here.")})
    log_act(Act.GROUP_WARNED, ("group", group.id), actor_id=actor.id, group_id=group.id)
    return {}


def reopen(actor: Member, decision: Decision) -> bool:
    """Open a group again, or give it back to its owners where they had archived it before."""
    group = db.session.get(Group, decision.subject_id)
    if group is None or not group.archived_by_site:
        return False
    if decision.effects.get("was_archived"):
        group.archived_by_site = False
        return True
    return reopen_group(actor, group)


def readmit_member(actor: Member, decision: Decision) -> bool:
    """Make a person a member again, with the role and the charter that they had."""
    if decision.group is None or decision.member is None:
        return False
    role = Role(decision.effects.get("role", Role.MEMBER))
    charter = decision.effects.get("charter", 0)
    return readmit(actor, decision.group, decision.member, role, charter)
