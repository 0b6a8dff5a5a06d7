"""Creating and erasing accounts."""

import secrets
from datetime import datetime, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete, select

from grandequipe.core import clock, files
from grandequipe.core.email_addresses import folded
from grandequipe.core.events import close_streams, open_stream, record
from grandequipe.core.mail.retention import erase_mails_of
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.members.events import MemberConfirmed, MemberRegistered, ProfileChanged
from grandequipe.members.models import (
    CLOSED_ADDRESS,
    BelongingRefusal,
    ManagerKey,
    Member,
    OrganisationClaim,
    OrganisationManager,
    PrivateAddress,
    Suspension,
)
from grandequipe.members.services.access import end_access
from grandequipe.members.services.administration import require_another_administrator
from grandequipe.members.services.details import advance_profiles, erase_details
from grandequipe.web.models import FormSubmission

CONFIRMATION_LIFE = timedelta(days=7)
# A second link, requested on the last day of the first, is valid for all of its days, too.
UNCONFIRMED_LIFE = 2 * CONFIRMATION_LIFE


def create_member(
    email: str,
    display_name: str,
    password_hash: str | None,
    *,
    confirmed_at: datetime | None = None,
    is_admin: bool = False,
    locale: str = "fr",
    time_zone: str = "Europe/Paris",
) -> Member:
    """Create an account and its stream; `password_hash` is argon2's, never the password."""
    member = Member(
        email=email,
        display_name=display_name,
        password=password_hash,
        fs_uniquifier=secrets.token_hex(32),
        created_at=clock.now(),
        confirmed_at=confirmed_at,
        is_admin=is_admin,
        locale=locale,
        time_zone=time_zone,
        stream_id=open_stream(),
    )
    db.session.add(member)
    db.session.flush()
    record(member.stream, MemberRegistered(subject_id=member.id, actor_id=member.id))
    return member


def register_again(
    email: str,
    display_name: str,
    password_hash: str,
    *,
    locale: str = "fr",
    time_zone: str = "Europe/Paris",
) -> Member | None:
    """Replace name, password and preferences of an unconfirmed account; None if there is none.

    The account's row is locked against concurrent registrations and confirmations.
    """
    unconfirmed = select(Member).where(
        Member.email == folded(email), Member.confirmed_at.is_(None), Member.active
    )
    locked = unconfirmed.with_for_update(of=Member).execution_options(populate_existing=True)
    member = db.session.scalar(locked)
    if member is not None:
        member.display_name, member.password = display_name, password_hash
        member.locale, member.time_zone = locale, time_zone
        # The account must not be purged before its new link expires.
        member.created_at = clock.now()
        db.session.flush()
    return member


def record_confirmed(member: Member) -> None:
    """Record that a member's e-mail address was confirmed."""
    record(member.stream, MemberConfirmed(subject_id=member.id, actor_id=member.id))


def purge_unconfirmed_accounts() -> None:
    """Delete accounts that were not confirmed within UNCONFIRMED_LIFE, and their streams.

    The address may be a stranger's. No one could log in, so there are no other rows.
    """
    never = (Member.confirmed_at.is_(None), Member.created_at < clock.now() - UNCONFIRMED_LIFE)
    deleted = db.session.scalars(delete(Member).where(*never).returning(Member.stream_id)).all()
    close_streams(deleted)


def erase_member(member: Member) -> None:
    """Erase what identifies a person, and end all sessions and tokens; it cannot be undone.

    Their texts stay, without a name. The caller removes them from their groups before. Raises
    Conflict for the last administrator.
    """
    if member.is_admin:
        require_another_administrator(member)
    if member.picture_key:
        on_commit(partial(files.remove, member.picture_key))
    advance_profiles()
    erase_details(member)
    erase_mails_of(member.id, member.email)
    # The real address is free again.
    member.email = CLOSED_ADDRESS.format(id=member.id)
    member.display_name = _("Closed account")
    member.job_title = member.bio = ""
    member.organisation = member.picture_key = member.password = member.bio_language = None
    member.organisation_confirmed_at, member.is_spokesperson = None, False
    member.active, member.fs_uniquifier = False, secrets.token_hex(32)
    member.is_admin, member.logged_in_at = False, None
    db.session.flush()
    tables = (Suspension, PrivateAddress, OrganisationManager, OrganisationClaim, ManagerKey)
    for rows in (*tables, BelongingRefusal):
        db.session.execute(delete(rows).where(rows.member_id == member.id))
    db.session.execute(delete(ManagerKey).where(ManagerKey.made_by_id == member.id))
    # The stored responses to their forms name them and other members.
    db.session.execute(delete(FormSubmission).where(FormSubmission.member_id == member.id))
    end_access(member)
    record(member.stream, ProfileChanged(subject_id=member.id, actor_id=member.id))
