"""What becomes of decisions whose group is erased: those that can still be undone stay.

They go up to the administrators of the site, who answer the appeals against them: nothing comes
back where there is no group any more, but the person is still owed an answer.
"""

from sqlalchemy import func, or_, select, update

from grandequipe.core import clock
from grandequipe.core.events import SITE, record_all
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.moderation.events import AppealFiled
from grandequipe.moderation.models import Appeal, AppealState, Decision, DecisionKind


def keep_decisions(group: Group) -> None:
    """Have the site take over what can be appealed, or is, before the group's rows are deleted."""
    db.session.flush()
    of_group = select(Appeal.id).join(Appeal.decision)
    open_appeals = Appeal.state == AppealState.OPEN
    is_open = Decision.id.in_(select(Appeal.decision_id).where(open_appeals))
    kept = (
        Decision.group_id == group.id,
        Decision.kind != DecisionKind.KEEP,
        Decision.member_id.is_not(None),
        Decision.erased_at.is_(None),
        or_(Decision.appealable_until > clock.now(), is_open),
    )
    waiting = db.session.scalars(of_group.where(*kept, open_appeals)).all()
    named = Decision.effects.op("||")(func.jsonb_build_object("group_name", group.name))
    # A stranger never learns the name of a hidden group.
    is_secret = Decision.effects.has_key("is_secret")
    quietly = {"synchronize_session": False}
    taken = update(Decision).where(*kept)
    db.session.execute(
        taken.where(~is_secret).values(group_id=None, case_id=None, effects=named),
        execution_options=quietly,
    )
    db.session.execute(taken.values(group_id=None, case_id=None), execution_options=quietly)
    record_all((SITE, AppealFiled(subject_id=each, actor_id=None)) for each in waiting)
