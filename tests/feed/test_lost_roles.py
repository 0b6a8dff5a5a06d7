"""A9: what one writes relies on a membership that nobody ends or changes meanwhile."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from grandequipe.core.errors import Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, PlacementStatus, Post, Reaction, ReactionName
from grandequipe.feed.services import (
    add_comment,
    add_reaction,
    approve_post,
    edit_post,
    publish_post,
    refuse_post,
    remove_comment,
    remove_post,
    remove_reaction,
)
from grandequipe.groups.models import Group, PostingPolicy, Role
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import (
    GroupInput,
    archive_group,
    ban_member,
    change_role,
    edit_group,
    leave_group,
    remove_member,
)
from grandequipe.members.models import Member
from tests.factories import Cast, draft_of, make_comment, make_post
from tests.locks import count_held_up
from tests.waiting import wait_until

Act = Callable[[Member, Post, Comment], object]

THANKS = ReactionName.THANKS
OF_A_MEMBER: dict[str, Act] = {
    "publish": lambda who, post, _comment: publish_post(who, post.placements[0].group, draft_of()),
    "edit": lambda who, post, _comment: edit_post(who, post, draft_of(title="Autre")),
    "remove": lambda who, post, _comment: remove_post(who, post),
    "comment": lambda who, post, _comment: add_comment(who, post, "<p>Trop tard.</p>"),
    "react": lambda who, post, _comment: add_reaction(who, post, ReactionName.USEFUL),
    "take back": lambda who, post, _comment: remove_reaction(who, post, THANKS),
}
OF_A_MODERATOR: dict[str, Act] = {
    "approve": lambda who, post, _comment: approve_post(who, post, post.text_version),
    "refuse": lambda who, post, _comment: refuse_post(who, post, "Hors sujet."),
    "edit": lambda who, post, _comment: edit_post(who, post, draft_of(title="Autre")),
    "remove": lambda who, post, _comment: remove_post(who, post),
}
ENDS: dict[str, Callable[[Cast], object]] = {
    "put out": lambda cast: remove_member(cast.amina, cast.ess, cast.chloe),
    "banned": lambda cast: ban_member(cast.amina, cast.ess, cast.chloe, "Hors sujet."),
    "left": lambda cast: leave_group(cast.chloe, cast.ess),
    "archived": lambda cast: archive_group(cast.amina, cast.ess),
}


def act_meanwhile(
    app: Flask, change: Callable[[], object], act: Act, who: Member, post: Post, comment: Comment
) -> list[type[Exception]]:
    """Have one act who has read all before a change that is committed before they write."""
    raised: list[type[Exception]] = []
    ids = who.id, post.id, comment.id

    def run() -> None:
        with app.app_context():
            member, about, said = (
                db.session.get_one(model, id)
                for model, id in zip((Member, Post, Comment), ids, strict=True)
            )
            assert find_membership(member, about.placements[0].group) is not None, (
                "as they were when they read"
            )
            try:
                with atomic():
                    act(member, about, said)
            except Exception as error:
                raised.append(type(error))

    acting = threading.Thread(target=run)
    with atomic():
        change()
        acting.start()
        wait_until(lambda: count_held_up() == 1, "who acts waits for what changes")
    acting.join()
    db.session.rollback()
    db.session.expire_all()
    return raised


def state_of(post: Post) -> tuple[object, ...]:
    """Give all that can be written under and about a post."""
    comments, reactions = db.session.query(Comment), db.session.query(Reaction)
    said = [(each.id, each.is_removed) for each in comments.order_by(Comment.id)]
    touched = sorted((each.member_id, each.name) for each in reactions)
    posts = db.session.query(Post).order_by(Post.id)
    return (
        said,
        touched,
        [(each.id, each.title, [one.status for one in each.placements]) for each in posts],
    )


@pytest.mark.parametrize(
    ("what", "how"),
    [
        *((what, "put out") for what in OF_A_MEMBER),
        *((what, how) for what in ("publish", "comment") for how in ("banned", "left")),
        *((what, "archived") for what in OF_A_MEMBER),
    ],
)
def test_nobody_writes_in_a_group_that_they_are_leaving(
    app: Flask, cast: Cast, what: str, how: str
) -> None:
    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.chloe, post)
    with atomic():
        add_reaction(cast.chloe, post, THANKS)
    before = state_of(post)
    act = OF_A_MEMBER[what]
    raised = act_meanwhile(app, lambda: ENDS[how](cast), act, cast.chloe, post, comment)
    assert raised == [Refused]
    assert state_of(post) == before


@pytest.mark.parametrize("what", OF_A_MODERATOR)
def test_nobody_moderates_who_does_so_no_more(app: Flask, cast: Cast, what: str) -> None:
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.moderated))
    post = make_post(cast.chloe, cast.moderated)

    def demote() -> None:
        change_role(cast.amina, cast.moderated, cast.bruno, Role.MEMBER)

    before = state_of(post)
    raised = act_meanwhile(app, demote, OF_A_MODERATOR[what], cast.bruno, post, comment)
    assert raised == [Refused]
    assert state_of(post) == before


def test_a_comment_is_not_removed_by_who_moderates_no_more(app: Flask, cast: Cast) -> None:
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post)

    def demote() -> None:
        change_role(cast.amina, cast.ess, cast.bruno, Role.MEMBER)

    def remove(who: Member, _post: Post, said: Comment) -> None:
        remove_comment(who, said)

    assert act_meanwhile(app, demote, remove, cast.bruno, post, comment) == [Refused]
    assert not comment.is_removed


def test_what_is_published_while_the_group_becomes_moderated_waits(app: Flask, cast: Cast) -> None:
    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.chloe, post)

    def moderate() -> None:
        draft = GroupInput(name=cast.ess.name, posting_policy=PostingPolicy.MODERATED)
        edit_group(cast.amina, cast.ess, draft)

    assert act_meanwhile(app, moderate, OF_A_MEMBER["publish"], cast.chloe, post, comment) == []
    newest = db.session.query(Post).order_by(Post.id.desc()).first()
    assert newest is not None
    assert (newest.placements[0].status, newest.id != post.id) == (PlacementStatus.PENDING, True)


def put_out(amina: Member, group: Group, chloe: Member) -> None:
    remove_member(amina, group, chloe)


def archive(amina: Member, group: Group, _chloe: Member) -> None:
    archive_group(amina, group)


@pytest.mark.parametrize("end", [put_out, archive])
def test_who_puts_a_member_out_or_archives_waits_for_what_is_being_written(
    app: Flask, cast: Cast, end: Callable[[Member, Group, Member], None]
) -> None:
    """Neither waits for what the other holds, and what was written before stays."""
    post = make_post(cast.amina, cast.ess)
    ids, raised = (cast.amina.id, cast.chloe.id, cast.ess.id), []

    def act() -> None:
        with app.app_context():
            amina, chloe = (db.session.get_one(Member, id) for id in ids[:2])
            try:
                with atomic():
                    end(amina, db.session.get_one(Group, ids[2]), chloe)
            except Exception as error:
                raised.append(error)

    acting = threading.Thread(target=act)
    with atomic():
        add_reaction(cast.chloe, post, THANKS)
        acting.start()
        wait_until(lambda: count_held_up() == 1, "who ends it waits")
        comment = add_comment(cast.chloe, post, "<p>À temps.</p>")
    acting.join()
    db.session.rollback()
    db.session.expire_all()
    assert (raised, comment.is_removed) == ([], False)
    assert cast.ess.is_archived is (end is archive)
    assert (find_membership(cast.chloe, cast.ess) is None) is (end is put_out)
