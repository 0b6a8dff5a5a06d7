"""Making accounts."""

import secrets
from datetime import datetime

from grandequipe.core import clock, journal
from grandequipe.extensions import db
from grandequipe.members.events import MemberConfirmed, MemberRegistered
from grandequipe.members.models import Member


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
    journal.open_stream(member.stream)
    journal.record(member.stream, MemberRegistered(subject_id=member.id, actor_id=member.id))
    return member


def tell_confirmed(member: Member) -> None:
    """Tell that an address was shown to be its member's."""
    journal.record(member.stream, MemberConfirmed(subject_id=member.id, actor_id=member.id))
