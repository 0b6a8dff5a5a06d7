"""Reading the ledger of letters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select

from grandequipe.digests.models import Digest, DigestState
from grandequipe.extensions import db
from grandequipe.members.models import Member

UNDECIDED = (DigestState.CLAIMED, DigestState.SENDING, DigestState.UNCERTAIN)

# Of the whole ledger, the few letters of a member that are not over and done with.
_OPEN = select(Digest.id, Digest.state, Digest.window, Digest.contents).where(
    Digest.member_id == bindparam("member_id"),
    Digest.id != bindparam("but"),
    or_(
        Digest.state.in_(UNDECIDED),
        and_(Digest.state == DigestState.FAILED, Digest.carried_by_id.is_(None)),
    ),
)


@dataclass(frozen=True)
class Standing:
    """How a member's other letters bear on the next one.

    `promised` says how far letters that are on their way, or in doubt, already tell each
    stream. `failed` are the letters that no server took and no later letter tells; `untold`
    are their posts.
    """

    promised: Mapping[str, int]
    failed: Sequence[int] = ()
    untold: Sequence[int] = ()


def get_standing(member: Member, digest: Digest | None) -> Standing:
    """Read the member's other letters that are not over."""
    promised: dict[str, int] = {}
    failed: list[int] = []
    untold: list[int] = []
    given = {"member_id": member.id, "but": digest.id if digest else 0}
    for digest_id, state, window, contents in db.session.execute(_OPEN, given):
        if state is DigestState.FAILED:
            failed.append(digest_id)
            untold += contents.get("sent", ())
            continue
        for stream, (_after, until) in window.items():
            promised[stream] = max(until, promised.get(stream, 0))
    return Standing(promised, failed, untold)


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
