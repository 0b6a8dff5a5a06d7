"""Seeing that each fact is reacted to.

Guarantee: a fact awaits a reaction exactly until its effect is there, for the name leaves
`fact.awaiting` in the transaction of the effect. Tasks may be lost, or run twice, or beside
each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy import ARRAY, BigInteger, Row, any_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import TEXT

from grandequipe.core import clock
from grandequipe.core.journal.models import Fact
from grandequipe.core.journal.reactions import named
from grandequipe.extensions import db

# A reaction whose task was lost (a killed worker, an emptied Redis) is handed over again.
GIVEN_UP_AFTER = timedelta(minutes=2)

HandOver = Callable[[list[int], str], object]

_THESE = Fact.id == any_(bindparam("these", type_=ARRAY(BigInteger)))
_NAME = bindparam("name", type_=TEXT)
WAITING = (
    select(Fact.id, Fact.awaiting)
    .where(
        text("awaiting <> '{}'"),
        or_(Fact.dispatched_at.is_(None), Fact.dispatched_at < bindparam("overdue")),
    )
    .order_by(Fact.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
HANDED_OVER = update(Fact).where(_THESE).values(dispatched_at=bindparam("now"))
AWAITING = (
    select(Fact)
    .where(_THESE, any_(Fact.awaiting) == _NAME)
    .order_by(Fact.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
REACTED = update(Fact).where(_THESE).values(awaiting=func.array_remove(Fact.awaiting, _NAME))


def dispatch_waiting(hand_over: HandOver, limit: int = 200) -> int:
    """Hand waiting facts to their reactions; return how many facts were handed over.

    Enqueue first, then mark: a crash between the two hands a fact over twice, which its
    reactions bear, and never loses one. SKIP LOCKED lets several dispatchers share the work.
    """
    now = clock.now()
    asked = {"overdue": now - GIVEN_UP_AFTER, "most": limit}
    waiting = db.session.execute(WAITING, asked).all()
    for name, fact_ids in _by_reaction(waiting):
        hand_over(fact_ids, name)
    if waiting:
        handed_over = {"these": [fact_id for fact_id, _names in waiting], "now": now}
        db.session.connection().execute(HANDED_OVER, handed_over)
    return len(waiting)


def react(fact_ids: Sequence[int], name: str) -> int:
    """Run one reaction to some facts, once; return to how many it had not run yet.

    All of them or none: the name leaves `awaiting` in the transaction of the reaction's effect.
    Who asks at the same time waits here, and then finds that the name is gone.
    """
    asked = {"these": list(fact_ids), "name": name}
    facts = db.session.scalars(AWAITING, asked).all()
    reaction = named(name)
    if facts and reaction is not None:
        reaction.react(facts)
    done = {"these": [fact.id for fact in facts], "name": name}
    db.session.connection().execute(REACTED, done)
    return len(facts)


def _by_reaction(waiting: Sequence[Row[int, list[str]]]) -> Iterator[tuple[str, list[int]]]:
    """Put together what one reaction takes together, in the order of the facts."""
    awaited: dict[str, list[int]] = defaultdict(list)
    for fact_id, names in waiting:
        for name in names:
            awaited[name].append(fact_id)
    for name, fact_ids in awaited.items():
        reaction = named(name)
        most = reaction.most if reaction else 1
        for start in range(0, len(fact_ids), most):
            yield name, fact_ids[start : start + most]
