"""In which order a letter tells things, and how much of them, so that it stays short.

Guarantee: every post of the letter is either shown or counted, once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from grandequipe.digests.models import Story
from grandequipe.feed.models import Kind

# What is worth most to a reader in a hurry comes first.
ORDER = (Kind.WEBINAR, Kind.CALL, Kind.RESOURCE, Kind.NEWS, Kind.ANALYSIS, Kind.PROJECT)
RANKS = {kind: rank for rank, kind in enumerate(ORDER)}
MOST_OF_A_GROUP = 8
MOST_WEBINARS = 4
NO_HURRY = datetime.max.replace(tzinfo=UTC)


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
    def shown(self) -> list[Story]:
        """List what is shown, in its order."""
        return [*self.upcoming, *chain(*(section.stories for section in self.sections))]


def arrange(stories: Sequence[Story], now: datetime, most: int, strongest: Story) -> Arrangement:
    """Put webinars to come first, then each group, and show about `most` posts in all.

    The strongest, whose title is the subject's, is shown, and its group comes before the others.
    """
    upcoming = list_upcoming(stories, now)[: min(MOST_WEBINARS, max(1, most // 4))]
    shown = {webinar.id for webinar in upcoming}
    groups = _by_group((story for story in stories if story.id not in shown), strongest)
    share = min(MOST_OF_A_GROUP, max(1, most // max(1, len(groups))))
    named, others = groups[:most], groups[most:]
    sections = [_section(of_group, share, strongest) for of_group in named]
    return Arrangement(upcoming, sections, sum(map(len, others)))


def list_upcoming(stories: Iterable[Story], now: datetime) -> list[Story]:
    """List the webinars that have not begun, soonest first."""
    coming = [
        (story.starts_at, story.id, story)
        for story in stories
        if story.starts_at and story.starts_at > now
    ]
    return [webinar for _starts_at, _id, webinar in sorted(coming)]


def _by_group(stories: Iterable[Story], strongest: Story) -> list[list[Story]]:
    """Gather stories by group: that of the strongest, then the liveliest first."""
    groups: dict[str, list[Story]] = {}
    for story in stories:
        groups.setdefault(story.group_slug, []).append(story)
    return sorted(
        groups.values(),
        key=lambda of_group: (
            strongest not in of_group,
            -len(of_group),
            of_group[0].group_name,
        ),
    )


def _section(stories: list[Story], share: int, strongest: Story) -> Section:
    """Show the first of each kind before the second of any."""
    ordered = sorted(stories, key=_place)
    shown = ordered if len(ordered) <= share else _of_all_kinds(ordered, share, strongest)
    slug, name = stories[0].group_slug, stories[0].group_name
    return Section(slug, name, tuple(shown), len(stories) - len(shown))


def _place(story: Story) -> tuple[bool, int, datetime]:
    """Put what is over last, and of a kind what is due first, then the newest."""
    return story.is_over, RANKS[story.kind], story.happens_at or NO_HURRY


def _of_all_kinds(ordered: list[Story], share: int, strongest: Story) -> list[Story]:
    taken: dict[Kind, int] = dict.fromkeys(ORDER, 0)
    turns = []
    for place, story in enumerate(ordered):
        turns.append((story.id != strongest.id, taken[story.kind], place, story))
        taken[story.kind] += 1
    chosen = {story.id for *_turn, story in sorted(turns)[:share]}
    return [story for story in ordered if story.id in chosen]
