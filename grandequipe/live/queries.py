"""Reading what open pages need: who may still listen, to what, and what they missed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from grandequipe.core import clock
from grandequipe.core.events import Event, EventRecord, StreamRef
from grandequipe.core.events.queries import list_events_after
from grandequipe.extensions import db
from grandequipe.groups.events import MemberJoined
from grandequipe.groups.queries import list_slugs, list_streams_of
from grandequipe.live.changes import Change, as_change, group_id_of
from grandequipe.live.rooms import Credentials
from grandequipe.members.models import ApiToken, BrowserSession, Member
from grandequipe.members.queries import SESSION_IS_VALID, TOKEN_IS_VALID, oldest_session

LARGEST_GAP = 10_000

# Ids of log-ins or of tokens, with their members.
Holders = set[tuple[int | None, int]]


class TooOld(Exception):
    """Say that a reader is so far behind, or from such another time, that they must reload."""


@dataclass(frozen=True)
class Missed:
    """Some changes in order, where the reader stands after them, and whether more follow."""

    changes: list[Change]
    positions: Mapping[StreamRef, int]
    more: bool


def list_changes(seen_by: Member, since: Mapping[str, int], limit: int) -> Missed:
    """List what came after `since` in the streams that the reader follows now.

    A stream that they have followed since is listed from their joining on, one that they no
    longer follow not at all. Raises TooOld where only reloading helps.
    """
    heads = list_streams_of(seen_by)
    positions = {stream: since[stream.name] for stream in heads if stream.name in since}
    positions |= _starts(seen_by, {s: heads[s] for s in heads.keys() - positions.keys()})
    _refuse_impossible(positions, heads)
    behind = {stream: at for stream, at in positions.items() if at < heads[stream]}
    event_records = list_events_after(behind, limit + 1)
    more = len(event_records) > limit
    recorded = event_records[:limit]
    _refuse_gaps(behind, recorded, is_all=not more)
    streams = {stream.id: stream for stream in behind}
    positions |= {
        streams[event_record.stream_id]: event_record.position for event_record in recorded
    }
    # A later version, which runs beside this one during an upgrade, may record unknown kinds.
    known = [
        (event_record, streams[event_record.stream_id])
        for event_record in recorded
        if event_record.kind in Event.known
    ]
    return Missed(_as_changes(known, seen_by), positions, more)


def list_honoured(presented: Iterable[Credentials]) -> set[Credentials]:
    """List the presented credentials that still hold, as long as their members are active."""
    presented = set(presented)
    sessions = _sessions(credentials.session_id for credentials in presented)
    tokens = _tokens(credentials.token_id for credentials in presented)
    return {
        credentials
        for credentials in presented
        if (credentials.session_id, credentials.member_id) in sessions
        or (credentials.token_id, credentials.member_id) in tokens
    }


def _starts(member: Member, heads: Mapping[StreamRef, int]) -> Mapping[StreamRef, int]:
    """Give the position before the member joined each stream; its end where that is not stored."""
    if not heads:
        return heads
    streams = {stream.id: stream for stream in heads}
    rows = db.session.execute(
        select(EventRecord.stream_id, func.max(EventRecord.position) - 1)
        .where(
            EventRecord.stream_id.in_(list(streams)),
            EventRecord.kind == MemberJoined.kind,
            EventRecord.subject_id == member.id,
        )
        .group_by(EventRecord.stream_id)
    )
    return {**heads, **{streams[stream_id]: position for stream_id, position in rows}}


def _refuse_impossible(positions: Mapping[StreamRef, int], heads: Mapping[StreamRef, int]) -> None:
    """Refuse a place that is not there yet (an older backup came back) or is too far behind."""
    if any(position > heads[stream] for stream, position in positions.items()):
        raise TooOld
    if sum(heads[stream] - position for stream, position in positions.items()) > LARGEST_GAP:
        raise TooOld


def _refuse_gaps(
    behind: Mapping[StreamRef, int], recorded: Iterable[EventRecord], *, is_all: bool
) -> None:
    """Refuse to go on where the next event of a stream was dropped with its partition.

    Positions have no gaps: the next one is missing only where it is no longer stored.
    """
    first: dict[int, int] = {}
    for event_record in recorded:
        first.setdefault(event_record.stream_id, event_record.position)
    for stream, position in behind.items():
        if first.get(stream.id, 0 if is_all else position + 1) != position + 1:
            raise TooOld


def _as_changes(
    event_records: Iterable[tuple[EventRecord, StreamRef]], seen_by: Member
) -> list[Change]:
    recorded = [
        (event_record, stream, event, group_id_of(event))
        for event_record, stream in event_records
        for event in [event_record.event]
    ]
    slugs = list_slugs({id for *_event, id in recorded if id is not None}, seen_by)
    return [
        as_change(stream, event_record.position, event, event_record.at, slugs.get(id or 0))
        for event_record, stream, event, id in recorded
    ]


def _sessions(session_ids: Iterable[int | None]) -> Holders:
    """Find which log-ins still hold, each with its member."""
    open_ones = (
        select(BrowserSession.id, Member.id)
        .join(Member, Member.id == BrowserSession.member_id)
        .where(SESSION_IS_VALID)
    )
    return _held(open_ones, BrowserSession.id, session_ids)


def _tokens(token_ids: Iterable[int | None]) -> Holders:
    """Find which tokens still hold, each with its member."""
    living = select(ApiToken.id, Member.id).join(ApiToken.member).where(TOKEN_IS_VALID)
    return _held(living, ApiToken.id, token_ids)


def _held(query: Select[int, int], key: Any, ids: Iterable[int | None]) -> Holders:
    wanted = set(ids) - {None}
    if not wanted:
        return set()
    params = {"oldest": oldest_session(), "now": clock.now()}
    rows = db.session.execute(query.where(key.in_(wanted)), params)
    return {(id, member_id) for id, member_id in rows}
