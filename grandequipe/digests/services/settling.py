"""What became of a letter: each step asks for the state before it, so it happens once.

Guarantee: `sending → sent` is committed after the mail server's 250, together with the members'
positions. A process that dies before that leaves `sending` (see `services.beginning`), which
becomes `uncertain` and is never sent again unless an operator says that it did not arrive.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, update

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.digests.models import Digest, DigestState
from grandequipe.digests.queries import find_digest
from grandequipe.digests.services.positions import move_positions_of, moving
from grandequipe.extensions import db

FIRST_PATIENCE = timedelta(minutes=1)
LONGEST_PATIENCE = timedelta(hours=2)
GIVEN_UP_AFTER = timedelta(days=2)


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
        move_positions_of(digest_id)
    else:
        # As if it were claimed now: it is tried for two days again.
        digest.hand_over_at = digest.claimed_at = clock.now()
        digest.tries = 0
        db.session.flush()


def _advance(digest_id: int, before: DigestState, after: DigestState) -> Digest | None:
    """Move a row from one state to another; None where it is not in that state any more."""
    return db.session.scalar(
        update(Digest)
        .where(Digest.id == digest_id, Digest.state == before)
        .values(state=after)
        .returning(Digest)
        .execution_options(populate_existing=True)
    )


_LEDGER: Any = Digest.__table__
_SETTLED = moving(
    update(_LEDGER)
    .where(
        _LEDGER.c.id == bindparam("digest_id"),
        _LEDGER.c.state.in_((DigestState.SENDING, DigestState.UNCERTAIN)),
    )
    .values(state=DigestState.SENT, sent_at=bindparam("now"), error="")
    .returning(_LEDGER.c.member_id, _LEDGER.c.window)
    .cte("told")
)
