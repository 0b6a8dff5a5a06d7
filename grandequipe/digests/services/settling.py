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

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.digests.models import (
    READER,
    Claim,
    Digest,
    DigestState,
    DigestSubscription,
    Reader,
)
from grandequipe.digests.queries import find_digest
from grandequipe.digests.services.composing import Composed, compose
from grandequipe.extensions import db
from grandequipe.groups.models import Membership

FIRST_PATIENCE = timedelta(minutes=1)
LONGEST_PATIENCE = timedelta(hours=2)
GIVEN_UP_AFTER = timedelta(days=2)

UNWANTED = "The member wants no letter any more."
NOTHING = Composed([], {}, {}, [])


@dataclass(frozen=True)
class Begun:
    """A letter that this process, and no other, has taken: to send it, unless it is empty."""

    reader: Reader
    composed: Composed
    message_id: str

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to send."""
        return not self.composed.stories


def begin(digest_id: int, host: str) -> Begun | None:
    """Take a claimed letter; None where another process has it, or it was told already.

    The subscription is locked first: a member's letters are written one after the other, so
    that no two tell the same post.
    """
    taken = _take(digest_id)
    if taken is None:
        return None
    claim, reader = taken
    message_id = f"<digest-{claim.id}@{host}>"
    if not reader.wants_letters:
        _leave_untold(claim)
        return Begun(reader, NOTHING, message_id)
    composed = compose(reader, claim)
    _write_down(claim.id, composed, message_id)
    if composed.carried:
        _carry(composed.carried, claim.id)
    if not composed.stories:
        _move_positions_of(claim.id)
    return Begun(reader, composed, message_id)


def settle(digest_id: int) -> None:
    """Write down that the server took the letter, and move the member's positions on."""
    db.session.connection().execute(_SETTLED, {"digest_id": digest_id, "now": clock.now()})


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


def _take(digest_id: int) -> tuple[Claim, Reader] | None:
    """Lock a letter that waits, and its member's choice; None where it does not wait."""
    db.session.flush()
    taken = db.session.connection().execute(_WAITING, {"digest_id": digest_id}).first()
    return taken and (Claim(*taken[: len(CLAIM)]), Reader(*taken[len(CLAIM) :]))


def _write_down(digest_id: int, composed: Composed, message_id: str) -> None:
    """Keep what the letter tells; one that tells nothing is over, without a mail."""
    state = DigestState.SENDING if composed.stories else DigestState.EMPTY
    given = {
        "digest_id": digest_id,
        "state": state,
        "started_at": clock.now(),
        "window": composed.window,
        "contents": composed.contents,
        "message_id": message_id,
    }
    db.session.connection().execute(_WRITTEN, given)


def _carry(failed: Sequence[int], digest_id: int) -> None:
    """Write down which letter tells what the failed ones could not."""
    told = _LEDGER.c.id.in_(failed)
    db.session.execute(update(_LEDGER).where(told).values(carried_by_id=digest_id))


def _advance(digest_id: int, before: DigestState, after: DigestState) -> Digest | None:
    """Move a row from one state to another; None where it is not in that state any more."""
    return db.session.scalar(
        update(Digest)
        .where(Digest.id == digest_id, Digest.state == before)
        .values(state=after)
        .returning(Digest)
        .execution_options(populate_existing=True)
    )


def _leave_untold(claim: Claim) -> None:
    """Close the letter of someone who wants none any more; whoever comes back is told.

    Nothing was written yet: no position moves, so the next letter begins where this one would
    have. What an earlier try wrote may lie before a letter that was sent since: it counts as
    failed, and the next one carries it.
    """
    state = DigestState.FAILED if claim.window else DigestState.EMPTY
    of_this = _LEDGER.c.id == claim.id
    db.session.execute(update(_LEDGER).where(of_this).values(state=state, error=UNWANTED))


def _move_positions_of(digest_id: int) -> None:
    db.session.connection().execute(_MOVED, {"digest_id": digest_id})


def _moving(told: CTE) -> Update:
    """Move each membership to where the window of a told letter ends, never backwards."""
    stream = func.concat("group:", _TIES.c.group_id)
    until = cast(told.c.window[stream][1].astext, BigInteger)
    return (
        update(_TIES)
        .where(_TIES.c.member_id == told.c.member_id, told.c.window.has_key(stream))
        .values(digested_position=func.greatest(_TIES.c.digested_position, until))
    )


# Written once, and on the tables themselves: what an object costs to load, watch and write back,
# a thousand letters pay a thousand times.
_LEDGER: Any = Digest.__table__
_TIES: Any = Membership.__table__
_THIS = _LEDGER.c.id == bindparam("digest_id")
CLAIM = (Digest.id, Digest.window, Digest.contents)
_WAITING = (
    select(*CLAIM, *READER)
    .select_from(Digest)
    .join(DigestSubscription, DigestSubscription.member_id == Digest.member_id)
    .join(DigestSubscription.member)
    .where(Digest.id == bindparam("digest_id"), Digest.state == DigestState.CLAIMED)
    .with_for_update(of=(DigestSubscription, Digest))
)
_WRITTEN = (
    update(_LEDGER)
    .where(_THIS)
    .values(
        {
            name: bindparam(name)
            for name in ("state", "started_at", "window", "contents", "message_id")
        }
    )
)
_MOVED = _moving(select(_LEDGER.c.member_id, _LEDGER.c.window).where(_THIS).cte("told"))
_SETTLED = _moving(
    update(_LEDGER)
    .where(_THIS, _LEDGER.c.state.in_((DigestState.SENDING, DigestState.UNCERTAIN)))
    .values(state=DigestState.SENT, sent_at=bindparam("now"), error="")
    .returning(_LEDGER.c.member_id, _LEDGER.c.window)
    .cte("told")
)
