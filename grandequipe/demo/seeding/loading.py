"""Filling an empty site with a crowd."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from flask_security import hash_password
from sqlalchemy import bindparam, select, update

from grandequipe.core import clock
from grandequipe.core.events import EventRecord, Stream, StreamRef
from grandequipe.core.events.dispatch import dispatch_pending, handle, names_for
from grandequipe.core.transactions import without_broadcast
from grandequipe.demo.loading import DEMO_PASSWORD, must_be_empty
from grandequipe.demo.seeding.account import Account, Row, table_of, write
from grandequipe.demo.seeding.people import write_groups, write_people
from grandequipe.demo.seeding.talk import Talk
from grandequipe.demo.size import Size
from grandequipe.extensions import db
from grandequipe.groups.models import Membership
from grandequipe.members.events import MemberRegistered
from grandequipe.taxonomies.services import load_taxonomies

# Everyone has seen their groups, and has had a digest, as of then.
CAUGHT_UP = timedelta(days=7)


def write_crowd(size: Size) -> None:
    """Write a community of this size; raise Conflict where the site has members."""
    must_be_empty()
    load_taxonomies()
    account = Account(size, clock.now())
    write_people(account, hash_password(DEMO_PASSWORD))
    write_groups(account)
    Talk(account).write()
    _write_events(account)
    _catch_up(account)
    _handle_registrations()
    without_broadcast()


def _write_events(account: Account) -> None:
    """Number the events of each stream in the order of time."""
    account.events.sort(key=lambda recorded: recorded[0])
    last = Counter(stream for _, stream, _ in account.events)
    db.session.connection().execute(
        update(Stream)
        .where(Stream.id == bindparam("stream"))
        .values(last_position=bindparam("head")),
        [{"stream": stream.id, "head": head} for stream, head in last.items()],
    )
    write(table_of(EventRecord), _rows(account))


def _rows(account: Account) -> Iterator[Row]:
    position: Counter[StreamRef] = Counter()
    for at, stream, event in account.events:
        position[stream] += 1
        awaits = names_for(event.kind) if isinstance(event, MemberRegistered) else []
        yield {
            "stream_id": stream.id,
            "position": position[stream],
            "kind": event.kind,
            "version": event.version,
            "subject_id": event.subject_id,
            "actor_id": event.actor_id,
            "data": event.data,
            "at": at,
            "pending_handlers": awaits,
        }


def _catch_up(account: Account) -> None:
    """Have everyone be a week behind: their pages count what is new, their digests send it."""
    for group in account.groups:
        before = select(EventRecord.position).where(
            EventRecord.stream_id == account.group_streams[group].id,
            EventRecord.at <= account.now - CAUGHT_UP,
        )
        seen = db.session.scalar(before.order_by(EventRecord.position.desc()).limit(1)) or 0
        db.session.execute(
            update(Membership)
            .where(Membership.group_id == group)
            .values(seen_position=seen, digested_position=seen)
        )


def _handle_registrations() -> None:
    """Run the handlers of the registrations: they subscribe members to the digest."""
    while dispatch_pending(hand_over=handle):
        pass
