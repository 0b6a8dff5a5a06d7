"""Letting browsers and programs in, and ending that."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from grandequipe.core import clock
from grandequipe.core.events import record, record_all
from grandequipe.extensions import db
from grandequipe.members.events import LoggedOut, PasswordChanged, TokenRevoked
from grandequipe.members.models import ApiToken, BrowserSession, Member
from grandequipe.members.queries import digest_of, oldest_session

TOKEN_LIFE = timedelta(days=365)
MOST_TOKENS = 50


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
    told = LoggedOut(subject_id=member.id, actor_id=member.id, session_id=session_id)
    record(member.stream, told)


def purge_browser_sessions() -> None:
    """Forget the log-ins that are too old to open anything."""
    db.session.execute(delete(BrowserSession).where(BrowserSession.began_at <= oldest_session()))


def end_access(member: Member) -> None:
    """After a change of password: drop every key, and tell open pages that they are closed."""
    db.session.execute(delete(ApiToken).where(ApiToken.member_id == member.id))
    before = BrowserSession.uniquifier != member.fs_uniquifier
    db.session.execute(delete(BrowserSession).where(BrowserSession.member_id == member.id, before))
    record(member.stream, PasswordChanged(subject_id=member.id, actor_id=member.id))


def create_token(
    member: Member, name: str, scopes: Iterable[str], key: str | None = None
) -> tuple[str, ApiToken]:
    """Give a program a key, of 32 random bytes or as given; it is returned and kept nowhere.

    `member` is as it was read when its password was looked at: the key names that state.
    A member has so many at most: the oldest end.
    """
    key = key or secrets.token_urlsafe(32)
    token = ApiToken(
        member=member,
        name=name,
        digest=digest_of(key),
        uniquifier=member.fs_uniquifier,
        scopes=" ".join(sorted(set(scopes))),
        created_at=clock.now(),
        expires_at=clock.now() + TOKEN_LIFE,
    )
    db.session.add(token)
    db.session.flush()
    _end_oldest_tokens(member)
    return key, token


def revoke_token(token: ApiToken) -> None:
    """Make a key worthless, and cut off what listens with it."""
    member = token.member
    told = TokenRevoked(subject_id=member.id, actor_id=member.id, token_id=token.id)
    db.session.delete(token)
    db.session.flush()
    record(member.stream, told)


def _end_oldest_tokens(member: Member) -> None:
    """End them by one statement: of two who do it at once, each ends those that are left."""
    theirs = select(ApiToken.id).where(ApiToken.member_id == member.id)
    newest_first = theirs.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    oldest = ApiToken.id.in_(newest_first.offset(MOST_TOKENS))
    ended = db.session.scalars(delete(ApiToken).where(oldest).returning(ApiToken.id)).all()
    record_all(
        (member.stream, TokenRevoked(subject_id=member.id, actor_id=member.id, token_id=token_id))
        for token_id in ended
    )
