"""A community of millions of rows, written by COPY in a few minutes.

It goes around the services and the triggers of the database: every column that the models ask for
is written here. Everything happens in the order of time, so that ids, positions and dates agree.
Sequences are left where they are: nothing is added to it afterwards but log-ins.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg

from benchmarks.large.copying import Row, copy_rows
from grandequipe.core import clock
from grandequipe.core.events import Event, EventRecord, Stream
from grandequipe.core.events.partitions import list_partitions, make_partition, month_of
from grandequipe.core.html import summary
from grandequipe.demo.seeding import sentences
from grandequipe.demo.seeding.account import table_of
from grandequipe.demo.seeding.people import EMAIL
from grandequipe.digests.models import DigestSubscription
from grandequipe.feed.events import CommentAdded, PostPublished
from grandequipe.feed.models import (
    Comment,
    Kind,
    Placement,
    PlacementStatus,
    Post,
    PostCounters,
    WebinarDetails,
)
from grandequipe.groups.models import Group, Membership, MembershipState, Role
from grandequipe.members.models import Member
from grandequipe.notifications.models import (
    MOST_ENTRIES,
    Notification,
    NotificationKind,
    SubjectType,
)

PAST = timedelta(days=80)
GROUPS = 300
BIGGEST, QUIET, OTHERS = 1, (2, 3, 4), range(5, GROUPS + 1)
POSTS_OF_A_QUIET_GROUP = 10
GROUPS_OF_A_MEMBER = 5
# How many events of a group its members have not seen, and no digest has shown, in any size.
UNSEEN = 5
# One of so many posts of the community is unread in the bell of `Reader.FIFTY`.
POSTS_FOR_A_LINE = 100
TEXTS = 1_000


class Reader(StrEnum):
    """The members whose pages are measured."""

    QUIET = "three quiet groups"
    FIFTY = "50 groups"
    TWO_HUNDRED = "200 groups"

    @property
    def id(self) -> int:
        """Give the id of the member."""
        return list(Reader).index(self) + 1

    @property
    def groups(self) -> Iterable[int]:
        """Give the ids of the groups that the member is in."""
        if self is Reader.QUIET:
            return QUIET
        return (BIGGEST, *OTHERS[: (49 if self is Reader.FIFTY else 199)])


OWNER = len(Reader) + 1


@dataclass(frozen=True)
class Community:
    """How much there is; the number of groups is the same in every size."""

    posts: int = 2_000_000
    comments: int = 1_000_000
    members: int = 100_000
    now: datetime = field(default_factory=clock.now)

    def __post_init__(self) -> None:
        if self.posts < GROUPS or self.members <= OWNER:
            raise ValueError(f"{GROUPS} posts and {OWNER + 1} members are the least.")

    def make_partitions(self) -> None:
        """Make the monthly partitions of the past, where they are missing."""
        month = month_of(self.founded)
        while month.begins_at <= self.now:
            if month.partition not in list_partitions():
                make_partition(month)
            month = month.next

    def write(self, connection: psycopg.Connection[Any]) -> None:
        """Write everything into an empty database with its taxonomies, as its superuser."""
        # No triggers: no foreign key is looked up, nothing is copied for the previous release.
        connection.execute("SET session_replication_role = replica")
        for table, rows in (
            (Stream, self._streams()),
            (Member, self._members()),
            (Group, self._groups()),
            (Membership, self._memberships()),
            (DigestSubscription, self._subscriptions()),
            (Post, self._posts()),
            (PostCounters, self._counters()),
            (WebinarDetails, self._webinars()),
            (Placement, self._placements()),
            (Comment, self._comments()),
            (EventRecord, self._events()),
        ):
            copy_rows(connection, table_of(table), rows)
        connection.execute("RESET session_replication_role")
        # Its trigger fills what the previous release must find in every row.
        copy_rows(connection, table_of(Notification), self._notifications())
        connection.execute("VACUUM ANALYZE")

    # --- who and where ---------------------------------------------------------------------------

    @cached_property
    def belonging(self) -> dict[int, list[int]]:
        """Choose the groups of each member; the owner of all groups is in each."""
        chance = random.Random(1)
        chosen = {reader.id: list(reader.groups) for reader in Reader}
        chosen[OWNER] = list(range(1, GROUPS + 1))
        for id in range(OWNER + 1, self.members + 1):
            chosen[id] = [BIGGEST, *chance.sample(OTHERS, GROUPS_OF_A_MEMBER - 1)]
        return chosen

    @cached_property
    def members_of(self) -> dict[int, list[int]]:
        """Give the members of each group."""
        found: dict[int, list[int]] = {group: [] for group in range(1, GROUPS + 1)}
        for member, groups in self.belonging.items():
            for group in groups:
                found[group].append(member)
        return found

    @cached_property
    def heads(self) -> Counter[int]:
        """Count the events of each group."""
        heads: Counter[int] = Counter()
        for post in range(1, self.posts + 1):
            heads[self.group_of(post)] += 1 + self.comments_of(post)
        return heads

    def group_of(self, post: int) -> int:
        """Say where a post stands: the first ones in quiet groups, a tenth in the biggest."""
        if post <= POSTS_OF_A_QUIET_GROUP * len(QUIET):
            return QUIET[post % len(QUIET)]
        if post % 10 == 0:
            return BIGGEST
        return OTHERS[post * 7_919 % len(OTHERS)]

    def kind_of(self, post: int) -> Kind:
        """Say what a post is."""
        return list(Kind)[post // 10 % len(Kind)]

    def author_of(self, post: int) -> int:
        """Say which member of the group wrote a post."""
        members = self.members_of[self.group_of(post)]
        return members[post * 31 % len(members)]

    def comments_of(self, post: int) -> int:
        """Count the comments of a post; they are spread evenly."""
        return post * self.comments // self.posts - (post - 1) * self.comments // self.posts

    def at(self, post: int) -> datetime:
        """Say when a post was published, and what is under it was said."""
        return self.now - PAST * (1 - post / (self.posts + 1))

    def stream_of_member(self, member: int) -> int:
        """Give the id of a member's stream; a group's has the id of the group."""
        return GROUPS + member

    @property
    def founded(self) -> datetime:
        """Say when the groups began."""
        return self.now - PAST

    # --- rows ------------------------------------------------------------------------------------

    def _streams(self) -> Iterator[Row]:
        for member in self.belonging:
            yield {"id": self.stream_of_member(member), "last_position": 0}
        for group in self.members_of:
            yield {"id": group, "last_position": self.heads[group]}

    def _members(self) -> Iterator[Row]:
        chance = random.Random(2)
        for id in self.belonging:
            yield {
                "id": id,
                "email": EMAIL.format(id),
                "display_name": sentences.person(chance),
                "fs_uniquifier": f"{id:064x}",
                "confirmed_at": self.founded,
                "created_at": self.founded,
                "stream_id": self.stream_of_member(id),
            }

    def _groups(self) -> Iterator[Row]:
        chance = random.Random(3)
        for id, members in self.members_of.items():
            yield {
                "id": id,
                "slug": f"bench-{id}",
                "name": f"Quartier {id}",
                "description": sentences.paragraph(chance),
                "member_count": len(members),
                "created_at": self.founded,
                "stream_id": id,
            }

    def _memberships(self) -> Iterator[Row]:
        for member, groups in self.belonging.items():
            for group in groups:
                seen = max(0, self.heads[group] - UNSEEN)
                yield {
                    "group_id": group,
                    "member_id": member,
                    "role": Role.OWNER if member == OWNER else Role.MEMBER,
                    "state": MembershipState.ACTIVE,
                    "since": self.founded,
                    "seen_position": seen,
                    "digested_position": seen,
                }

    def _subscriptions(self) -> Iterator[Row]:
        for member in self.belonging:
            yield {
                "member_id": member,
                "unsubscribe_key": f"{member:064x}",
                "next_due_at": self.now + timedelta(days=3),
                "next_period": "week:next",
            }

    def _posts(self) -> Iterator[Row]:
        chance = random.Random(4)
        bodies = [sentences.body(chance) for _number in range(TEXTS)]
        texts = [(sentences.title(chance), body, summary(body)) for body in bodies]
        for id in range(1, self.posts + 1):
            title, body, short = texts[id % TEXTS]
            kind, at = self.kind_of(id), self.at(id)
            yield {
                "id": id,
                "kind": kind,
                "author_id": self.author_of(id),
                "title": title,
                "body_html": body,
                "summary": short,
                "created_at": at,
                "version": 1,
            }

    def _webinars(self) -> Iterator[Row]:
        for post in range(1, self.posts + 1):
            if self.kind_of(post) is Kind.WEBINAR:
                dates = self._dates(Kind.WEBINAR, self.at(post))
                yield {"post_id": post, **dates, "time_zone": "Europe/Paris"}

    def _counters(self) -> Iterator[Row]:
        for post in range(1, self.posts + 1):
            if count := self.comments_of(post):
                yield {"post_id": post, "comment_count": count}

    def _placements(self) -> Iterator[Row]:
        for post in range(1, self.posts + 1):
            kind, at = self.kind_of(post), self.at(post)
            yield {
                "post_id": post,
                "group_id": self.group_of(post),
                "kind": kind,
                "status": PlacementStatus.PUBLISHED,
                "created_at": at,
                "published_at": at,
                **self._dates(kind, at),
            }

    @staticmethod
    def _dates(kind: Kind, at: datetime) -> Row:
        """Say when a webinar begins and ends; other kinds do neither."""
        if kind is not Kind.WEBINAR:
            return {"starts_at": None, "ends_at": None}
        begins = at + timedelta(days=14)
        return {"starts_at": begins, "ends_at": begins + timedelta(hours=1)}

    def _said(self) -> Iterator[tuple[int, int, int]]:
        """Give each comment with its post and its author."""
        id = 0
        for post in range(1, self.posts + 1):
            members = self.members_of[self.group_of(post)]
            for _number in range(self.comments_of(post)):
                id += 1
                yield id, post, members[id * 17 % len(members)]

    def _comments(self) -> Iterator[Row]:
        chance = random.Random(5)
        texts = [f"<p>{sentences.sentence(chance)}</p>" for _number in range(TEXTS)]
        for id, post, author in self._said():
            yield {
                "id": id,
                "post_id": post,
                "author_id": author,
                "body_html": texts[id % TEXTS],
                "created_at": self.at(post),
            }

    def _events(self) -> Iterator[Row]:
        position: Counter[int] = Counter()
        said = self._said()
        for post in range(1, self.posts + 1):
            group, author = self.group_of(post), self.author_of(post)
            published = PostPublished(subject_id=post, actor_id=author, group_id=group)
            added = (
                CommentAdded(subject_id=id, actor_id=by, group_id=group, post_id=post)
                for id, post, by in (next(said) for _number in range(self.comments_of(post)))
            )
            for event in (published, *added):
                position[group] += 1
                yield self._event(event, group, position[group], self.at(post))

    def _event(self, event: Event, group: int, position: int, at: datetime) -> Row:
        return {
            "stream_id": group,
            "position": position,
            "kind": event.kind,
            "version": event.version,
            "subject_id": event.subject_id,
            "actor_id": event.actor_id,
            "data": event.data,
            "at": at,
            "pending_handlers": [],
        }

    def _notifications(self) -> Iterator[Row]:
        """Notify the authors of commented posts, and one reader of many posts."""
        number = 0
        for post, said in groupby(self._said(), key=itemgetter(1)):
            by_others = [(id, by) for id, _post, by in said if by != self.author_of(post)]
            if by_others:
                kind = NotificationKind.COMMENT_ON_MY_POST
                yield self._notification(number, self.author_of(post), kind, post, by_others)
                number += len(by_others)
        groups = set(Reader.FIFTY.groups)
        wanted = self.posts // POSTS_FOR_A_LINE
        for post in range(self.posts, 0, -1):
            if wanted and self.group_of(post) in groups:
                kind, by_author = NotificationKind.POST_PUBLISHED, [(None, self.author_of(post))]
                yield self._notification(number, Reader.FIFTY.id, kind, post, by_author)
                number, wanted = number + 1, wanted - 1

    def _notification(
        self,
        number: int,
        member: int,
        kind: NotificationKind,
        post: int,
        entries: Sequence[tuple[int | None, int]],
    ) -> Row:
        newest = entries[: -MOST_ENTRIES - 1 : -1]
        return {
            "member_id": member,
            "kind": kind,
            "topic": f"{kind}:post:{post}",
            "subject_type": SubjectType.POST,
            "subject_id": post,
            "group_id": self.group_of(post),
            "event_ids": [number + len(entries) - place for place in range(len(newest))],
            "actor_ids": [actor for _comment, actor in newest],
            "comment_ids": [comment for comment, _actor in newest],
            "unread_count": len(entries),
            "created_at": self.at(post),
        }
