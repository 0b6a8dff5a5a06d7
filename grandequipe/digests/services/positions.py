"""How far digests have covered each group for each member.

Guarantee: a position moves when the digest that covers up to it is sent, and never backwards.
"""

from typing import Any

from sqlalchemy import CTE, BigInteger, Update, bindparam, cast, func, select, update

from grandequipe.digests.models import Digest
from grandequipe.extensions import db
from grandequipe.groups.models import Membership


def move_positions_of(mail_id: int) -> None:
    """Move a member's positions on to where the window of the digest of a mail ends."""
    db.session.connection().execute(_MOVED, {"mail_id": mail_id})


def moving(told: CTE) -> Update:
    """Write the move of each membership to where the window of a letter in `told` ends."""
    stream = func.concat("group:", _TIES.c.group_id)
    until = cast(told.c.window[stream][1].astext, BigInteger)
    return (
        update(_TIES)
        .where(_TIES.c.member_id == told.c.member_id, told.c.window.has_key(stream))
        .values(digested_position=func.greatest(_TIES.c.digested_position, until))
    )


# On the tables themselves: a thousand digests pay a thousand times for what an object costs.
_LEDGER: Any = Digest.__table__
_TIES: Any = Membership.__table__
_MOVED = moving(
    select(_LEDGER.c.member_id, _LEDGER.c.window)
    .where(_LEDGER.c.mail_id == bindparam("mail_id"))
    .cte("told")
)
