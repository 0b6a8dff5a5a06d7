"""How the groups of the demo were founded, and who came to them how."""

from datetime import datetime, timedelta
from functools import partial

from grandequipe.demo import content
from grandequipe.demo.timeline import Act, Timeline
from grandequipe.groups import services
from grandequipe.groups.models import JoinPolicy, Level, PostingPolicy, Role, Visibility
from grandequipe.groups.services import GroupInput

LATEST_ARRIVAL = timedelta(days=30)
BEFORE_SPEAKING = timedelta(hours=8)
ANSWERED_AFTER = timedelta(hours=2)
PROMOTED_AFTER = timedelta(hours=3)
LEVELS = (Level.MENTIONS,) * 7 + (Level.ALL, Level.DIGEST, Level.NONE)
TOLD_ALL = "amina"
# How many days ago those asked, or were invited, whom nobody has answered yet.
WAITING_SINCE = (1.3, 0.3)

# When each person first spoke in each group: they had joined by then.
FirstWords = dict[tuple[str, str], datetime]


def plan_groups(timeline: Timeline, first_words: FirstWords) -> None:
    """Have every group founded, and its people come before they first speak there."""
    for group in content.groups():
        founded = timeline.ago(group.ago)
        timeline.add(founded, partial(_found, timeline, group))
        for key in group.moderators:
            _plan_arrival(timeline, group, key, founded + timedelta(minutes=1))
            timeline.add(founded + PROMOTED_AFTER, partial(_promote, timeline, group, key))
        for key in group.members:
            speaks_at = first_words.get((group.key, key), timeline.now)
            _plan_arrival(timeline, group, key, _arrival(timeline, founded, speaks_at))
        _plan_waiting(timeline, group)


def _arrival(timeline: Timeline, founded: datetime, speaks_at: datetime) -> datetime:
    latest = min(founded + LATEST_ARRIVAL, speaks_at) - BEFORE_SPEAKING
    return founded + (latest - founded) * timeline.chance.random() ** 2


def _plan_arrival(timeline: Timeline, group: content.GroupText, key: str, at: datetime) -> None:
    how: list[Act] = [partial(_join, timeline, group, key)]
    if group.join_policy == JoinPolicy.INVITE:
        how.insert(0, partial(_invite, timeline, group, key))
    if group.join_policy == JoinPolicy.REQUEST:
        how.append(partial(_accept, timeline, group, key))
    for step, act in enumerate(how):
        timeline.add(at + step * ANSWERED_AFTER / 2, act)
    level = Level.ALL if key == TOLD_ALL else timeline.chance.choice(LEVELS)
    timeline.add(at + ANSWERED_AFTER, partial(_listen, timeline, group, key, level))


def _plan_waiting(timeline: Timeline, group: content.GroupText) -> None:
    for key, days in zip(group.requested, WAITING_SINCE, strict=False):
        timeline.add(timeline.ago(days), partial(_join, timeline, group, key))
    for key, days in zip(group.invited, WAITING_SINCE, strict=False):
        timeline.add(timeline.ago(days), partial(_invite, timeline, group, key))


def _found(timeline: Timeline, group: content.GroupText) -> None:
    draft = GroupInput(
        group.name,
        group.description,
        Visibility(group.visibility),
        JoinPolicy(group.join_policy),
        PostingPolicy(group.posting_policy),
        content.LANGUAGE,
    )
    founder = timeline.members[group.owner]
    timeline.groups[group.key] = services.create_group(founder, draft)


def _join(timeline: Timeline, group: content.GroupText, key: str) -> None:
    services.join_group(timeline.members[key], timeline.groups[group.key])


def _accept(timeline: Timeline, group: content.GroupText, key: str) -> None:
    services.answer_request(
        timeline.members[group.owner],
        timeline.groups[group.key],
        timeline.members[key],
        accept=True,
    )


def _invite(timeline: Timeline, group: content.GroupText, key: str) -> None:
    owner, guest = timeline.members[group.owner], timeline.members[key]
    services.invite_member(owner, timeline.groups[group.key], guest)


def _promote(timeline: Timeline, group: content.GroupText, key: str) -> None:
    owner, member = timeline.members[group.owner], timeline.members[key]
    services.change_role(owner, timeline.groups[group.key], member, Role.MODERATOR)


def _listen(timeline: Timeline, group: content.GroupText, key: str, level: Level) -> None:
    services.change_level(timeline.members[key], timeline.groups[group.key], level)
