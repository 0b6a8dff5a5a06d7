"""Making collections, putting posts in them, and following them."""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.events import record
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.queries import get_post
from grandequipe.groups.models import Group
from grandequipe.groups.services.locks import hold_membership
from grandequipe.library import policies
from grandequipe.library.events import CollectionExtended
from grandequipe.library.models import (
    LONGEST_NOTE,
    MOST_COLLECTIONS,
    MOST_FOLLOWS,
    MOST_ITEMS,
    Audience,
    Collection,
    CollectionFollow,
    CollectionInput,
    CollectionItem,
)
from grandequipe.members.models import Member

MAY_NOT_CREATE = _l("Only moderators make collections of a group.")
MAY_NOT_MANAGE = _l("Only those who look after this collection can change it.")


def create_collection(
    member: Member, collection_input: CollectionInput, group: Group | None = None
) -> Collection:
    """Make a collection of the member's, or of a group that they moderate.

    Raises Invalid, Refused, and Conflict for more than MOST_COLLECTIONS.
    """
    if group is not None:
        hold_membership(member, group)
    require(policies.may_create_for(member, group), MAY_NOT_CREATE)
    collection_input.validate()
    of = Collection.owner_id == member.id if group is None else Collection.group_id == group.id
    _lock_member(member)
    if (db.session.scalar(select(func.count()).select_from(Collection).where(of)) or 0) >= (
        MOST_COLLECTIONS
    ):
        raise Conflict(_("There are %(number)d collections already.", number=MOST_COLLECTIONS))
    now = clock.now()
    collection = Collection(
        title=collection_input.title,
        description=collection_input.description,
        owner_id=member.id if group is None else None,
        group_id=group.id if group else None,
        audience=collection_input.audience if group is None else None,
        created_at=now,
        changed_at=now,
    )
    db.session.add(collection)
    db.session.flush()
    return collection


def change_collection(
    member: Member, collection: Collection, collection_input: CollectionInput
) -> None:
    """Write another title, description or audience; raise Invalid or Refused."""
    _lock(member, collection)
    collection_input.validate()
    collection.title = collection_input.title
    collection.description = collection_input.description
    if collection.group_id is None:
        collection.audience = collection_input.audience
    collection.changed_at = clock.now()
    db.session.flush()


def delete_collection(member: Member, collection: Collection) -> None:
    """Delete a collection, which its followers no longer see; its posts stay."""
    require(policies.may_delete(member, collection), MAY_NOT_MANAGE)
    db.session.delete(collection)
    db.session.flush()


def add_to_collection(member: Member, collection: Collection, post: Post, note: str = "") -> bool:
    """Put a post, which the member sees, at the end; return False where it stands there already.

    Raises Conflict for more than MOST_ITEMS, and Invalid of `note`.
    """
    _lock(member, collection)
    note = _checked(note)
    if not post.is_published:
        raise NotFound
    last, number = db.session.execute(
        select(func.max(CollectionItem.position), func.count()).where(
            CollectionItem.collection_id == collection.id
        )
    ).one()
    if db.session.get(CollectionItem, (collection.id, post.id)) is not None:
        return False
    if number >= MOST_ITEMS:
        raise Conflict(
            _("A collection holds at most %(number)d posts: make another one.", number=MOST_ITEMS)
        )
    now = clock.now()
    db.session.add(
        CollectionItem(
            collection_id=collection.id,
            post_id=post.id,
            position=0 if last is None else last + 1,
            note=note,
            added_by_id=member.id,
            added_at=now,
        )
    )
    collection.changed_at = now
    db.session.flush()
    if collection.audience is not Audience.PRIVATE:
        stream = collection.group.stream if collection.group else member.stream
        record(
            stream,
            CollectionExtended(
                subject_id=collection.id,
                actor_id=member.id,
                item_id=post.id,
                group_id=collection.group_id,
            ),
        )
    return True


def write_note(member: Member, collection: Collection, post_id: int, note: str) -> None:
    """Write the note of a post in a collection; raise Invalid, Refused or NotFound."""
    _lock(member, collection)
    _get_item(collection, post_id).note = _checked(note)
    db.session.flush()


def remove_from_collection(member: Member, collection: Collection, post_id: int) -> None:
    """Take a post out of a collection; nothing happens where it is not in it."""
    _lock(member, collection)
    db.session.execute(
        delete(CollectionItem).where(
            CollectionItem.collection_id == collection.id, CollectionItem.post_id == post_id
        )
    )


