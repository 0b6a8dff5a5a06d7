"""Handlers of who belongs to organisations, and who runs them."""

from typing import cast

from sqlalchemy import select

from grandequipe.core.events import EventRecord, handles
from grandequipe.extensions import db
from grandequipe.members.events import BelongingStated
from grandequipe.members.models import Member, OrganisationManager, ProfileField
from grandequipe.members.policies import shows
from grandequipe.members.queries import find_member
from grandequipe.moderation.queries.cases import administrators
from grandequipe.notifications.models import NotificationKind, SubjectType
from grandequipe.notifications.services import NewEntry, notify
from grandequipe.organisations.events import BelongingAnswered, ClaimMade, ManagingChanged


@handles(BelongingStated)
def notify_managers_of_belonging(event_record: EventRecord) -> None:
    """Notify those who run an organisation of a member who says to belong to it, and shows it."""
    event = cast(BelongingStated, event_record.event)
    member = find_member(event.subject_id)
    if member is None or member.organisation_id != event.organisation_id:
        return
    managers = (
        select(Member)
        .join(OrganisationManager, OrganisationManager.member_id == Member.id)
        .where(OrganisationManager.organisation_id == event.organisation_id)
    )
    ids = [
        manager.id
        for manager in db.session.scalars(managers)
        if shows(member, ProfileField.ORGANISATION, manager)
    ]
    kind, about = NotificationKind.BELONGING_STATED, (SubjectType.SITE, event.organisation_id)
    entry = NewEntry(kind, member.id, *about, None)
    notify(event_record, (entry, select(Member.id).where(Member.id.in_(ids))))


@handles(BelongingAnswered)
def notify_of_answered_belonging(event_record: EventRecord) -> None:
    """Notify a member of what an organisation says of them."""
    event = cast(BelongingAnswered, event_record.event)
    said = (NotificationKind.BELONGING_REFUSED, NotificationKind.BELONGING_CONFIRMED)
    _notify(event_record, said[event.is_confirmed], event.organisation_id)


@handles(ManagingChanged)
def notify_of_changed_manager(event_record: EventRecord) -> None:
    """Notify a member whom another made a manager of an organisation, or none any more."""
    event = cast(ManagingChanged, event_record.event)
    done = (NotificationKind.MANAGING_ENDED, NotificationKind.MANAGING_BEGUN)
    _notify(event_record, done[event.manages], event.organisation_id)


@handles(ClaimMade)
def notify_administrators_of_claim(event_record: EventRecord) -> None:
    """Notify the administrators of a member who asks to run an organisation."""
    kind = NotificationKind.ORGANISATION_CLAIMED
    entry = NewEntry(kind, None, SubjectType.SITE, event_record.subject_id, None)
    notify(event_record, (entry, administrators()))


def _notify(event_record: EventRecord, kind: NotificationKind, organisation_id: int) -> None:
    entry = NewEntry(kind, None, SubjectType.SITE, organisation_id, None)
    concerned = select(Member.id).where(Member.id == event_record.subject_id)
    notify(event_record, (entry, concerned))
