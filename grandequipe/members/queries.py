"""Queries of members, organisations, sessions, API tokens and private addresses."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    event,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grandequipe.core import clock
from grandequipe.core.email_addresses import folded
from grandequipe.core.errors import NotFound
from grandequipe.core.events import StreamRef
from grandequipe.extensions import db
from grandequipe.members.models import (
    ApiToken,
    Audience,
    BelongingRefusal,
    BrowserSession,
    Member,
    MemberProfile,
    Organisation,
    OrganisationKind,
    OrganisationManager,
    PrivateAddress,
    ProfileField,
    ProfileRevision,
    Purpose,
    Suspension,
    Viewer,
    stream_of,
)
from grandequipe.taxonomies.queries import SUGGESTIONS, search_words

SESSION_LIFE = timedelta(days=365)
LONGEST_KEY = 100
# Valid sessions; the query joins Member and binds `oldest` (see `oldest_session`).
SESSION_IS_VALID = and_(
    Member.active,
    BrowserSession.uniquifier == Member.fs_uniquifier,
    BrowserSession.began_at > bindparam("oldest"),
)
# Built once: every page of a member executes the first, every API call by token the second.
SESSION_BY_KEY = (
    select(Member, BrowserSession.id)
    .join(BrowserSession, BrowserSession.member_id == Member.id)
    .where(BrowserSession.digest == bindparam("digest"), SESSION_IS_VALID)
)
# Valid tokens; the query joins Member and binds `now`.
TOKEN_IS_VALID = and_(
    Member.active,
    func.coalesce(ApiToken.uniquifier, Member.fs_uniquifier) == Member.fs_uniquifier,
    ApiToken.expires_at > bindparam("now"),
)
TOKEN = (
    select(ApiToken)
    .join(ApiToken.member)
    .options(contains_eager(ApiToken.member))
    .where(ApiToken.digest == bindparam("digest"), TOKEN_IS_VALID)
)

# How often what profiles show has changed: part of what kept pages are kept under.
PROFILE_REVISION = select(ProfileRevision.revision).scalar_subquery()
# In the session's `info`: ids of members with a field for fellows, and who is one of whom.
SHOWN_TO_FELLOWS, FELLOWS = "shown_to_fellows", "fellows"
# Set by the package of groups: of these members, those who share a group with the first.
fellow_finders: list[Callable[[int, Collection[int]], Collection[int]]] = []


def are_fellows(viewer: Viewer, member: Member) -> bool:
    """Return whether two members share a group; asked of all members of a page at once."""
    info = db.session.info
    known: dict[int, bool] = info.setdefault(FELLOWS, {}).setdefault(viewer.id, {})
    if member.id not in known:
        ids = {member.id, *info.get(SHOWN_TO_FELLOWS, ())} - known.keys()
        found = {id for find in fellow_finders for id in find(viewer.id, ids)}
        known.update({id: id in found for id in ids})
    return known[member.id]


def find_fellows(viewer: Viewer | None) -> None:
    """Find now whom of the members that were loaded the viewer shares a group with."""
    waiting = db.session.info.get(SHOWN_TO_FELLOWS)
    if viewer is None or not waiting:
        return
    member = db.session.get(Member, next(iter(waiting)))
    if member is not None:
        are_fellows(viewer, member)


@event.listens_for(Member, "load")
@event.listens_for(Member, "refresh")
def _note_audiences(member: Member, context: Any, _names: object = None) -> None:
    if Audience.GROUPS in (member.__dict__.get("audiences") or {}).values():
        context.session.info.setdefault(SHOWN_TO_FELLOWS, set()).add(member.id)


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_soft_rollback")
def _forget_fellows(session: Session, *_: object) -> None:
    session.info.pop(FELLOWS, None)


def list_own_streams(member_ids: Iterable[int]) -> Sequence[StreamRef]:
    """List the own streams of some members."""
    rows = db.session.execute(
        select(Member.id, Member.stream_id).where(Member.id.in_(list(member_ids)))
    )
    return [stream_of(member_id, stream_id) for member_id, stream_id in rows]


def find_member(member_id: int) -> Member | None:
    """Find an account by its id."""
    return db.session.get(Member, member_id)


def find_member_by_email(email: str) -> Member | None:
    """Find an account by its address, whatever the case."""
    return db.session.scalar(select(Member).where(Member.email == folded(email)))


def find_suspension(member: Member) -> Suspension | None:
    """Find the open suspension of an account."""
    return db.session.scalar(
        select(Suspension).where(Suspension.member_id == member.id, Suspension.lifted_at.is_(None))
    )


def get_member(member_id: int, seen_by: Member | None) -> Member:
    """Get a profile: members see confirmed, active members; visitors those with a public page.

    Raises NotFound.
    """
    member = find_member(member_id)
    if member is None or (seen_by is None and not member.has_public_page):
        raise NotFound
    is_own = seen_by is not None and member.id == seen_by.id
    if not is_own and not (member.active and member.is_confirmed):
        raise NotFound
    return member


def find_profile(member: Member) -> MemberProfile | None:
    """Find what a member added to their profile, with its territory and themes."""
    with_them = (joinedload(MemberProfile.territory), selectinload(MemberProfile.themes))
    return db.session.get(MemberProfile, member.id, options=with_them, populate_existing=True)


def find_organisation(name: str) -> Organisation | None:
    """Find an organisation by its name, whatever the case; for a double, the one it is now."""
    found = db.session.scalar(select(Organisation).where(Organisation.name == name.strip()))
    if found is not None and found.merged_into_id is not None:
        return db.session.get(Organisation, found.merged_into_id)
    return found


def is_described() -> ColumnElement[bool]:
    """Say that an organisation is more than a name that somebody typed."""
    return or_(
        Organisation.description != "",
        Organisation.website.is_not(None),
        Organisation.siret.is_not(None),
        Organisation.logo_key.is_not(None),
        exists().where(OrganisationManager.organisation_id == Organisation.id),
        exists().where(
            Member.organisation_id == Organisation.id, Member.organisation_confirmed_at.is_not(None)
        ),
    )


def is_in_use(shown: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that an organisation is not a name that nobody uses any more, or shows.

    `shown` says of which members the organisation is shown.
    """
    people = exists().where(
        Member.organisation_id == Organisation.id,
        Member.active,
        Member.confirmed_at.is_not(None),
        shown,
    )
    is_placed = or_(
        Organisation.kind != OrganisationKind.OTHER, Organisation.territory_code.is_not(None)
    )
    return or_(is_described(), people, is_placed)