def place_item(
    member: Member, collection: Collection, post_id: int, beside: int, *, is_after: bool
) -> None:
    """Place a post right before or after another one of the collection.

    Raises NotFound where one of them is not in it.
    """
    _lock(member, collection)
    ids = list(
        db.session.scalars(
            select(CollectionItem.post_id)
            .where(CollectionItem.collection_id == collection.id)
            .order_by(CollectionItem.position, CollectionItem.post_id)
        )
    )
    if post_id not in ids or beside not in ids or post_id == beside:
        raise NotFound
    ids.remove(post_id)
    ids.insert(ids.index(beside) + is_after, post_id)
    _write_order(collection, ids)


def set_items(member: Member, collection: Collection, post_ids: list[int]) -> None:
    """Have a collection hold exactly these posts in this order, of those that the member sees.

    What they do not see stays behind them. Raises Invalid of `posts` where one is not there for
    them, or for more than MOST_ITEMS.
    """
    _lock(member, collection)
    wanted = list(dict.fromkeys(post_ids))
    items = select(CollectionItem).where(CollectionItem.collection_id == collection.id)
    present = {each.post_id: each for each in db.session.scalars(items)}
    hidden = [each for each in present if each not in wanted and not _is_seen(each, member)]
    if len(wanted) + len(hidden) > MOST_ITEMS:
        raise Invalid({"posts": _("Give at most %(number)d posts.", number=MOST_ITEMS)})
    for post_id in present:
        if post_id not in wanted and post_id not in hidden:
            remove_from_collection(member, collection, post_id)
    for post_id in wanted:
        if post_id not in present:
            try:
                add_to_collection(member, collection, get_post(post_id, seen_by=member))
            except NotFound:
                raise Invalid({"posts": _("There is no post %(id)s.", id=post_id)}) from None
    _write_order(collection, [*wanted, *hidden])


def _is_seen(post_id: int, member: Member) -> bool:
    try:
        return get_post(post_id, seen_by=member).is_published
    except NotFound:
        return False


def _write_order(collection: Collection, ids: list[int]) -> None:
    for position, each in enumerate(ids):
        db.session.execute(
            update(CollectionItem)
            .where(CollectionItem.collection_id == collection.id, CollectionItem.post_id == each)
            .values(position=position)
        )
    collection.changed_at = clock.now()
    db.session.flush()
    db.session.expire_all()


def follow_collection(member: Member, collection: Collection) -> None:
    """Notify a member of what a collection gets; raise Conflict for more than MOST_FOLLOWS."""
    _lock_member(member)
    others = select(func.count()).where(
        CollectionFollow.member_id == member.id, CollectionFollow.collection_id != collection.id
    )
    if (db.session.scalar(others) or 0) >= MOST_FOLLOWS:
        raise Conflict(
            _("You follow %(number)d collections already. Stop following one first.",
              number=MOST_FOLLOWS)
        )  # fmt: skip
    db.session.execute(
        insert(CollectionFollow)
        .values(member_id=member.id, collection_id=collection.id, since=clock.now())
        .on_conflict_do_nothing()
    )


def unfollow_collection(member: Member, collection_id: int) -> None:
    """Notify a member of a collection no more, whether they still see it or not."""
    db.session.execute(
        delete(CollectionFollow).where(
            CollectionFollow.member_id == member.id,
            CollectionFollow.collection_id == collection_id,
        )
    )


def erase_collections(member: Member) -> None:
    """Delete the collections of a closed account, what it follows, and its name at items."""
    quietly = {"synchronize_session": False}
    by_them = update(CollectionItem).where(CollectionItem.added_by_id == member.id)
    for statement in (
        delete(Collection).where(Collection.owner_id == member.id),
        delete(CollectionFollow).where(CollectionFollow.member_id == member.id),
        by_them.values(added_by_id=None),
    ):
        db.session.execute(statement, execution_options=quietly)


def _checked(note: str) -> str:
    note = note.strip()
    if wrong := length_error(note, LONGEST_NOTE) or text_error(note):
        raise Invalid({"note": wrong})
    return note


def _get_item(collection: Collection, post_id: int) -> CollectionItem:
    item = db.session.get(CollectionItem, (collection.id, post_id))
    if item is None:
        raise NotFound
    return item


def _lock(member: Member, collection: Collection) -> None:
    """Lock a collection, whose manager the member is, against changes at once."""
    if collection.group is not None:
        hold_membership(member, collection.group)
    if lock_collection(collection.id) is None:
        raise NotFound
    require(policies.may_manage(member, collection), MAY_NOT_MANAGE)


def lock_collection(collection_id: int) -> int | None:
    """Lock a collection until the transaction ends; give its id, or None where there is none."""
    locked = select(Collection.id).where(Collection.id == collection_id)
    return db.session.scalar(locked.with_for_update(key_share=True))


def _lock_member(member: Member) -> None:
    db.session.execute(
        select(Member.id).where(Member.id == member.id).with_for_update(key_share=True)
    )
