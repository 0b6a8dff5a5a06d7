"""In which order a letter tells things, and how much of them, so that it stays short.

Guarantee: every post of the letter is either shown or counted, once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from grandequipe.feed.models import Kind, Post, Webinar
from grandequipe.groups.models import Group

# What is worth most to a reader in a hurry comes first.
ORDER = (Kind.CALL, Kind.RESOURCE, Kind.NEWS, Kind.ANALYSIS, Kind.PROJECT, Kind.WEBINAR)
MOST_OF_A_GROUP = 8


@dataclass(frozen=True)
class Section:
    """One group: the posts that are shown, and how many more there are."""

    group: Group
    posts: Sequence[Post]
    more: int


@dataclass(frozen=True)
class Arrangement:
    """A letter's parts in their order; `elsewhere` counts posts of groups that are not named."""

    upcoming: Sequence[Webinar]
    sections: Sequence[Section]
    elsewhere: int


def arrange(posts: Sequence[Post], now: datetime, most: int) -> Arrangement:
    """Put webinars to come first, then each group, and show about `most` posts in all."""
    upcoming = list_upcoming(posts, now)[: max(1, most // 4)]
    shown = {webinar.id for webinar in upcoming}
    groups = _by_group(post for post in posts if post.id not in shown)
    share = min(MOST_OF_A_GROUP, max(1, most // max(1, len(groups))))
    named, others = groups[:most], groups[most:]
    sections = [_section(of_group, share) for of_group in named]
    return Arrangement(upcoming, sections, sum(map(len, others)))


def list_upcoming(posts: Iterable[Post], now: datetime) -> list[Webinar]:
    """List the webinars that have not begun, soonest first."""
    coming = [
        (post.starts_at, post.id, post)
        for post in posts
        if isinstance(post, Webinar) and post.starts_at and post.starts_at > now
    ]
    return [webinar for _starts_at, _id, webinar in sorted(coming)]


def _by_group(posts: Iterable[Post]) -> list[list[Post]]:
    """Gather posts by group, the liveliest group first."""
    groups: dict[int, list[Post]] = {}
    for post in posts:
        groups.setdefault(post.group_id, []).append(post)
    return sorted(groups.values(), key=lambda of_group: (-len(of_group), of_group[0].group.name))


def _section(posts: list[Post], share: int) -> Section:
    """Show the first of each kind before the second of any."""
    ordered = sorted(posts, key=lambda post: ORDER.index(post.kind))
    shown = ordered if len(ordered) <= share else _of_all_kinds(ordered, share)
    return Section(posts[0].group, shown, len(posts) - len(shown))


def _of_all_kinds(ordered: list[Post], share: int) -> list[Post]:
    rank: dict[Kind, int] = dict.fromkeys(ORDER, 0)
    turns = []
    for post in ordered:
        turns.append((rank[post.kind], ORDER.index(post.kind), post))
        rank[post.kind] += 1
    chosen = {post.id for _turn, _kind, post in sorted(turns, key=lambda turn: turn[:2])[:share]}
    return [post for post in ordered if post.id in chosen]
