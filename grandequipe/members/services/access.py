"""Creating and ending browser sessions and API tokens."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, select, update

from grandequipe.core import clock
from grandequipe.core.events import record, record_all
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.members.events import LoggedOut, PasswordChanged, TokenRevoked
from grandequipe.members.models import ApiToken, BrowserSession, Member
from grandequipe.members.queries import digest_of, oldest_session

TOKEN_LIFE = timedelta(days=365)
MOST_TOKENS = 50


def begin_session(member: Member) -> tuple[str, int]:
    """Create a session; return the key for its cookies, which is not stored, and the row's id."""
    key = secrets.token_urlsafe(32)
    session = BrowserSession(
        member_id=member.id,
        digest=digest_of(key),
        uniquifier=member.fs_uniquifier,
        began_at=clock.now(),
    )
    db.session.add(session)
    db.session.flush()
    on_commit(partial(_note_log_in, member.id, session.began_at))
    return key, session.id


def _note_log_in(member_id: int, at: datetime) -> None:
    """Write when a member last logged in, in a transaction of its own.

    Within that of the log-in, which holds the account's key, it would wait for a change of the
    password that waits for the key.
    """
    with db.engine.begin() as connection:
        connection.execute(update(Member).where(Member.id == member_id).values(logged_in_at=at))


def end_session(member: Member, session_id: int) -> None:
    """Log one browser out, copies of its cookies included; other sessions stay."""
    db.session.execute(
        delete(BrowserSession).where(
            BrowserSession.id == session_id, BrowserSession.member_id == member.id
        )
    )
    event = LoggedOut(subject_id=member.id, actor_id=member.id, session_id=session_id)
    record(member.stream, event)


def purge_browser_sessions() -> None:
    """Delete expired sessions."""
    db.session.execute(delete(BrowserSession).where(BrowserSession.began_at <= oldest_session()))


def end_access(member: Member) -> None:
    """Delete a member's tokens and old sessions after a change of password, and record it."""
    db.session.execute(delete(ApiToken).where(ApiToken.member_id == member.id))
    before = BrowserSession.uniquifier != member.fs_uniquifier
    db.session.execute(delete(BrowserSession).where(BrowserSession.member_id == member.id, before))
    record(member.stream, PasswordChanged(subject_id=member.id, actor_id=member.id))


def create_token(
    member: Member, name: str, scopes: Iterable[str], key: str | None = None
) -> tuple[str, ApiToken]:
    """Create a token; return it and its row. `key` defaults to 32 random bytes and is not stored.

    `member` is as it was read when its password was checked: the token is bound to that
    `fs_uniquifier`. A member has MOST_TOKENS tokens at most; the oldest end.
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
    """Delete a token, and record it, which closes the token's connections."""
    member = token.member
    event = TokenRevoked(subject_id=member.id, actor_id=member.id, token_id=token.id)
    db.session.delete(token)
    db.session.flush()
    record(member.stream, event)


def _end_oldest_tokens(member: Member) -> None:
    """End them by one statement, so that concurrent calls do not end more than needed."""
    tokens = select(ApiToken.id).where(ApiToken.member_id == member.id)
    newest_first = tokens.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    oldest = ApiToken.id.in_(newest_first.offset(MOST_TOKENS))
    ended = db.session.scalars(delete(ApiToken).where(oldest).returning(ApiToken.id)).all()
    record_all(
        (member.stream, TokenRevoked(subject_id=member.id, actor_id=member.id, token_id=token_id))
        for token_id in ended
    )
