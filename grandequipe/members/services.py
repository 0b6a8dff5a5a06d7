"""Changing accounts, profiles and keys."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import available_timezones

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from grandequipe.config import LOCALES
from grandequipe.core import clock, files, journal
from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import on_commit
from grandequipe.core.words import wrong_line, wrong_text
from grandequipe.extensions import db
from grandequipe.members.events import (
    LoggedOut,
    MemberConfirmed,
    MemberRegistered,
    PasswordChanged,
    PreferencesChanged,
    ProfileChanged,
)
from grandequipe.members.models import ApiToken, BrowserSession, Member, Organisation
from grandequipe.members.queries import digest_of, find_organisation, oldest_session

TOKEN_LIFE = timedelta(days=365)
LONGEST_NAME = 100
LONGEST = {"display_name": LONGEST_NAME, "job_title": 100, "organisation": 150, "bio": 2000}


@dataclass(frozen=True)
class ProfileDraft:
    """What a member tells others of themselves; a new structure is made from its name."""

    display_name: str
    job_title: str = ""
    organisation: str = ""
    bio: str = ""

    def check(self) -> None:
        """Raise Invalid that names each wrong field."""
        wrong = {}
        if not self.display_name.strip():
            wrong["display_name"] = _("Give your name.")
        for name, most in LONGEST.items():
            if len(getattr(self, name)) > most:
                wrong[name] = _("Use at most %(number)d characters.", number=most)
            elif odd := (wrong_text if name == "bio" else wrong_line)(getattr(self, name)):
                wrong[name] = odd
        if wrong:
            raise Invalid(wrong)


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


def edit_profile(member: Member, draft: ProfileDraft) -> None:
    """Change what others see of a member."""
    draft.check()
    member.display_name = draft.display_name
    member.job_title = draft.job_title
    member.bio = draft.bio
    member.organisation = _organisation_named(draft.organisation)
    _profile_changed(member)


def change_picture(member: Member, webp: bytes | None) -> None:
    """Put a new square picture in place of the old one, or none."""
    old = member.picture_key
    member.picture_key = files.store(webp, "pictures", "webp") if webp else None
    _profile_changed(member)
    if old:
        on_commit(partial(files.remove, old))


def edit_preferences(member: Member, locale: str, time_zone: str) -> None:
    """Change the language and the clock that a member reads in."""
    _check_preferences(locale, time_zone)
    member.locale = locale
    member.time_zone = time_zone
    db.session.flush()
    journal.record(member.stream, PreferencesChanged(subject_id=member.id, actor_id=member.id))


def begin_session(member: Member) -> tuple[str, int]:
    """Let a browser in; return the key for its cookies, which is kept nowhere, and its id."""
    key = secrets.token_urlsafe(32)
    begun = BrowserSession(
        member_id=member.id,
        digest=digest_of(key),
        uniquifier=member.fs_uniquifier,
        began_at=clock.now(),
    )
    db.session.add(begun)
    db.session.flush()
    return key, begun.id


def end_session(member: Member, session_id: int) -> None:
    """Log one browser out, and whoever holds a copy of its cookies; other devices stay."""
    db.session.execute(
        delete(BrowserSession).where(
            BrowserSession.id == session_id, BrowserSession.member_id == member.id
        )
    )
    journal.record(member.stream, LoggedOut(subject_id=member.id, actor_id=member.id))


def purge_browser_sessions() -> None:
    """Forget the log-ins that are too old to open anything."""
    db.session.execute(delete(BrowserSession).where(BrowserSession.began_at <= oldest_session()))


def end_access(member: Member) -> None:
    """After a change of password: drop every key, and tell open pages that they are closed."""
    db.session.execute(delete(ApiToken).where(ApiToken.member_id == member.id))
    before = BrowserSession.uniquifier != member.fs_uniquifier
    db.session.execute(delete(BrowserSession).where(BrowserSession.member_id == member.id, before))
    journal.record(member.stream, PasswordChanged(subject_id=member.id, actor_id=member.id))


def create_token(
    member: Member, name: str, scopes: Iterable[str], key: str | None = None
) -> tuple[str, ApiToken]:
    """Give a program a key, of 32 random bytes or as given; it is returned and kept nowhere."""
    key = key or secrets.token_urlsafe(32)
    token = ApiToken(
        member=member,
        name=name,
        digest=digest_of(key),
        scopes=" ".join(sorted(set(scopes))),
        created_at=clock.now(),
        expires_at=clock.now() + TOKEN_LIFE,
    )
    db.session.add(token)
    db.session.flush()
    return key, token


def revoke_token(token: ApiToken) -> None:
    """Make a key worthless."""
    db.session.delete(token)
    db.session.flush()


def _check_preferences(locale: str, time_zone: str) -> None:
    wrong = {}
    if locale not in LOCALES:
        wrong["locale"] = _("Choose a language.")
    if time_zone not in available_timezones():
        wrong["time_zone"] = _("Choose a time zone of the list.")
    if wrong:
        raise Invalid(wrong)


def _profile_changed(member: Member) -> None:
    db.session.flush()
    journal.record(member.stream, ProfileChanged(subject_id=member.id, actor_id=member.id))


def _organisation_named(name: str) -> Organisation | None:
    if not name.strip():
        return None
    if find_organisation(name) is None:
        # Someone else may name it at this very moment: it is one structure all the same.
        made = insert(Organisation).values(name=name.strip())
        db.session.execute(made.on_conflict_do_nothing())
    return find_organisation(name)
