"""Making accounts, and closing them."""

import secrets
from datetime import datetime, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete, select

from grandequipe.core import clock, files
from grandequipe.core.email_addresses import folded
from grandequipe.core.events import close_streams, open_stream, record
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.members.events import MemberConfirmed, MemberRegistered, ProfileChanged
from grandequipe.members.models import Member, stream_of
from grandequipe.members.services.access import end_access
from grandequipe.web.models import FormSubmission

CONFIRMATION_LIFE = timedelta(days=7)
# Whoever asked for another link on the last day of the first has all of its days, too.
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
    """Make an account and its stream; `password_hash` is argon2's, never the password."""
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
    )
    db.session.add(member)
    db.session.flush()
    open_stream(member.stream)
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
    """Give an unconfirmed account to the one who registers its address now; None for others.

    Of two who do it at once, or while its address is being confirmed, each waits for the other.
    """
    waiting = select(Member).where(
        Member.email == folded(email), Member.confirmed_at.is_(None), Member.active
    )
    alone = waiting.with_for_update(of=Member).execution_options(populate_existing=True)
    member = db.session.scalar(alone)
    if member is not None:
        member.display_name, member.password = display_name, password_hash
        member.locale, member.time_zone = locale, time_zone
        # Its new link has all of its days before the account is forgotten.
        member.created_at = clock.now()
        db.session.flush()
    return member


def tell_confirmed(member: Member) -> None:
    """Tell that an address was shown to be its member's."""
    record(member.stream, MemberConfirmed(subject_id=member.id, actor_id=member.id))


def purge_unconfirmed_accounts() -> None:
    """Forget accounts whose address nobody ever confirmed: it may be that of a stranger.

    Nobody was let into them, so there is nothing of theirs but the account and its stream.
    """
    never = (Member.confirmed_at.is_(None), Member.created_at < clock.now() - UNCONFIRMED_LIFE)
    forgotten = db.session.scalars(delete(Member).where(*never).returning(Member.id)).all()
    close_streams(stream_of(member_id) for member_id in forgotten)


def erase_member(member: Member) -> None:
    """Close an account for ever: erase what identifies the person, end every log-in and key.

    What they wrote stays, signed by nobody. Have them leave their groups first.
    """
    if member.picture_key:
        on_commit(partial(files.remove, member.picture_key))
    # No letter ever goes to this top-level name (RFC 2606), and the real address is free again.
    member.email = f"closed-{member.id}@closed.invalid"
    member.display_name = _("Closed account")
    member.job_title = member.bio = ""
    member.organisation = member.picture_key = member.password = member.bio_language = None
    member.active, member.fs_uniquifier = False, secrets.token_hex(32)
    db.session.flush()
    # What was answered to their forms names them, and those they wrote to.
    db.session.execute(delete(FormSubmission).where(FormSubmission.member_id == member.id))
    end_access(member)
    record(member.stream, ProfileChanged(subject_id=member.id, actor_id=member.id))
