"""Introductions by mail, once a month, of members who agreed to one another."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _, ngettext
from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as insert_once

from grandequipe.core.lines import isolated, shortened
from grandequipe.core.mail import Mail, OutgoingMail, post_unrendered, rendering
from grandequipe.core.text_validation import unlinked
from grandequipe.directory.models import (
    ExperienceQuestion,
    ExperienceRecipient,
    IntroducedPerson,
    Introduction,
)
from grandequipe.directory.policies import may_write_to
from grandequipe.directory.queries.introductions import Reason, choose_people, list_introduced
from grandequipe.extensions import db
from grandequipe.members.models import Member, MemberProfile, ProfileField
from grandequipe.members.policies import shows

KIND = "introduction"
LONGEST_WISH = 200


def introduce(member_id: int, period: str, now: datetime) -> bool:
    """Introduce people to a member by a mail of this month; return whether there is one.

    What is done twice, or after an end in between, is done once: the month's row and the mail are
    written together. A row without people says that nobody fitted.
    """
    member = db.session.get(Member, member_id)
    if member is None:
        return False
    values = {"member_id": member_id, "period": period, "created_at": now}
    written = insert_once(Introduction).values(values).on_conflict_do_nothing()
    introduction_id = db.session.scalar(written.returning(Introduction.id))
    if introduction_id is None:
        return False
    people = choose_people(member, period, now)
    if not people:
        return False
    rows = [{"introduction_id": introduction_id, "person_id": id} for id in people]
    db.session.execute(insert(IntroducedPerson), rows)
    return post_unrendered(KIND, member.email, f"{KIND}:{introduction_id}", member.id)


def render_introduction(mail_id: int) -> Mail | None:
    """Write the mail as it is right when it leaves; None where nobody agrees any more."""
    row = db.session.get_one(OutgoingMail, mail_id)
    introduction = db.session.get(Introduction, int(row.key.rpartition(":")[2]))
    member = db.session.get(Member, introduction.member_id) if introduction else None
    if introduction is None or member is None or not member.active:
        return None
    people = list_introduced(introduction, member)
    if not people:
        return None
    with rendering.in_language_of(member.locale):
        return _write(member, people)


def erase_introductions(member: Member) -> None:
    """Delete whom a closed account was introduced to, and who was introduced to it."""
    for model, column in (
        (IntroducedPerson, IntroducedPerson.person_id),
        (Introduction, Introduction.member_id),
        (ExperienceRecipient, ExperienceRecipient.member_id),
        (ExperienceQuestion, ExperienceQuestion.author_id),
    ):
        db.session.execute(delete(model).where(column == member.id))


def _write(member: Member, people: Sequence[tuple[MemberProfile, Reason]]) -> Mail:
    params = {
        "name": isolated(unlinked(member.display_name)),
        "people": [_said(member, *each) for each in people],
        "count": len(people),
        "settings": rendering.address_of("members.edit_profile"),
        "locale": member.locale,
    }
    text = rendering.render("directory/introduction_mail.txt", **params)
    return Mail(
        to=member.email,
        subject=ngettext(
            "A person to meet, near you or on your themes",
            "%(num)d people to meet, near you or on your themes",
            len(people),
        ),
        text=f"{text.strip()}\n",
        html=rendering.render_html("directory/introduction_mail.html", **params),
    )


def _said(member: Member, profile: MemberProfile, reason: Reason) -> dict[str, object]:
    """Give what a mail says of a person: only what that person shows to its reader."""
    person = profile.member

    def own(field: ProfileField, value: str | None) -> str:
        return isolated(unlinked(value)) if value and shows(person, field, member) else ""

    organisation = person.organisation.name if person.organisation else None
    offers = shortened(profile.offers, LONGEST_WISH)
    seeks = shortened(profile.seeks, LONGEST_WISH)
    return {
        "name": isolated(unlinked(person.display_name)),
        "about": ", ".join(filter(None, (
            own(ProfileField.JOB_TITLE, person.job_title),
            own(ProfileField.ORGANISATION, organisation),
        ))),
        "offers": own(ProfileField.OFFERS, offers),
        "seeks": own(ProfileField.SEEKS, seeks),
        "reason": _reason(member, reason),
        "profile": rendering.address_of("members.profile", member_id=person.id),
        "write": rendering.address_of("directory.write", member_id=person.id)
        if may_write_to(member, person)
        else None,
    }  # fmt: skip


def _reason(member: Member, reason: Reason) -> str:
    parts = []
    if reason.territory is not None:
        parts.append(_("near you: %(place)s", place=reason.territory.label))
    if reason.themes:
        names = ", ".join(theme.named_in(member.locale).text for theme in reason.themes)
        parts.append(ngettext("a theme of yours: %(names)s", "themes of yours: %(names)s",
                              len(reason.themes), names=names))  # fmt: skip
    return " · ".join(parts)
