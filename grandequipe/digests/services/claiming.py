"""Claiming the letters that are due, and taking up those that were left.

Guarantee: a ledger row is unique for a member and a period, and exists before anything is
written or sent. Two clocks at once share the work (SKIP LOCKED) and cannot claim one letter
twice: the row's key settles it, whatever they do.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.digests.models import Digest, DigestState, DigestSubscription, Reader
from grandequipe.digests.queries import list_periods
from grandequipe.digests.services.subscriptions import reschedule
from grandequipe.extensions import db
from grandequipe.members.models import Member

# A claimed letter whose task was lost (a killed worker, an emptied Redis) is taken up again.
HANDED_OVER_FOR = timedelta(minutes=5)
# Longer than the mail server may take to answer all commands of a letter (see `core.mail`).
SENDING_AT_MOST = timedelta(minutes=10)


def claim_due(at: datetime, limit: int, email: str | None = None) -> Sequence[int] | None:
    """Claim some of the letters due at an instant; return their ids, None where none was due.

    Members who cannot have letters (not confirmed, not active) are passed over until next time.
    """
    due = _lock_due(at, limit, email)
    if not due:
        return None
    claimed = _write_rows([each for each in due if Reader.of(each).wants_letters])
    told = list_periods([each.member_id for each in due])
    for subscription in due:
        reschedule(subscription, at, told[subscription.member_id])
    db.session.flush()
    return claimed


def take_waiting(before: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """Take up claimed letters that nobody has sent since; they are given to a worker again.

    Return the id of each, and how often it was tried.
    """
    waiting = db.session.scalars(
        select(Digest)
        .where(Digest.state == DigestState.CLAIMED, Digest.hand_over_at <= before)
        .order_by(Digest.hand_over_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Digest)
    ).all()
    for digest in waiting:
        digest.hand_over_at = clock.now() + HANDED_OVER_FOR
    return [(digest.id, digest.tries) for digest in waiting]


def doubt_stuck() -> Sequence[int]:
    """Doubt the letters whose sender died: nobody knows whether the server took them."""
    return db.session.scalars(
        update(Digest)
        .where(
            Digest.state == DigestState.SENDING,
            Digest.started_at < clock.now() - SENDING_AT_MOST,
        )
        .values(state=DigestState.UNCERTAIN, error="The process that sent it ended.")
        .returning(Digest.id)
    ).all()


def _lock_due(at: datetime, limit: int, email: str | None) -> Sequence[DigestSubscription]:
    query = (
        select(DigestSubscription)
        .join(DigestSubscription.member)
        .where(DigestSubscription.next_due_at <= at)
        .order_by(DigestSubscription.next_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=DigestSubscription)
        .execution_options(populate_existing=True)
    )
    if email is not None:
        query = query.where(Member.email == email)
    return db.session.scalars(query).all()


def _write_rows(due: Sequence[DigestSubscription]) -> Sequence[int]:
    """Write the letters of subscriptions that are locked, as their own rows say them."""
    now = clock.now()
    params = {
        "members": [each.member_id for each in due],
        "now": now,
        "then": now + HANDED_OVER_FOR,
    }
    return db.session.scalars(_CLAIMED, params).all()


_DUE: Any = DigestSubscription.__table__
_LEDGER: Any = Digest.__table__
_AN_INSTANT = _LEDGER.c.claimed_at.type
_CLAIMED = (
    insert(_LEDGER)
    .from_select(
        ["member_id", "period", "due_at", "claimed_at", "hand_over_at"],
        select(
            _DUE.c.member_id,
            _DUE.c.next_period,
            _DUE.c.next_due_at,
            bindparam("now", type_=_AN_INSTANT),
            bindparam("then", type_=_AN_INSTANT),
        )
        .where(_DUE.c.member_id == any_(bindparam("members", type_=ARRAY(BigInteger))))
        .order_by(_DUE.c.next_due_at, _DUE.c.member_id),
    )
    .on_conflict_do_nothing()
    .returning(_LEDGER.c.id)
)
