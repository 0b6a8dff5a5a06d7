"""What becomes of a resource: reviewed, reported as out of date, replaced, used."""

from datetime import date

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import and_, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.events import record
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.policies import may_edit_post, require_reader
from grandequipe.library import policies
from grandequipe.library.events import ResourceReported, ResourceReviewDue
from grandequipe.library.models import (
    LONGEST_REASON,
    LONGEST_SENTENCE,
    MOST_USED,
    OutdatedReport,
    ProjectResource,
    ResourceLife,
    ResourceSuccessor,
    ResourceUse,
)
from grandequipe.members.models import Member

MAY_NOT_CARE = _l("Only the author and moderators look after a resource.")
MAY_NOT_REPORT = _l("You look after this resource: say what has changed on its page.")
MAY_NOT_SPEAK = _l("You can’t write in one of the groups of this resource.")
MAY_NOT_CHANGE_PROJECT = _l("Only those who can change a project say what it used.")
# Any number that no other lock of the database has.
REPLACING = 7_021_100_061


def plan_review(member: Member, post: Post, review_on: date | None) -> None:
    """Set the day of the next review, which its author is reminded of; None for no review."""
    _require_care(member, post)
    if review_on is not None and review_on < clock.now().date():
        raise Invalid({"review_on": _("Choose a day to come.")})
    life = _life_of(post)
    if life.review_on != review_on:
        life.review_on, life.reminded_at = review_on, None
    db.session.flush()


def confirm_resource(member: Member, post: Post, answer: str = "") -> None:
    """Say that a resource is up to date, and answer all who said that it is not."""
    _require_care(member, post)
    answer = _checked("answer", answer, LONGEST_REASON)
    _life_of(post).confirmed_at = clock.now()
    _answer_reports(post, answer)
    db.session.flush()


def report_outdated(member: Member, post: Post, reason: str) -> None:
    """Say why a resource is out of date; its author is notified. An earlier word is replaced.

    Raises Invalid of `reason`, Refused for those who look after it, NotFound for who does not
    read it.
    """
    require_reader(member, post)
    require(not policies.may_care(member, post), MAY_NOT_REPORT)
    require(policies.may_speak_of(member, post), MAY_NOT_SPEAK)
    reason = _checked("reason", reason, LONGEST_REASON)
    if not reason:
        raise Invalid({"reason": _("Say what is out of date.")})
    values = {"reason": reason, "reported_at": clock.now(), "answer": "", "answered_at": None}
    written = insert(OutdatedReport).values(post_id=post.id, member_id=member.id, **values)
    primary = [OutdatedReport.post_id, OutdatedReport.member_id]
    db.session.execute(written.on_conflict_do_update(index_elements=primary, set_=values))
    event = ResourceReported(
        subject_id=post.id, actor_id=member.id, group_id=post.published[0].group_id
    )
    record(post.author.stream, event)


def replace_resource(member: Member, post: Post, newer: Post) -> None:
    """Say that a resource is replaced by a newer one, which the member sees.

    Those who said that it is out of date have their answer. Raises Conflict where one leads to the
    other already.
    """
    _require_care(member, post)
    if newer.kind is not Kind.RESOURCE or not newer.is_published:
        raise NotFound
    _lock_replacements()
    leads_back = select(ResourceSuccessor.depth).where(
        ResourceSuccessor.post_id == newer.id, ResourceSuccessor.newer_id == post.id
    )
    if newer.id == post.id or db.session.scalar(leads_back) is not None:
        raise Conflict(_("That one is an older version of this resource."))
    _take_back(post)
    db.session.execute(_JOINED, {"post": post.id, "newer": newer.id})
    _answer_reports(post, _("A newer version replaces it."))


def take_back_replacement(member: Member, post: Post) -> None:
    """Say that a resource is replaced no more; nothing happens where it is not."""
    _require_care(member, post)
    _lock_replacements()
    _take_back(post)


# What led to the old one leads to the newer ones, too.
_JOINED = text(
    """
    INSERT INTO resource_successor (post_id, newer_id, depth)
    SELECT old.id, newer.id, old.depth + 1 + newer.depth
    FROM (SELECT CAST(:post AS bigint) AS id, 0 AS depth
        UNION ALL SELECT post_id, depth FROM resource_successor WHERE newer_id = :post) AS old,
        (SELECT CAST(:newer AS bigint) AS id, 0 AS depth
        UNION ALL SELECT newer_id, depth FROM resource_successor WHERE post_id = :newer) AS newer
    WHERE old.id <> newer.id
    ON CONFLICT DO NOTHING
    """
)


