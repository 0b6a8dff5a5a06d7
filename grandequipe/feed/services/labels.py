"""Following a theme, a territory or an organisation, and no longer following it."""

from flask_babel import gettext as _
from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.extensions import db
from grandequipe.feed.models import Label, LabelFollow, Post
from grandequipe.feed.models.labels import MOST_FOLLOWS
from grandequipe.members.models import Member, Organisation
from grandequipe.taxonomies.models import Territory, Theme


def follow(member: Member, named: Theme | Territory | Organisation) -> None:
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
                "You follow %(number)d themes, territories and organisations already. "
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
            organisation_id=named.id if isinstance(named, Organisation) else None,
            followed_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )


def unfollow(member: Member, named: Theme | Territory | Organisation) -> None:
    """Stop following a label; nothing happens where the member does not follow it."""
    key = Label.of(named).key
    db.session.execute(
        delete(LabelFollow).where(LabelFollow.member_id == member.id, LabelFollow.label == key)
    )


def erase_follows(member: Member) -> None:
    """Delete what a member follows, whose account was closed."""
    db.session.execute(delete(LabelFollow).where(LabelFollow.member_id == member.id))


def move_organisation(_sender: object, *, double: Organisation, kept: Organisation) -> None:
    """Move the posts in the name of a double, and its followers, to the organisation that is kept.

    Triggers list the posts under the label of that one.
    """
    # Under the lock of the posts, in their order, as services change them.
    locked = select(Post.id).where(Post.organisation_id == double.id).order_by(Post.id)
    ids = db.session.scalars(locked.with_for_update(of=Post, key_share=True)).all()
    moved = update(Post).where(Post.id.in_(ids)).values(organisation_id=kept.id)
    db.session.execute(moved, execution_options={"synchronize_session": False})
    followers = select(
        LabelFollow.member_id,
        literal(Label.of(kept).key),
        literal(kept.id),
        LabelFollow.followed_at,
    ).where(LabelFollow.organisation_id == double.id)
    columns = ["member_id", "label", "organisation_id", "followed_at"]
    db.session.execute(insert(LabelFollow).from_select(columns, followers).on_conflict_do_nothing())
    db.session.execute(delete(LabelFollow).where(LabelFollow.organisation_id == double.id))
