"""Reading subscriptions, the ledger, and what a letter would tell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from grandequipe.core.errors import NotFound
from grandequipe.core.journal import Fact
from grandequipe.digests.models import Digest, DigestState, DigestSubscription, Frequency
from grandequipe.digests.models.subscriptions import EIGHT, MONDAY
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished
from grandequipe.feed.models import Post, PostStatus
from grandequipe.members.models import Member

UNDECIDED = (DigestState.CLAIMED, DigestState.SENDING, DigestState.UNCERTAIN)

Window = Mapping[str, Sequence[int]]


def get_subscription(member: Member) -> DigestSubscription:
    """Get what a member chose, or the weekly letter that whoever chose nothing has."""
    found = db.session.get(DigestSubscription, member.id)
    return found or DigestSubscription(
        member_id=member.id, frequency=Frequency.WEEKLY, weekday=MONDAY, hour=EIGHT
    )


def get_subscription_by_key(key: str) -> DigestSubscription:
    """Get the subscription that an address in a letter points to, or raise NotFound."""
    if not key.isprintable():
        raise NotFound
    found = db.session.scalar(
        select(DigestSubscription).where(DigestSubscription.unsubscribe_key == key)
    )
    if found is None:
        raise NotFound
    return found


def find_digest(digest_id: int) -> Digest | None:
    """Find a ledger row."""
    return db.session.get(Digest, digest_id)


def list_digests(state: DigestState | None = None, limit: int = 1000) -> Sequence[Digest]:
    """List the ledger for operators, newest first."""
    query = select(Digest).order_by(Digest.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Digest.state == state)
    return db.session.scalars(query).all()


def list_claimed(due_by: datetime, email: str | None = None) -> Iterator[int]:
    """Give the letters that wait to be written, one at a time, as the ledger stands by then."""
    query = (
        select(Digest.id)
        .join(Digest.member)
        .where(Digest.state == DigestState.CLAIMED, Digest.due_at <= due_by)
        .order_by(Digest.id)
        .limit(1)
    )
    if email is not None:
        query = query.where(Member.email == email)
    last = 0
    while (found := db.session.scalar(query.where(Digest.id > last))) is not None:
        yield found
        last = found


def list_periods(member_ids: Iterable[int]) -> Mapping[int, set[str]]:
    """Give the periods that already have a ledger row, by member."""
    periods: dict[int, set[str]] = {member_id: set() for member_id in member_ids}
    rows = db.session.execute(
        select(Digest.member_id, Digest.period).where(Digest.member_id.in_(periods))
    )
    for member_id, period in rows:
        periods[member_id].add(period)
    return periods


def list_promised(member: Member, digest: Digest | None) -> Mapping[str, int]:
    """Give how far letters that are on their way, or in doubt, already tell each stream."""
    windows = db.session.scalars(
        select(Digest.window).where(
            Digest.member_id == member.id,
            Digest.state.in_(UNDECIDED),
            Digest.id != (digest.id if digest else 0),
        )
    )
    promised: dict[str, int] = {}
    for window in windows:
        for stream, (_after, until) in window.items():
            promised[stream] = max(until, promised.get(stream, 0))
    return promised


def list_published(window: Window) -> Mapping[int, str]:
    """Give the posts published in a window, each with its group's stream."""
    inside = [
        and_(Fact.stream_name == stream, Fact.position > after, Fact.position <= until)
        for stream, (after, until) in window.items()
        if after < until
    ]
    if not inside:
        return {}
    rows = db.session.execute(
        select(Fact.subject_id, Fact.stream_name)
        .where(Fact.kind == PostPublished.kind, or_(*inside))
        .order_by(Fact.id)
    )
    return dict(rows.all())


def list_removed(post_ids: Iterable[int]) -> set[int]:
    """Give which of some posts were removed, or erased."""
    wanted = set(post_ids)
    if not wanted:
        return set()
    kept = db.session.scalars(
        select(Post.id).where(Post.id.in_(wanted), Post.status != PostStatus.REMOVED)
    )
    return wanted - set(kept)
