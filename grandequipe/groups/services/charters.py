"""The charter of a group, its welcome and its questions.

Guarantees:

- A version of a charter is never changed: what a member accepted can be read as it was.
- A member who has not accepted the present charter reads as before; what they write waits until
  they have accepted it, and nothing of it is lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record
from grandequipe.core.html.measured import read_rich_text
from grandequipe.core.languages import language_error
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, line_error, quoted
from grandequipe.extensions import db
from grandequipe.groups import models, policies
from grandequipe.groups.events import CharterAccepted, CharterPublished, GroupChanged
from grandequipe.groups.models import Group, MailContent
from grandequipe.groups.services.locks import (
    lock_active_membership,
    lock_group,
    require_not_archived,
)
from grandequipe.members.models import Member

ONLY_OWNERS = _l("Only owners can change a group’s settings.")


@dataclass(frozen=True)
class WelcomeInput:
    """What a group sends to those who join, asks those who want to, and shows in mails."""

    body_html: str = ""
    language: str | None = None
    questions: Sequence[str] = ()
    mail_content: MailContent = MailContent.WHOLE


def publish_charter(
    owner: Member,
    group: Group,
    body_html: str,
    language: str | None = None,
    over: int | None = None,
) -> bool:
    """Publish a version of the charter, or with an empty text have none; False if it says the same.

    The owner accepts it by publishing it. Raises Conflict unless `over` is the present version.
    """
    lock_group(group)
    require(policies.may_own(owner, group), ONLY_OWNERS)
    require_not_archived(group)
    if over not in (None, group.charter_version):
        raise Conflict(_("The charter has changed since you opened it. Yours isn’t saved yet."))
    if error := language_error(language):
        raise Invalid({"language": error})
    html = _clean(body_html, models.LONGEST_CHARTER)
    before = db.session.scalar(
        select(models.Charter).where(
            models.Charter.group_id == group.id, models.Charter.version == group.charter_version
        )
    )
    if (html, language) == ((before.body_html, before.language) if before else ("", language)):
        return False
    if html:
        latest = select(func.max(models.Charter.version)).where(models.Charter.group_id == group.id)
        group.charter_version = (db.session.scalar(latest) or 0) + 1
        charter = models.Charter(
            group_id=group.id, version=group.charter_version, body_html=html, language=language,
            published_at=clock.now(), published_by_id=owner.id,
        )  # fmt: skip
        db.session.add(charter)
        db.session.flush()
        if policies.is_member(owner, group):
            lock_active_membership(owner, group).charter_version = group.charter_version
    else:
        group.charter_version = 0
    db.session.flush()
    number = group.charter_version
    log_act(
        Act.CHARTER_PUBLISHED,
        ("group", group.id),
        actor_id=owner.id,
        group_id=group.id,
        version=number,
    )
    published = CharterPublished(subject_id=group.id, actor_id=owner.id, charter_version=number)
    record(group.stream, published)
    return True


def accept_charter(member: Member, group: Group, version: int) -> None:
    """Accept the charter that was read; raise Conflict where it has changed meanwhile."""
    membership = lock_active_membership(member, group)
    if version != group.charter_version:
        raise Conflict(_("The charter has just changed. Read it again, then accept it."))
    if membership.charter_version == version:
        return
    membership.charter_version = version
    db.session.flush()
    accepted = CharterAccepted(subject_id=group.id, actor_id=member.id, charter_version=version)
    record(member.stream, accepted)


def require_charter(member: Member, groups: Iterable[Group]) -> None:
    """Raise Invalid where the member has not accepted the present charter of one of the groups."""
    for group in groups:
        if policies.owes_acceptance(member, group):
            raise Invalid({"charter": charter_message(group)})


def charter_message(group: Group) -> str:
    """Say that the charter of a group comes first, and that nothing is lost."""
    return str(
        _(
            "Read and accept the charter of “%(group)s” first, then send this again: "
            "what you wrote is still here.",
            group=quoted(group.name),
        )
    )


def change_welcome(owner: Member, group: Group, welcome_input: WelcomeInput) -> None:
    """Set what a group sends to those who join, asks those who want to, and shows in mails."""
    lock_group(group)
    require(policies.may_own(owner, group), ONLY_OWNERS)
    require_not_archived(group)
    errors = {}
    if error := language_error(welcome_input.language):
        errors["language"] = error
    if error := _questions_error(welcome_input.questions):
        errors["questions"] = error
    if errors:
        raise Invalid(errors)
    values = {
        "body_html": _clean(welcome_input.body_html, models.LONGEST_WELCOME),
        "language": welcome_input.language,
        "questions": list(welcome_input.questions),
    }
    db.session.execute(
        insert(models.Welcome)
        .values(group_id=group.id, **values)
        .on_conflict_do_update(index_elements=["group_id"], set_=values)
    )
    group.mail_content = welcome_input.mail_content
    db.session.flush()
    log_act(Act.GROUP_CHANGED, ("group", group.id), actor_id=owner.id, group_id=group.id)
    record(group.stream, GroupChanged(subject_id=group.id, actor_id=owner.id))


def _clean(body_html: str, longest: int) -> str:
    """Clean a text as posts are; none stays none."""
    if not body_html.strip():
        return ""
    return read_rich_text("body_html", body_html, longest, 2 * longest).html


def _questions_error(questions: Sequence[str]) -> str | None:
    if len(questions) > models.MOST_QUESTIONS:
        return str(_("Ask no more than %(number)d questions.", number=models.MOST_QUESTIONS))
    for question in questions:
        if error := length_error(question, models.LONGEST_QUESTION) or line_error(question):
            return error
    return None
