"""From claimed to sending: one process takes a letter, and writes down what it tells.

Guarantee: `claimed → sending` is committed before the mail server hears of the letter, by one
process. What became of it then is said by `services.settling`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam, or_, select, update

from grandequipe.core import clock
from grandequipe.digests.models import (
    READER,
    Claim,
    Digest,
    DigestState,
    DigestSubscription,
    Reader,
)
from grandequipe.digests.services.composing import Composed, compose
from grandequipe.digests.services.positions import move_positions_of
from grandequipe.extensions import db

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


def begin(digest_id: int, host: str, tries: int | None = None) -> Begun | None:
    """Take a claimed letter; None where another process has it, or it was told already.

    Where `tries` is given, also None where it was tried since: it is left its time then.
    The subscription is locked first: a member's letters are written one after the other, so
    that no two tell the same post.
    """
    taken = _take(digest_id, tries)
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
        move_positions_of(claim.id)
    return Begun(reader, composed, message_id)


def _take(digest_id: int, tries: int | None) -> tuple[Claim, Reader] | None:
    """Lock a letter that waits, and its member's choice; None where it does not wait."""
    db.session.flush()
    params = {"digest_id": digest_id, "tries": tries}
    taken = db.session.connection().execute(_WAITING, params).first()
    return taken and (Claim(*taken[: len(CLAIM)]), Reader(*taken[len(CLAIM) :]))


def _write_down(digest_id: int, composed: Composed, message_id: str) -> None:
    """Keep what the letter tells; one that tells nothing is over, without a mail."""
    state = DigestState.SENDING if composed.stories else DigestState.EMPTY
    params = {
        "digest_id": digest_id,
        "state": state,
        "started_at": clock.now(),
        "window": composed.window,
        "contents": composed.contents,
        "message_id": message_id,
    }
    db.session.connection().execute(_WRITTEN, params)


def _carry(failed: Sequence[int], digest_id: int) -> None:
    """Write down which letter tells what the failed ones could not."""
    told = _LEDGER.c.id.in_(failed)
    db.session.execute(update(_LEDGER).where(told).values(carried_by_id=digest_id))


def _leave_untold(claim: Claim) -> None:
    """Close the letter of someone who wants none any more; whoever comes back is told.

    Nothing was written yet: no position moves, so the next letter begins where this one would
    have. What an earlier try wrote may lie before a letter that was sent since: it counts as
    failed, and the next one carries it.
    """
    state = DigestState.FAILED if claim.window else DigestState.EMPTY
    of_this = _LEDGER.c.id == claim.id
    db.session.execute(update(_LEDGER).where(of_this).values(state=state, error=UNWANTED))


# Written once, and on the table itself: what an object costs to load, watch and write back,
# a thousand letters pay a thousand times.
_LEDGER: Any = Digest.__table__
_TRIES = bindparam("tries", type_=Integer)
CLAIM = (Digest.id, Digest.window, Digest.contents)
_WAITING = (
    select(*CLAIM, *READER)
    .select_from(Digest)
    .join(DigestSubscription, DigestSubscription.member_id == Digest.member_id)
    .join(DigestSubscription.member)
    .where(
        Digest.id == bindparam("digest_id"),
        Digest.state == DigestState.CLAIMED,
        or_(_TRIES.is_(None), Digest.tries == _TRIES),
    )
    .with_for_update(of=(DigestSubscription, Digest))
)
_WRITTEN = (
    update(_LEDGER)
    .where(_LEDGER.c.id == bindparam("digest_id"))
    .values(
        {
            name: bindparam(name)
            for name in ("state", "started_at", "window", "contents", "message_id")
        }
    )
)
