"""The groups of the demo: their creation, memberships, roles and levels."""

from datetime import datetime, timedelta
from functools import partial

from grandequipe.demo import content
from grandequipe.demo.files import keep_cover
from grandequipe.demo.timeline import Action, Timeline
from grandequipe.groups import services
from grandequipe.groups.models import Colour, JoinPolicy, Level, PostingPolicy, Role, Visibility
from grandequipe.groups.services import GroupInput

JOINED_WITHIN = timedelta(days=30)
JOINED_BEFORE = timedelta(hours=8)
ANSWERED_AFTER = timedelta(hours=2)
PROMOTED_AFTER = timedelta(hours=3)
LEVELS = (Level.MENTIONS,) * 7 + (Level.ALL, Level.DIGEST, Level.NONE)
NOTIFIED_OF_ALL = "amina"
# Days since the pending requests and invitations.
PENDING_SINCE = (1.3, 0.3)

# The time of the first post, comment or reaction, by (group, person): they had joined by then.
FirstActivity = dict[tuple[str, str], datetime]


def plan_groups(timeline: Timeline, first_activity: FirstActivity) -> None:
    """Plan the creation of every group, and its members' joining before they first post there."""
    for group in content.groups():
        created_at = timeline.ago(group.ago)
        timeline.add(created_at, partial(_create_group, timeline, group))
        for key in group.moderators:
            _plan_join(timeline, group, key, created_at + timedelta(minutes=1))
            timeline.add(created_at + PROMOTED_AFTER, partial(_promote, timeline, group, key))
        for key in group.members:
            posts_at = first_activity.get((group.key, key), timeline.now)
            _plan_join(timeline, group, key, _join_time(timeline, created_at, posts_at))
        _plan_pending(timeline, group)


def _join_time(timeline: Timeline, created_at: datetime, posts_at: datetime) -> datetime:
    latest = min(created_at + JOINED_WITHIN, posts_at) - JOINED_BEFORE
    return created_at + (latest - created_at) * timeline.chance.random() ** 2


def _plan_join(timeline: Timeline, group: content.GroupText, key: str, at: datetime) -> None:
    steps: list[Action] = [partial(_join, timeline, group, key)]
    if group.join_policy == JoinPolicy.INVITE:
        steps.insert(0, partial(_invite, timeline, group, key))
    if group.join_policy == JoinPolicy.REQUEST:
        steps.append(partial(_accept, timeline, group, key))
    for number, step in enumerate(steps):
        timeline.add(at + number * ANSWERED_AFTER / 2, step)
    level = Level.ALL if key == NOTIFIED_OF_ALL else timeline.chance.choice(LEVELS)
    timeline.add(at + ANSWERED_AFTER, partial(_set_level, timeline, group, key, level))


def _plan_pending(timeline: Timeline, group: content.GroupText) -> None:
    for key, days in zip(group.requested, PENDING_SINCE, strict=False):
        timeline.add(timeline.ago(days), partial(_join, timeline, group, key))
    for key, days in zip(group.invited, PENDING_SINCE, strict=False):
        timeline.add(timeline.ago(days), partial(_invite, timeline, group, key))


def _create_group(timeline: Timeline, group: content.GroupText) -> None:
    group_input = GroupInput(
        group.name,
        group.description,
        Visibility(group.visibility),
        JoinPolicy(group.join_policy),
        PostingPolicy(group.posting_policy),
        content.LANGUAGE,
        Colour(group.colour) if group.colour else None,
    )
    founder = timeline.members[group.owner]
    created = timeline.groups[group.key] = services.create_group(founder, group_input)
    if group.charter:
        services.publish_charter(
            founder, created, content.paragraphs(group.charter), content.LANGUAGE
        )
    if group.cover:
        services.change_cover(founder, created, keep_cover(group.cover, group.name))


def _join(timeline: Timeline, group: content.GroupText, key: str) -> None:
    joined = timeline.groups[group.key]
    services.join_group(timeline.members[key], joined, joined.charter_version)


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


def _set_level(timeline: Timeline, group: content.GroupText, key: str, level: Level) -> None:
    services.change_level(timeline.members[key], timeline.groups[group.key], level)
