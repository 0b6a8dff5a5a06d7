"""Whatever happens, a search finds what a reading of everything finds: no more, no less."""

import random
import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from grandequipe.core.errors import Invalid, NotFound, Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Placement, PlacementStatus, Post
from grandequipe.feed.services import (
    approve_post,
    edit_comment,
    edit_post,
    place_post,
    refuse_post,
    remove_comment,
    remove_post,
    restore_comment,
    restore_post,
    take_out,
)
from grandequipe.groups.models import Group, Membership, MembershipState, Visibility
from grandequipe.groups.services import GroupInput, ban_member, edit_group, lift_ban
from grandequipe.members.models import Member
from grandequipe.search.models import SearchEntry
from grandequipe.search.queries import Question, count_facets, find_answer
from grandequipe.search.services import rebuild_all
from tests.factories import admit, draft_of, make_comment, make_post
from tests.search.conftest import Subject, found

WORDS = ("moulin", "renard", "castor", "violon", "jasmin")
SUBJECTS = (Post, Comment, Group, Member)
ACTS = 60
EVERY = 6


class World:
    """Random acts of the cast through the services; what is refused is refused."""

    def __init__(self, cast, seed: int) -> None:
        self.cast = cast
        self.random = random.Random(seed)
        self.members = [cast.amina, cast.bruno, cast.chloe, cast.driss]
        self.groups = [cast.ess, cast.private, cast.hidden, cast.moderated]

    def act(self) -> None:
        acts: list[Callable[[], object]] = [
            self.publish, self.publish, self.comment, self.comment, self.edit, self.edit_comment,
            self.remove, self.restore, self.take_out, self.place, self.decide, self.rename_group,
            self.rename_member, self.ban, self.admit, self.suspend, self.leave_comment,
        ]  # fmt: skip
        try:
            self.random.choice(acts)()
        except (Invalid, NotFound, Refused):
            db.session.rollback()

    def said(self) -> str:
        return " ".join(self.random.choices(WORDS, k=2))

    def pick(self, model):
        rows = db.session.scalars(select(model).order_by(model.id)).all()
        return self.random.choice(rows) if rows else None

    def post(self) -> Post:
        return self.pick(Post) or make_post(self.cast.amina, self.cast.ess)

    def publish(self) -> None:
        author, group = self.random.choice(self.members), self.random.choice(self.groups)
        make_post(author, group, title=self.said(), body_html=f"<p>{self.said()}</p>")

    def comment(self) -> None:
        make_comment(self.random.choice(self.members), self.post(), self.said())

    def edit(self) -> None:
        post = self.post()
        with atomic():
            edit_post(post.author, post, draft_of(post.kind, title=self.said()))

    def edit_comment(self) -> None:
        if comment := self.pick(Comment):
            with atomic():
                edit_comment(comment.author, comment, f"<p>{self.said()}</p>")

    def leave_comment(self) -> None:
        if comment := self.pick(Comment):
            with atomic():
                if comment.is_removed:
                    restore_comment(comment.author, comment)
                else:
                    remove_comment(comment.author, comment)

    def remove(self) -> None:
        post = self.post()
        with atomic():
            remove_post(self.random.choice([post.author, self.cast.bruno]), post)

    def restore(self) -> None:
        post = self.post()
        with atomic():
            restore_post(post.author, post)

    def take_out(self) -> None:
        with atomic():
            take_out(self.cast.bruno, self.post(), self.random.choice(self.groups))

    def place(self) -> None:
        post = self.post()
        with atomic():
            place_post(post.author, post, self.random.choice(self.groups))

    def decide(self) -> None:
        pending = select(Placement).where(Placement.status == PlacementStatus.PENDING)
        placements = db.session.scalars(pending.order_by(Placement.id)).all()
        if placements:
            post = self.random.choice(placements).post
            with atomic():
                if self.random.random() < 0.7:
                    approve_post(self.cast.bruno, post, post.text_version)
                else:
                    refuse_post(self.cast.bruno, post, "Non.")

    def rename_group(self) -> None:
        group = self.random.choice(self.groups)
        changed = {
            name: getattr(group, name)
            for name in GroupInput.__dataclass_fields__
            if hasattr(group, name)
        }
        changed |= {"name": self.said(), "visibility": self.random.choice(list(Visibility))}
        with atomic():
            edit_group(self.cast.amina, group, GroupInput(**changed))

    def rename_member(self) -> None:
        with atomic():
            member = self.random.choice(self.members)
            member.display_name, member.bio = self.said(), self.random.choice(["", self.said()])
            member.audiences = {"bio": self.random.choice(["groups", "members", "everyone"])}
            member.audiences = self.random.choice([member.audiences, {}])

    def suspend(self) -> None:
        with atomic():
            self.cast.driss.active = not self.cast.driss.active

    def ban(self) -> None:
        with atomic():
            ban_member(self.cast.amina, self.random.choice(self.groups), self.cast.chloe, "Non.")

    def admit(self) -> None:
        group = self.random.choice(self.groups)
        with atomic():
            lift_ban(self.cast.amina, group, self.cast.chloe)
        admit(group, self.cast.chloe)


