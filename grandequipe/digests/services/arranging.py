"""In which order a letter tells things, and how much of them, so that it stays short.

Guarantee: every post of the letter is either shown or counted, once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from grandequipe.digests.models import Story
from grandequipe.feed.models import Kind

# What is worth most to a reader in a hurry comes first.
ORDER = (Kind.CALL, Kind.RESOURCE, Kind.NEWS, Kind.ANALYSIS, Kind.PROJECT, Kind.WEBINAR)
RANKS = {kind: rank for rank, kind in enumerate(ORDER)}
MOST_OF_A_GROUP = 8


@dataclass(frozen=True)
class Section:
    """One group: the posts that are shown, and how many more there are."""

    group_slug: str
    group_name: str
    stories: tuple[Story, ...]
    more: int


@dataclass(frozen=True)
class Arrangement:
    """A letter's parts in their order; `elsewhere` counts posts of groups that are not named."""

    upcoming: Sequence[Story]
    sections: Sequence[Section]
    elsewhere: int

    @property
    def titles(self) -> list[str]:
        """List the titles of what is shown, in its order."""
        shown = chain(self.upcoming, *(section.stories for section in self.sections))
        return [story.title for story in shown]


def arrange(stories: Sequence[Story], now: datetime, most: int) -> Arrangement:
    """Put webinars to come first, then each group, and show about `most` posts in all."""
    upcoming = list_upcoming(stories, now)[: max(1, most // 4)]
    shown = {webinar.id for webinar in upcoming}
    groups = _by_group(story for story in stories if story.id not in shown)
    share = min(MOST_OF_A_GROUP, max(1, most // max(1, len(groups))))
    named, others = groups[:most], groups[most:]
    sections = [_section(of_group, share) for of_group in named]
    return Arrangement(upcoming, sections, sum(map(len, others)))


def list_upcoming(stories: Iterable[Story], now: datetime) -> list[Story]:
    """List the webinars that have not begun, soonest first."""
    coming = [
        (story.starts_at, story.id, story)
        for story in stories
        if story.starts_at and story.starts_at > now
    ]
    return [webinar for _starts_at, _id, webinar in sorted(coming)]


def _by_group(stories: Iterable[Story]) -> list[list[Story]]:
    """Gather stories by group, the liveliest group first."""
    groups: dict[str, list[Story]] = {}
    for story in stories:
        groups.setdefault(story.group_slug, []).append(story)
    return sorted(groups.values(), key=lambda of_group: (-len(of_group), of_group[0].group_name))


def _section(stories: list[Story], share: int) -> Section:
    """Show the first of each kind before the second of any."""
    ordered = sorted(stories, key=lambda story: RANKS[story.kind])
    shown = ordered if len(ordered) <= share else _of_all_kinds(ordered, share)
    slug, name = stories[0].group_slug, stories[0].group_name
    return Section(slug, name, tuple(shown), len(stories) - len(shown))


def _of_all_kinds(ordered: list[Story], share: int) -> list[Story]:
    taken: dict[Kind, int] = dict.fromkeys(ORDER, 0)
    turns = []
    for story in ordered:
        turns.append((taken[story.kind], RANKS[story.kind], story))
        taken[story.kind] += 1
    chosen = {story.id for _turn, _kind, story in sorted(turns, key=lambda turn: turn[:2])[:share]}
    return [story for story in ordered if story.id in chosen]