def suggest_organisations(typed: str) -> Sequence[Organisation]:
    """List at most SUGGESTIONS organisations with a word that begins with each typed one, by name.

    `typed` has some dozens of characters at most. Doubles are named by what they are now.
    """
    words = search_words(typed)
    if not words:
        return ()
    name = func.name_words(cast(Organisation.name, Text))
    audience = Member.audiences[ProfileField.ORGANISATION.value].astext
    to_all = audience.in_([Audience.EVERYONE.value, Audience.MEMBERS.value])
    return db.session.scalars(
        select(Organisation)
        .where(
            Organisation.merged_into_id.is_(None),
            is_in_use(to_all),
            *(name.contains(f" {word}", autoescape=True) for word in words),
        )
        .order_by(func.length(Organisation.name), Organisation.name)
        .limit(SUGGESTIONS)
    ).all()


def is_manager(member: Member, organisation: Organisation) -> bool:
    """Return whether a member runs the page of an organisation."""
    key = (organisation.id, member.id)
    return db.session.get(OrganisationManager, key) is not None


def list_spoken_for(member: Member) -> Sequence[Organisation]:
    """List the organisations in whose name a member may write: managed, or belonging confirmed."""
    managed = select(OrganisationManager.organisation_id).where(
        OrganisationManager.member_id == member.id
    )
    own = member.organisation_id if member.organisation_confirmed_at else None
    return db.session.scalars(
        select(Organisation)
        .where(or_(Organisation.id.in_(managed), Organisation.id == own))
        .order_by(Organisation.name)
    ).all()


def find_refusal(member: Member, organisation: Organisation) -> BelongingRefusal | None:
    """Find what an organisation said of a member who does not belong to it."""
    return db.session.get(BelongingRefusal, (organisation.id, member.id))


def count_members() -> int:
    """Count all accounts."""
    return db.session.scalar(select(func.count(Member.id))) or 0


def oldest_session() -> datetime:
    """Return the time at or before which sessions have expired."""
    return clock.now() - SESSION_LIFE


def find_session(key: str) -> tuple[Member, int] | None:
    """Find the member and the id of a valid session by the key of its cookie."""
    params = {"digest": digest_of(key), "oldest": oldest_session()}
    row = db.session.execute(SESSION_BY_KEY, params).first()
    return (row[0], row[1]) if row else None


def digest_of(token: str) -> bytes:
    """Return the SHA-256 of a key or token, as it is stored."""
    # JSON may hold lone surrogates, which UTF-8 cannot encode: hence surrogatepass.
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def find_token(token: str) -> ApiToken | None:
    """Find a valid token, with its member: not expired, member active, password unchanged."""
    return db.session.scalar(TOKEN, {"digest": digest_of(token), "now": clock.now()})


_ADDRESS_IS_VALID = (Member.active, PrivateAddress.uniquifier == Member.fs_uniquifier)
_PRIVATE_ADDRESS: Select[PrivateAddress] = (
    select(PrivateAddress)
    .join(PrivateAddress.member)
    .options(contains_eager(PrivateAddress.member))
    .where(
        PrivateAddress.digest == bindparam("digest"),
        PrivateAddress.purpose == bindparam("purpose"),
        *_ADDRESS_IS_VALID,
    )
)


def get_private_address(key: str, purpose: Purpose) -> PrivateAddress:
    """Get a valid private address by its key, with its member.

    Raises NotFound for one that was revoked, is for something else, or was never made.
    """
    params = {"digest": digest_of(key), "purpose": purpose}
    found = db.session.scalar(_PRIVATE_ADDRESS, params) if len(key) <= LONGEST_KEY else None
    if found is None:
        raise NotFound
    return found


def list_private_addresses(member: Member, purpose: Purpose) -> Sequence[PrivateAddress]:
    """List the valid private addresses of a member for a purpose, newest first."""
    query = (
        select(PrivateAddress)
        .join(PrivateAddress.member)
        .where(
            PrivateAddress.member_id == member.id,
            PrivateAddress.purpose == purpose,
            *_ADDRESS_IS_VALID,
        )
        .order_by(PrivateAddress.created_at.desc(), PrivateAddress.id.desc())
    )
    return db.session.scalars(query).all()
