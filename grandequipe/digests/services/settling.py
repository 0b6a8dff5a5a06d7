"""From claimed to sent: each step asks for the state before it, so it happens once.

Guarantee: `claimed → sending` is committed before the mail server hears of the letter, by one
process. `sending → sent` is committed after its 250, together with the members' positions. A
process that dies in between leaves `sending`, which becomes `uncertain` and is never sent again
unless an operator says that it did not arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, Update, bindparam, cast, func, select, update
from sqlalchemy.orm import lazyload

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.digests.models import Digest, DigestState, DigestSubscription
from grandequipe.digests.queries import find_digest
from grandequipe.digests.services.composing import Composed, compose
from grandequipe.extensions import db
from grandequipe.groups.models import Membership

FIRST_PATIENCE = timedelta(minutes=1)
LONGEST_PATIENCE = timedelta(hours=2)
GIVEN_UP_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Begun:
    """A letter that this process, and no other, has taken: to send it, unless it is empty."""

    digest: Digest
    subscription: DigestSubscription
    composed: Composed

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to send."""
        return self.digest.state is DigestState.EMPTY


def begin(digest_id: int, host: str) -> Begun | None:
    """Take a claimed letter; None where another process has it, or it was told already.

    The subscription is locked first: a member's letters are written one after the other, so
    that no two tell the same post.
    """
    taken = _take(digest_id)
    if taken is None:
        return None
    digest, subscription = taken
    if not _still_wants(subscription):
        _leave_untold(digest)
        return Begun(digest, subscription, Composed([], {}, {}, []))
    composed = compose(subscription.member, digest)
    digest.state, digest.started_at = DigestState.SENDING, clock.now()
    digest.window, digest.contents = dict(composed.window), composed.contents
    digest.message_id = f"<digest-{digest.id}@{host}>"
    if composed.carried:
        _carry(composed.carried, digest)
    if not composed.stories:
        _close_empty(digest)
    db.session.flush()
    return Begun(digest, subscription, composed)


def settle(digest_id: int) -> None:
    """Write down that the server took the letter, and move the member's positions on."""
    db.session.execute(_SETTLED, {"digest_id": digest_id, "now": clock.now()}, **_AS_IS)


def postpone(digest_id: int, error: str, *, since: DigestState = DigestState.SENDING) -> None:
    """Try a letter again later, ever more patiently; give it up after two days."""
    digest = _advance(digest_id, since, DigestState.CLAIMED)
    if digest is None:
        return
    digest.error = error
    digest.tries += 1
    patience = min(FIRST_PATIENCE * 2 ** min(digest.tries, 10), LONGEST_PATIENCE)
    digest.hand_over_at = clock.now() + patience
    if clock.now() - digest.claimed_at > GIVEN_UP_AFTER:
        digest.state = DigestState.FAILED
    db.session.flush()


def fail(digest_id: int, error: str) -> None:
    """Write down that the server will not take the letter: what it told is told next time."""
    digest = _advance(digest_id, DigestState.SENDING, DigestState.FAILED)
    if digest is not None:
        digest.error = error
        db.session.flush()


def doubt(digest_id: int, error: str) -> None:
    """Write down that nobody knows whether the letter left."""
    digest = _advance(digest_id, DigestState.SENDING, DigestState.UNCERTAIN)
    if digest is not None:
        digest.error = error
        db.session.flush()


def resolve(digest_id: int, *, arrived: bool) -> None:
    """Let an operator say what became of a letter in doubt.

    It arrived: its posts are told. It did not: the same letter goes again, under its name.
    """
    if find_digest(digest_id) is None:
        raise NotFound
    state = DigestState.SENT if arrived else DigestState.CLAIMED
    digest = _advance(digest_id, DigestState.UNCERTAIN, state)
    if digest is None:
        raise Conflict("This letter is not in doubt.")
    digest.error = ""
    if arrived:
        digest.sent_at = digest.started_at
        db.session.flush()
        _move_positions_of(digest_id)
    else:
        digest.hand_over_at = clock.now()
        db.session.flush()


def _take(digest_id: int) -> tuple[Digest, DigestSubscription] | None:
    """Lock a letter that waits, and its member's choice; None where it does not wait."""
    taken = db.session.execute(_WAITING, {"digest_id": digest_id}).first()
    return taken and (taken[0], taken[1])


def _carry(failed: Sequence[int], digest: Digest) -> None:
    """Write down which letter tells what the failed ones could not."""
    db.session.execute(
        update(Digest).where(Digest.id.in_(failed)).values(carried_by_id=digest.id),
        **_AS_IS,
    )


def _advance(digest_id: int, before: DigestState, after: DigestState) -> Digest | None:
    """Move a row from one state to another; None where it is not in that state any more."""
    return db.session.scalar(
        update(Digest)
        .where(Digest.id == digest_id, Digest.state == before)
        .values(state=after)
        .returning(Digest)
        .execution_options(populate_existing=True)
    )


def _still_wants(subscription: DigestSubscription) -> bool:
    member = subscription.member
    return member.active and member.is_confirmed and subscription.is_wanted


def _close_empty(digest: Digest) -> None:
    """Close a letter that tells nothing: no mail, but the positions move all the same."""
    digest.state = DigestState.EMPTY
    db.session.flush()
    _move_positions_of(digest.id)


def _leave_untold(digest: Digest) -> None:
    """Close the letter of someone who wants none any more, as if it had never been written.

    No position moves, and what it carried is carried by none: whoever comes back is told.
    """
    digest.state, digest.error = DigestState.EMPTY, "The member wants no letter any more."
    digest.window, digest.contents = {}, {}
    db.session.flush()
    carried = update(Digest).where(Digest.carried_by_id == digest.id)
    db.session.execute(carried.values(carried_by_id=None), **_AS_IS)


def _move_positions_of(digest_id: int) -> None:
    db.session.execute(_MOVED, {"digest_id": digest_id}, **_AS_IS)


def _moving(told: CTE) -> Update:
    """Move each membership to where the window of a told letter ends, never backwards."""
    stream = func.concat("group:", Membership.group_id)
    until = cast(told.c.window[stream][1].astext, BigInteger)
    return (
        update(Membership)
        .where(Membership.member_id == told.c.member_id, told.c.window.has_key(stream))
        .values(digested_position=func.greatest(Membership.digested_position, until))
    )


# Written once: a statement costs more to put together than to send.
_AS_IS: Any = {"execution_options": {"synchronize_session": False}}
_WAITING = (
    select(Digest, DigestSubscription)
    .join(DigestSubscription, DigestSubscription.member_id == Digest.member_id)
    .where(Digest.id == bindparam("digest_id"), Digest.state == DigestState.CLAIMED)
    .options(lazyload(Digest.member))
    .with_for_update(of=(DigestSubscription, Digest))
    .execution_options(populate_existing=True)
)
_MOVED = _moving(
    select(Digest.member_id, Digest.window).where(Digest.id == bindparam("digest_id")).cte("told")
)
_SETTLED = _moving(
    update(Digest)
    .where(
        Digest.id == bindparam("digest_id"),
        Digest.state.in_((DigestState.SENDING, DigestState.UNCERTAIN)),
    )
    .values(state=DigestState.SENT, sent_at=bindparam("now"), error="")
    .returning(Digest.member_id, Digest.window)
    .cte("told")
)
