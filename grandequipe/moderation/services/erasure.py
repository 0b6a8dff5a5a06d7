"""What is erased once no appeal is possible, and what goes with an account.

What stays is what the public figures count: reasons of reports, kinds of decisions, dates, ids.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from grandequipe.core import clock
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.extensions import db
from grandequipe.feed.models import (
    Comment,
    CommentVersion,
    Placement,
    PlacementStatus,
    Post,
    Removal,
)
from grandequipe.members.models import Member
from grandequipe.moderation.models import (
    UNDECIDED,
    WORDS_KEPT_FOR,
    Appeal,
    AppealState,
    Case,
    CaseReport,
    CaseState,
    Decision,
    DecisionKind,
    Report,
    SubjectType,
)
from grandequipe.moderation.services import effects

MANY = 100
QUIETLY = {"synchronize_session": False}
_IS_APPEALED = exists().where(Appeal.decision_id == Decision.id, Appeal.state == AppealState.OPEN)


def is_removal_appealed() -> ColumnElement[bool]:
    """Say of a bulk removal that an appeal against it waits: what it removed is kept."""
    of_removal = Decision.effects["removal"].as_integer() == Removal.id
    return exists().where(Decision.member_id == Removal.member_id, of_removal, _IS_APPEALED)


def erase_contents() -> bool:
    """Erase some contents whose removal is final; return whether there may be more.

    An appeal that waits keeps them; what was given back is only forgotten by its decision.
    """
    final: ColumnElement[bool] = and_(
        Decision.erased_at.is_(None), Decision.appealable_until < clock.now(), ~_IS_APPEALED
    )
    query = select(Decision).where(final).order_by(Decision.appealable_until).limit(MANY)
    decisions = db.session.scalars(query.with_for_update(of=Decision, skip_locked=True)).all()
    for decision in decisions:
        _erase(decision)
    return len(decisions) == MANY


def _erase(decision: Decision) -> None:
    if decision.kind is DecisionKind.REMOVE and not decision.is_overturned:
        if decision.subject_type is SubjectType.POST:
            _erase_post(decision)
        elif decision.subject_type is SubjectType.COMMENT:
            _erase_comment(decision)
        effects.forget(decision)
        log_act(
            Act.CONTENTS_ERASED, (decision.subject_type.value, decision.subject_id),
            actor_id=None, group_id=decision.group_id, member_id=decision.member_id,
        )  # fmt: skip
    is_secret = bool(decision.effects.get("is_secret"))
    decision.content, decision.effects = None, {"is_secret": True} if is_secret else {}
    decision.erased_at = clock.now()
    db.session.flush()


def _erase_post(decision: Decision) -> None:
    """Delete a post that is in no group any more; a trigger takes it with its last placement."""
    post = db.session.get(Post, decision.subject_id)
    if post is None or any(not each.is_removed for each in post.placements):
        return
    if _may_return(decision):
        return
    gone = delete(Placement).where(
        Placement.post_id == post.id,
        Placement.status == PlacementStatus.REMOVED,
        Placement.id.not_in(_ids_in_bulk_removals(post)),
    )
    db.session.execute(gone, execution_options=QUIETLY)
    db.session.expire_all()


def _ids_in_bulk_removals(post: Post) -> set[int]:
    """List the placements of a post that a bulk removal took away, and an appeal may bring back.

    They are erased in their time (`feed.services.bulk_removal`), the last one with the post.
    """
    removals = select(Removal).where(
        Removal.member_id == post.author_id, Removal.restored_at.is_(None), Removal.contents != {}
    )
    rows = [row for each in db.session.scalars(removals) for row in each.contents["placements"]]
    return {row[0] for row in rows}


def _erase_comment(decision: Decision) -> None:
    comment = db.session.get(Comment, decision.subject_id)
    if comment is None or not comment.is_removed or _may_return(decision):
        return
    versions = delete(CommentVersion).where(CommentVersion.comment_id == comment.id)
    db.session.execute(versions, execution_options=QUIETLY)
    comment.body_html, comment.removed_by_id = "", None


def _may_return(decision: Decision) -> bool:
    """Return whether an appeal against another decision can still bring back its subject."""
    may_return = exists().where(
        Decision.id != decision.id,
        Decision.subject_type == decision.subject_type,
        Decision.subject_id == decision.subject_id,
        Decision.kind == DecisionKind.REMOVE,
        Decision.erased_at.is_(None),
        or_(Decision.appealable_until >= clock.now(), _IS_APPEALED),
    )
    return db.session.scalar(select(may_return)) or False


def close_expired_cases() -> None:
    """Close the cases whose decision can be appealed no more."""
    appealable = exists().where(
        Decision.case_id == Case.id, or_(Decision.appealable_until >= clock.now(), _IS_APPEALED)
    )
    ended = update(Case).where(Case.state == CaseState.DECIDED, ~appealable)
    closed = ended.values(state=CaseState.CLOSED, closed_at=clock.now(), version=Case.version + 1)
    db.session.execute(closed, execution_options=QUIETLY)


def _forget_profiles(member: Member) -> None:
    """Erase the words and the picture of a profile that a decision had cleared."""
    cleared = select(Decision).where(
        Decision.subject_type == SubjectType.MEMBER,
        Decision.subject_id == member.id,
        Decision.effects.has_key("picture_key"),
    )
    for decision in db.session.scalars(cleared):
        effects.forget(decision)
        decision.effects = {}
    db.session.flush()


def erase_old_words() -> None:
    """Erase who reported what a year ago, and the words of it; so for appeals and reasons."""
    oldest = clock.now() - WORDS_KEPT_FOR
    waits = exists().where(
        CaseReport.report_id == Report.id,
        CaseReport.case_id == Case.id,
        Case.state.in_((*UNDECIDED, CaseState.APPEALED)),
    )
    old = update(Report).where(Report.erased_at.is_(None), Report.created_at < oldest, ~waits)
    words = {"details": "", "name": None, "email": None, "reporter_id": None}
    db.session.execute(old.values(**words, erased_at=clock.now()), execution_options=QUIETLY)
    appeals = update(Appeal).where(Appeal.decided_at < oldest, Appeal.text != "")
    db.session.execute(appeals.values(text="", reason=""), execution_options=QUIETLY)
    decisions = update(Decision).where(
        Decision.created_at < oldest, Decision.erased_at.is_not(None), Decision.reason != ""
    )
    db.session.execute(decisions.values(reason="", rule=""), execution_options=QUIETLY)


def erase_member_words(member: Member) -> Sequence[int]:
    """Erase what a closed account reported and appealed; give the ids of its reports.

    A report that waits goes on without its words. Decisions on the account's contents
    stay, with their reasons, as long as others may ask why they are gone; its own words go.
    """
    mine = update(Report).where(Report.reporter_id == member.id)
    erased = mine.values(reporter_id=None, details="", erased_at=clock.now())
    ids = db.session.scalars(erased.returning(Report.id), execution_options=QUIETLY).all()
    own = select(Decision.id).where(Decision.member_id == member.id)
    appeals = update(Appeal).where(Appeal.decision_id.in_(own)).values(text="")
    db.session.execute(appeals, execution_options=QUIETLY)
    contents = update(Decision).where(Decision.member_id == member.id)
    db.session.execute(contents.values(content=None), execution_options=QUIETLY)
    _forget_profiles(member)
    db.session.expire_all()
    return ids
