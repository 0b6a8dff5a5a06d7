"""Posts, comments and reactions of the people of the demo, in the order of time."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from grandequipe.demo import content
from grandequipe.demo.belonging import FirstActivity
from grandequipe.demo.files import keep_files
from grandequipe.demo.people import IN_ITS_NAME, RUN_BY
from grandequipe.demo.registering import ARRIVED_AFTER, attend, registrations_of
from grandequipe.demo.timeline import Timeline
from grandequipe.demo.typography import typeset
from grandequipe.feed import services
from grandequipe.feed.models import Comment, JoinFor, Kind, Post, ReactionName, ResourceType
from grandequipe.feed.models.inputs import INPUTS
from grandequipe.moderation.models import ReportReason, SubjectType
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services.reports import ReportInput, report

DEADLINE_HOUR = time(18)
REACTED_WITHIN = timedelta(hours=40)
HIGHLIGHTED_AFTER = timedelta(hours=1)
REPORTED_DAYS_AGO = 0.6
OUTDATED = "Le modèle date d'avant le nouveau dispositif : le lien mène à une page vide."
JOIN_URL = "https://visio.example.org/"
APPROVERS = {"emploi": "fatou"}


class Talk:
    """One post, with its comments and reactions."""

    def __init__(self, timeline: Timeline, text: content.PostText) -> None:
        self.timeline = timeline
        self.text = text
        self.written_at = timeline.posted(text.ago)
        self.published_at = self.written_at + timedelta(hours=text.approved)
        self.post: Post
        self.comments: list[Comment] = []

    def plan(self, first_activity: FirstActivity) -> None:
        """Put everything on the timeline, and note each person's first activity."""
        self._note(first_activity, self.text.by, self.written_at)
        self.timeline.add(self.written_at, self._write)
        if self.text.approved:
            self.timeline.add(self.published_at, self._approve)
        if self.text.pinned or self.text.featured:
            self.timeline.add(self.published_at + HIGHLIGHTED_AFTER, self._highlight)
        if self.text.reported:
            self.timeline.add(self.timeline.ago(REPORTED_DAYS_AGO), self._report)
        for comment in self.text.comments:
            at = self.published_at + timedelta(hours=comment.after)
            self._note(first_activity, comment.by, at)
            self.timeline.add(at, partial(self._comment, comment))
        self._plan_registrations(first_activity)
        for name, keys in self.text.reactions.items():
            for key in keys:
                self._note(first_activity, key, self.published_at)
                self.timeline.add(self._soon(), partial(self._react, key, ReactionName(name)))

    def _note(self, first_activity: FirstActivity, key: str, at: datetime) -> None:
        place = (self.text.group, key)
        first_activity[place] = min(at, first_activity.get(place, at))

    def _soon(self) -> datetime:
        latest = min(self.published_at + REACTED_WITHIN, self.timeline.now)
        chance = 0.02 + 0.97 * self.timeline.chance.random()
        return self.published_at + (latest - self.published_at) * chance

    def _plan_registrations(self, first_activity: FirstActivity) -> None:
        for key in (*self.text.registered, *self.text.replay):
            self._note(first_activity, key, self.published_at)
        planned = registrations_of(self.timeline, self.text, self.published_at, lambda: self.post)
        for at, act in planned:
            self.timeline.add(at, act)
        if self.text.registered:
            starts_at = _own_fields(self.timeline, self.text)["starts_at"]
            self.timeline.add(starts_at + ARRIVED_AFTER, partial(attend, lambda: self.post))

    @property
    def _is_of_organisation(self) -> bool:
        return self.text.by in RUN_BY and self.text.kind in IN_ITS_NAME

    def _write(self) -> None:
        text, author = self.text, self.timeline.members[self.text.by]
        draft = INPUTS[Kind(text.kind)](
            title=text.title,
            body_html=text.body_html,
            language=content.LANGUAGE,
            themes=text.themes,
            territories=text.territories,
            files=[file.id for file in keep_files(self.timeline.members[text.by], text)],
            organisation_id=author.organisation_id if self._is_of_organisation else None,
            **_own_fields(self.timeline, text),
        )
        self.post = services.publish_post(author, self.timeline.groups[text.group], draft)

    def _report(self) -> None:
        reporter = self.timeline.members[self.text.reported or ""]
        reportable = get_reportable(SubjectType.POST, self.post.id, reporter)
        report(reporter, reportable, ReportInput(ReportReason.OUTDATED, typeset(OUTDATED)))

    def _approve(self) -> None:
        moderator = self.timeline.members[APPROVERS[self.text.group]]
        services.approve_post(moderator, self.post, self.post.text_version)

    def _highlight(self) -> None:
        members, group = self.timeline.members, self.timeline.groups[self.text.group]
        if self.text.pinned:
            services.pin_post(members[self.text.pinned], self.post, group, pinned=True)
        if self.text.featured:
            services.feature_post(members[self.text.featured], self.post, group, featured=True)

    def _comment(self, comment: content.CommentText) -> None:
        author = self.timeline.members[comment.by]
        answered = None if comment.to is None else self.comments[comment.to].id
        body = content.paragraphs(comment.text)
        self.comments.append(
            services.add_comment(author, self.post, body, answered, content.LANGUAGE)
        )
        # The author thanks the first who answers.
        if len(self.comments) == 1 and comment.by != self.text.by:
            reader = self.timeline.members[self.text.by]
            services.react_to_comment(reader, self.comments[0], ReactionName.THANKS)

    def _react(self, key: str, name: ReactionName) -> None:
        services.add_reaction(self.timeline.members[key], self.post, name)


def plan_talks(timeline: Timeline) -> FirstActivity:
    """Put every post on the timeline; return each person's first activity in each group."""
    first_activity: FirstActivity = {}
    for text in content.posts():
        Talk(timeline, text).plan(first_activity)
    return first_activity


def _own_fields(timeline: Timeline, text: content.PostText) -> dict[str, Any]:
    own = dict(text.own)
    if text.kind == Kind.WEBINAR:
        return _webinar_fields(timeline, own)
    if "weekday" in own:
        hour = time.fromisoformat(own.pop("at"))
        own["happens_at"] = timeline.next_weekday(own.pop("weekday"), hour)
    if text.kind == Kind.CALL:
        own["deadline"] = timeline.working_day(own.pop("in_days"), DEADLINE_HOUR)
    if text.kind == Kind.RESOURCE:
        own["resource_type"] = ResourceType(own["resource_type"])
    return own


def _webinar_fields(timeline: Timeline, own: dict[str, Any]) -> dict[str, Any]:
    hour = time.fromisoformat(own.pop("at"))
    starts_at = timeline.working_day(own.pop("in_days"), hour)
    ends_at = starts_at + timedelta(minutes=own.pop("minutes"))
    if "join_for" in own:
        own["join_for"] = JoinFor(own["join_for"])
    room = {"join_url": JOIN_URL} if own.pop("online", True) else {}
    return {"starts_at": starts_at, "ends_at": ends_at, **room, **own}