class Scan:
    """A reading of everything that a viewer may see, in plain Python."""

    def __init__(self, viewer: Member | None) -> None:
        self.viewer = viewer
        mine = select(Membership).where(Membership.member_id == (viewer.id if viewer else 0))
        self.states = {each.group_id: each.state for each in db.session.scalars(mine)}

    def reads(self, group: Group) -> bool:
        is_member = self.states.get(group.id) is MembershipState.ACTIVE
        return group.is_public or is_member or self.is_admin

    def finds(self, group: Group) -> bool:
        is_asked = self.states.get(group.id) in (MembershipState.ACTIVE, MembershipState.INVITED)
        return group.visibility is not Visibility.HIDDEN or is_asked or self.is_admin

    @property
    def is_admin(self) -> bool:
        return self.viewer is not None and self.viewer.is_admin

    def bio_of(self, member: Member) -> str:
        audience = member.audiences.get("bio")
        groups = {
            each.group_id
            for each in db.session.scalars(select(Membership))
            if each.member_id == member.id and each.state is MembershipState.ACTIVE
        }
        mine = {id for id, state in self.states.items() if state is MembershipState.ACTIVE}
        is_shown = (
            audience in ("members", "everyone")
            or (audience == "groups" and bool(groups & mine))
            or (self.viewer is not None and self.viewer.id == member.id)
        )
        return member.bio if is_shown else ""

    def sees(self, post: Post) -> bool:
        return any(each.is_published and self.reads(each.group) for each in post.placements)

    def find(self, word: str) -> set[Subject]:
        every = {model: db.session.scalars(select(model)).unique().all() for model in SUBJECTS}
        shown: list[tuple[str, int, str]] = [
            *(("post", each.id, f"{each.title} {each.body_html}")
              for each in every[Post] if self.sees(each)),
            *(("comment", each.id, each.body_html)
              for each in every[Comment] if self.sees(each.post) and not each.is_removed),
            *(("group", each.id, f"{each.name} {each.description}")
              for each in every[Group] if self.finds(each)),
            *(("member", each.id, f"{each.display_name} {self.bio_of(each)}")
              for each in every[Member] if self.viewer and each.active),
        ]  # fmt: skip
        return {(kind, id) for kind, id, said in shown if word in re.findall(r"\w+", said)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_search_equals_a_scan_after_random_acts(cast, seed):
    world = World(cast, seed)
    for number in range(1, ACTS + 1):
        world.act()
        if number % EVERY == 0:
            compare(cast, WORDS[(number // EVERY) % len(WORDS)])
    for word in WORDS:
        compare(cast, word)
    derived = entries()
    with atomic():
        db.session.execute(delete(SearchEntry))
    rebuild_all()
    assert entries() == derived


def compare(cast, word: str) -> None:
    for viewer in (None, cast.amina, cast.chloe, cast.driss, cast.eva, cast.farid):
        expected = Scan(viewer).find(word)
        assert found(word, viewer) == expected, (word, viewer and viewer.display_name)
        question = Question(word, is_literal=True)
        assert find_answer(question, viewer).total == (len(expected), True)
        search = question.as_search(viewer)
        assert search
        types = [kind for kind, _id in expected]
        counted = {kind: types.count(kind) for kind in types}
        assert dict(count_facets(search).types) == counted, (word, viewer and viewer.display_name)
        db.session.rollback()


def entries() -> set[tuple[object, ...]]:
    """Read all that the triggers wrote, but for numbers that say nothing."""
    columns = [
        column
        for column in SearchEntry.__table__.columns
        if column.name not in ("id", "published_at", "earlier")
    ]
    rows = db.session.execute(select(*columns, SearchEntry.earlier))
    return {
        (
            *(tuple(cell) if isinstance(cell, list) else cell for cell in row[:-1]),
            tuple(sorted(row[-1])),
        )
        for row in rows
    }
