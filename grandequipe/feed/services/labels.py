"""Following a theme or a territory, and no longer following it."""

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.extensions import db
from grandequipe.feed.models import Label, LabelFollow
from grandequipe.feed.models.labels import MOST_FOLLOWS
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Territory, Theme


def follow(member: Member, named: Theme | Territory) -> None:
    """Have the public posts under a label reach a member; who follows it already goes on.

    Raises Conflict for more than MOST_FOLLOWS, which two requests at once cannot exceed either.
    """
    db.session.execute(
        select(Member.id).where(Member.id == member.id).with_for_update(key_share=True)
    )
    label = Label.of(named)
    others = select(func.count()).where(
        LabelFollow.member_id == member.id, LabelFollow.label != label.key
    )
    if (db.session.scalar(others) or 0) >= MOST_FOLLOWS:
        raise Conflict(
            _(
                "You follow %(number)d themes and territories already. "
                "Stop following one of them first.",
                number=MOST_FOLLOWS,
            )
        )
    db.session.execute(
        insert(LabelFollow)
        .values(
            member_id=member.id,
            label=label.key,
            theme_id=named.id if isinstance(named, Theme) else None,
            territory_code=named.code if isinstance(named, Territory) else None,
            followed_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )


def unfollow(member: Member, named: Theme | Territory) -> None:
    """Stop following a label; nothing happens where the member does not follow it."""
    key = Label.of(named).key
    db.session.execute(
        delete(LabelFollow).where(LabelFollow.member_id == member.id, LabelFollow.label == key)
    )


def erase_follows(member: Member) -> None:
    """Delete what a member follows, whose account was closed."""
    db.session.execute(delete(LabelFollow).where(LabelFollow.member_id == member.id))
