"""What happens to posts, in the stream of their group."""

from collections.abc import Mapping
from dataclasses import dataclass

from grandequipe.core.events import Broadcast, Event


@dataclass(frozen=True, kw_only=True)
class PostPublished(Event):
    """A post can be read by the group, perhaps long after it was written."""

    kind = "post.published"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class PostEdited(Event):
    """A post reads otherwise; a minor correction notifies no reader."""

    kind = "post.edited"
    subject_type = "post"
    version = 2

    group_id: int
    minor: bool = False


@dataclass(frozen=True, kw_only=True)
class WebinarRescheduled(Event):
    """A webinar takes place at another time than before: ISO 8601, with offset.

    `revision` is that of the webinar since.
    """

    kind = "webinar.rescheduled"
    subject_type = "post"

    group_id: int
    starts_at_before: str
    ends_at_before: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class WebinarCancelled(Event):
    """A webinar does not take place; since when that is known: ISO 8601, with offset."""

    kind = "webinar.cancelled"
    subject_type = "post"

    group_id: int
    cancelled_at: str


@dataclass(frozen=True, kw_only=True)
class WebinarReinstated(Event):
    """A webinar takes place that was cancelled at `cancelled_at`: ISO 8601, with offset."""

    kind = "webinar.reinstated"
    subject_type = "post"

    group_id: int
    cancelled_at: str


@dataclass(frozen=True, kw_only=True)
class PostRemoved(Event):
    """A post is gone, by its author or a moderator."""

    kind = "post.removed"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class PostRestored(Event):
    """A post that its author had removed can be read by the group again: it is not news."""

    kind = "post.restored"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class PostArranged(Event):
    """A moderator pinned or featured a post in a group, or took that back.

    `change` is "pinned", "unpinned", "featured" or "unfeatured"; or it is "listed" where the clock
    has lists show a post as the next date of a series of webinars.
    """

    kind = "post.arranged"
    subject_type = "post"

    group_id: int
    change: str


@dataclass(frozen=True, kw_only=True)
class CommentsLocked(Event):
    """A moderator locked what is said under a post, or (`locked` false) opened it again."""

    kind = "comments.locked"
    subject_type = "post"

    group_id: int
    locked: bool = True


@dataclass(frozen=True, kw_only=True)
class PostSubmitted(Event):
    """A post waits for a moderator: in its author's stream, for the group may not know yet."""

    kind = "post.submitted"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class PostRefused(Event):
    """A moderator did not publish a post: in its author's stream."""

    kind = "post.refused"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class PostReturned(Event):
    """A moderator asks for changes before a post is published: in its author's stream."""

    kind = "post.returned"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class PostWithdrawn(Event):
    """A post that waited was taken away before anyone else read it: in its author's stream."""

    kind = "post.withdrawn"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class ScheduledPostPublished(Event):
    """A post was published at the hour that its author had chosen: in their own stream."""

    kind = "post.published_as_scheduled"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class DraftNotPublished(Event):
    """A draft stays one after its hour: in its author's stream, who reads why on its page."""

    kind = "draft.not_published"
    subject_type = "draft"


@dataclass(frozen=True, kw_only=True)
class ProposalSubmitted(Event):
    """An author wants to change a published post: in their own stream, a moderator reads first."""

    kind = "proposal.submitted"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalApproved(Event):
    """A moderator let a change through: in its author's stream; the group gets the edit."""

    kind = "proposal.approved"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalRefused(Event):
    """A moderator left a post as it was: in the stream of its author, who reads why."""

    kind = "proposal.refused"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(Event):
    """A change waits no more because it was given up: in the stream of the post's author."""

    kind = "proposal.withdrawn"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class CommentAdded(Event):
    """Someone said something under a post."""

    kind = "comment.added"
    subject_type = "comment"

    group_id: int
    post_id: int
    reply_to_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CommentHeld(Event):
    """A rule against spam has a comment wait for a moderator: in its author's stream."""

    kind = "comment.held"
    subject_type = "comment"

    group_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class CommentApproved(Event):
    """A moderator published a held comment: in its author's stream; the groups get CommentAdded."""

    kind = "comment.approved"
    subject_type = "comment"

    group_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class CommentEdited(Event):
    """What someone said reads otherwise."""

    kind = "comment.edited"
    subject_type = "comment"

    group_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class CommentRestored(Event):
    """What its author had removed is there again: it is not news."""

    kind = "comment.restored"
    subject_type = "comment"

    group_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class CommentRemoved(Event):
    """What someone said is gone."""

    kind = "comment.removed"
    subject_type = "comment"

    group_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class ReactionChanged(Event):
    """The reactions to a post changed: stored by releases that recorded it (see ReactionCounts)."""

    kind = "reaction.changed"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class ReactionCounts(Broadcast):
    """How often each reaction to a post was made, by its name; what nobody made is left out."""

    kind = "reaction.changed"
    subject_type = "post"

    reactions: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class CommentReactionCounts(ReactionCounts):
    """The same of a comment under a post."""

    subject_type = "comment"

    post: int
