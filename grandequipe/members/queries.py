"""Reading members and their keys."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import contains_eager

from grandequipe.core import clock
from grandequipe.core.email_addresses import folded
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.members.models import ApiToken, BrowserSession, Member, Organisation

SESSION_LIFE = timedelta(days=365)
# Which log-ins still hold; the query joins Member, and says since when by `oldest_session`.
IS_OPEN = and_(
    Member.active,
    BrowserSession.uniquifier == Member.fs_uniquifier,
    BrowserSession.began_at > bindparam("oldest"),
)
# Built once: every page of a member asks the first, every call of a program the second.
OPEN_SESSION = (
    select(Member, BrowserSession.id)
    .join(BrowserSession, BrowserSession.member_id == Member.id)
    .where(BrowserSession.digest == bindparam("digest"), IS_OPEN)
)
# Which keys of programs still open something; the query joins Member, and says `now`.
IS_GOOD = and_(
    Member.active,
    func.coalesce(ApiToken.uniquifier, Member.fs_uniquifier) == Member.fs_uniquifier,
    ApiToken.expires_at > bindparam("now"),
)
TOKEN = (
    select(ApiToken)
    .join(ApiToken.member)
    .options(contains_eager(ApiToken.member))
    .where(ApiToken.digest == bindparam("digest"), IS_GOOD)
)


def find_member(member_id: int) -> Member | None:
    """Find an account by its id."""
    return db.session.get(Member, member_id)


def find_member_by_email(email: str) -> Member | None:
    """Find an account by its address, whatever the case."""
    return db.session.scalar(select(Member).where(Member.email == folded(email)))


def get_member(member_id: int, seen_by: Member | None) -> Member:
    """Get a profile: those who are logged in see confirmed, active members; visitors see none."""
    member = find_member(member_id)
    if member is None or seen_by is None:
        raise NotFound
    if member.id != seen_by.id and not (member.active and member.is_confirmed):
        raise NotFound
    return member


def list_organisations() -> Sequence[Organisation]:
    """List the structures that members are of now, by name: what nobody is of is no suggestion."""
    is_somebodys = exists().where(Member.organisation_id == Organisation.id, Member.active)
    return db.session.scalars(
        select(Organisation).where(is_somebodys).order_by(Organisation.name)
    ).all()


def find_organisation(name: str) -> Organisation | None:
    """Find a structure by its name, whatever the case."""
    return db.session.scalar(select(Organisation).where(Organisation.name == name.strip()))


def count_members() -> int:
    """Count all accounts."""
    return db.session.scalar(select(func.count(Member.id))) or 0


def oldest_session() -> datetime:
    """Say when the oldest log-in that still holds began."""
    return clock.now() - SESSION_LIFE


def find_session(key: str) -> tuple[Member, int] | None:
    """Find who is logged in by the key of a browser's cookie, and the id of that log-in."""
    params = {"digest": digest_of(key), "oldest": oldest_session()}
    row = db.session.execute(OPEN_SESSION, params).first()
    return (row[0], row[1]) if row else None


def digest_of(token: str) -> bytes:
    """Give the only form in which a token is kept."""
    # Whatever JSON can write is looked for: half a sign, which has no bytes of its own, too.
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def find_token(token: str) -> ApiToken | None:
    """Find a token that is known and holds: not expired, its member active, the password as it was.

    The member is read anew with it.
    """
    return db.session.scalar(TOKEN, {"digest": digest_of(token), "now": clock.now()})
