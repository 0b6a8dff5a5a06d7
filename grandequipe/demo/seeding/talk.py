"""Posts, comments and reactions of the crowd."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from grandequipe.core.html import summary
from grandequipe.demo.seeding import sentences
from grandequipe.demo.seeding.account import Account, table_of, write, write_numbered
from grandequipe.feed.events import CommentAdded, PostPublished
from grandequipe.feed.models import (
    Comment,
    Kind,
    Placement,
    PlacementStatus,
    Post,
    PostCounters,
    Reaction,
    ReactionName,
    WebinarDetails,
)
from grandequipe.feed.models.posts import post_theme
from grandequipe.taxonomies.queries import list_themes

THEMES_OF_A_POST = 2
REACTIONS_OF_A_POST = 3
POST, PLACEMENT = table_of(Post), table_of(Placement)
COMMENT, REACTION = table_of(Comment), table_of(Reaction)
COUNTERS = table_of(PostCounters)
IN_GROUP = ("group_id", "status", "published_at")
BOTH = ("kind", "created_at")
OF_WEBINAR = ("starts_at", "ends_at", "time_zone", "join_url")


class Talk:
    """The posts of the crowd, with their comments and reactions."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.comments: Counter[int] = Counter()
        self.reactions: dict[int, Counter[str]] = defaultdict(Counter)
        self.posts: dict[int, dict[str, Any]] = {}

    def write(self) -> None:
        """Write all posts, comments and reactions, and their counters."""
        self._write_posts()
        self._write_comments()
        self._write_reactions()
        self._count()

    def _write_posts(self) -> None:
        rows = sorted(
            (self._post(place) for place in range(self.account.size.posts)),
            key=lambda row: row["published_at"],
        )
        apart = (*IN_GROUP, *OF_WEBINAR)
        texts = [{name: row[name] for name in row if name not in apart} for row in rows]
        self.posts = dict(zip(write_numbered(POST, texts), rows, strict=True))
        write(
            table_of(WebinarDetails),
            (
                {"post_id": id, **{name: row[name] for name in OF_WEBINAR}}
                for id, row in self.posts.items()
                if row["kind"] is Kind.WEBINAR
            ),
        )
        write(
            PLACEMENT,
            (
                {"post_id": id, **{name: row[name] for name in (*BOTH, *IN_GROUP)}}
                for id, row in self.posts.items()
            ),
        )
        for id, row in self.posts.items():
            self._record(PostPublished, row["published_at"], id, row["author_id"], id)
        themes = [theme.id for theme in list_themes()]
        write(
            post_theme,
            (
                {"post_id": id, "theme_id": theme}
                for id in self.posts
                for theme in self.account.chance.sample(themes, THEMES_OF_A_POST)
            ),
        )

    def _post(self, place: int) -> dict[str, Any]:
        chance = self.account.chance
        group = self.account.groups[place % len(self.account.groups)]
        at, body = self.account.some_time(), sentences.body(chance)
        kind = list(Kind)[place // len(self.account.groups) % len(Kind)]
        return {
            "kind": kind,
            "group_id": group,
            "author_id": chance.choice(self.account.belonging[group]),
            "title": sentences.title(chance),
            "body_html": body,
            "summary": summary(body),
            "status": PlacementStatus.PUBLISHED,
            "created_at": at,
            "published_at": at,
            **_own_fields(kind, at),
        }

    def _write_comments(self) -> None:
        ids = list(self.posts)
        rows = sorted(
            (self._comment(self.account.chance.choice(ids)) for _ in range(self._many_comments)),
            key=lambda row: row["created_at"],
        )
        for id, row in zip(write_numbered(COMMENT, rows), rows, strict=True):
            self.comments[row["post_id"]] += 1
            self._record(CommentAdded, row["created_at"], id, row["author_id"], row["post_id"])

    @property
    def _many_comments(self) -> int:
        return self.account.size.comments if self.posts else 0

    def _comment(self, post_id: int) -> dict[str, Any]:
        post = self.posts[post_id]
        return {
            "post_id": post_id,
            "author_id": self._someone(post),
            "body_html": f"<p>{sentences.sentence(self.account.chance)}</p>",
            "created_at": self.account.some_time(self.account.now - post["published_at"]),
        }

    def _write_reactions(self) -> None:
        said = {
            (id, self._someone(row), self.account.chance.choice(list(ReactionName)))
            for id, row in self.posts.items()
            for _ in range(self.account.chance.randint(0, 2 * REACTIONS_OF_A_POST))
        }
        names = ("post_id", "member_id", "name")
        write(REACTION, (dict(zip(names, each, strict=True)) for each in sorted(said)))
        for id, _member, name in said:
            self.reactions[id][name.value] += 1

    def _someone(self, post: dict[str, Any]) -> int:
        return self.account.chance.choice(self.account.belonging[post["group_id"]])

    def _record(
        self,
        event: type[PostPublished | CommentAdded],
        at: datetime,
        subject: int,
        actor: int,
        post: int,
    ) -> None:
        group = self.posts[post]["group_id"]
        more = {"post_id": post} if event is CommentAdded else {}
        recorded = event(subject_id=subject, actor_id=actor, group_id=group, **more)
        self.account.record(at, self.account.group_streams[group], recorded)

    def _count(self) -> None:
        write(
            COUNTERS,
            (
                {
                    "post_id": id,
                    "comment_count": self.comments[id],
                    **{f"{name}_count": self.reactions[id][name.value] for name in ReactionName},
                }
                for id in self.posts
            ),
        )


def _own_fields(kind: Kind, at: datetime) -> dict[str, Any]:
    """Return all columns of all kinds: one statement writes all posts."""
    own: dict[str, Any] = dict.fromkeys(
        ("url", "resource_type", "publisher", *OF_WEBINAR, "deadline")
    )
    if kind is Kind.RESOURCE:
        own |= {"url": "https://example.org/guide", "resource_type": "guide", "publisher": "Avise"}
    if kind is Kind.WEBINAR:
        starts_at = at + timedelta(days=14)
        own |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
        own["time_zone"] = "Europe/Paris"
    if kind is Kind.CALL:
        own["deadline"] = at + timedelta(days=30)
    return own