def _take_back(post: Post) -> None:
    newer = select(ResourceSuccessor.newer_id).where(ResourceSuccessor.post_id == post.id)
    older = select(ResourceSuccessor.post_id).where(ResourceSuccessor.newer_id == post.id)
    db.session.execute(
        delete(ResourceSuccessor)
        .where(
            ResourceSuccessor.newer_id.in_(newer),
            or_(ResourceSuccessor.post_id == post.id, ResourceSuccessor.post_id.in_(older)),
        )
        .execution_options(synchronize_session=False)
    )


def _lock_replacements() -> None:
    """Have one transaction at a time replace resources: no two of them close a circle."""
    db.session.execute(select(func.pg_advisory_xact_lock(REPLACING)))


def note_use(member: Member, post: Post, sentence: str = "") -> None:
    """Say that the member used a resource, with a sentence; an earlier word is replaced."""
    require_reader(member, post)
    if post.kind is not Kind.RESOURCE:
        raise NotFound
    require(post.author_id != member.id, _l("You shared this resource yourself."))
    require(policies.may_speak_of(member, post), MAY_NOT_SPEAK)
    sentence = " ".join(_checked("sentence", sentence, LONGEST_SENTENCE).split())
    values = {"sentence": sentence, "used_at": clock.now()}
    written = insert(ResourceUse).values(post_id=post.id, member_id=member.id, **values)
    primary = [ResourceUse.post_id, ResourceUse.member_id]
    db.session.execute(written.on_conflict_do_update(index_elements=primary, set_=values))


def take_back_use(member: Member, post: Post, user_id: int) -> None:
    """Take back one's own word of a use, or as who looks after the resource that of another."""
    if user_id != member.id:
        _require_care(member, post)
    db.session.execute(
        delete(ResourceUse)
        .where(ResourceUse.post_id == post.id, ResourceUse.member_id == user_id)
        .execution_options(synchronize_session=False)
    )


def use_in_project(member: Member, project: Post, resource: Post) -> None:
    """Say that a project used a resource, which the member sees; Conflict for too many."""
    _require_project(member, project)
    if resource.kind is not Kind.RESOURCE or not resource.is_published:
        raise NotFound
    used = select(func.count()).where(ProjectResource.project_id == project.id)
    if (db.session.scalar(used) or 0) >= MOST_USED:
        raise Conflict(_("A project names at most %(number)d resources.", number=MOST_USED))
    db.session.execute(
        insert(ProjectResource)
        .values(project_id=project.id, resource_id=resource.id)
        .on_conflict_do_nothing()
    )


def remove_from_project(member: Member, project: Post, resource_id: int) -> None:
    """Say that a project did not use a resource."""
    _require_project(member, project)
    db.session.execute(
        delete(ProjectResource)
        .where(ProjectResource.project_id == project.id, ProjectResource.resource_id == resource_id)
        .execution_options(synchronize_session=False)
    )


def remind_of_review(post_id: int) -> None:
    """Record that a resource is to be reviewed, once for each day that was set."""
    life = db.session.get(ResourceLife, post_id, with_for_update=True)
    now = clock.now()
    if life is None or life.reminded_at or not life.review_on or life.review_on > now.date():
        return
    life.reminded_at = now
    post = db.session.get(Post, post_id)
    if post is not None and post.is_published and post.author.active:
        group_id = post.published[0].group_id
        event = ResourceReviewDue(subject_id=post.id, actor_id=None, group_id=group_id)
        record(post.author.stream, event)


def erase_words(member: Member) -> None:
    """Delete what a closed account said of resources."""
    for model in (OutdatedReport, ResourceUse):
        db.session.execute(
            delete(model)
            .where(model.member_id == member.id)
            .execution_options(synchronize_session=False)
        )


def _life_of(post: Post) -> ResourceLife:
    db.session.execute(insert(ResourceLife).values(post_id=post.id).on_conflict_do_nothing())
    return db.session.get_one(ResourceLife, post.id, with_for_update=True)


def _answer_reports(post: Post, answer: str) -> None:
    open_reports = select(OutdatedReport).where(
        and_(OutdatedReport.post_id == post.id, OutdatedReport.answered_at.is_(None))
    )
    for each in db.session.scalars(open_reports):
        each.answer, each.answered_at = answer, clock.now()
    db.session.flush()


def _checked(name: str, words: str, longest: int) -> str:
    words = words.strip()
    if wrong := length_error(words, longest) or text_error(words):
        raise Invalid({name: wrong})
    return words


def _require_care(member: Member, post: Post) -> None:
    if post.kind is not Kind.RESOURCE:
        raise NotFound
    require(policies.may_care(member, post), MAY_NOT_CARE)


def _require_project(member: Member, project: Post) -> None:
    if project.kind is not Kind.PROJECT:
        raise NotFound
    require(may_edit_post(member, project), MAY_NOT_CHANGE_PROJECT)
