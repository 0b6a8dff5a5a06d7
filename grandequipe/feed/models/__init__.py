"""Posts, what members say under them, and the drafts that they are made of."""

from grandequipe.feed.models import previous as previous
from grandequipe.feed.models.bookmarks import BOOKMARK, LONGEST_NOTE, Bookmark
from grandequipe.feed.models.comments import (
    Comment,
    CommentReaction,
    Reaction,
    ReactionName,
)
from grandequipe.feed.models.counters import CommentCounters, PostCounters
from grandequipe.feed.models.drafts import Draft, DraftFailure, DraftInput, DraftState
from grandequipe.feed.models.history import CommentVersion, PostVersion
from grandequipe.feed.models.holds import Fingerprint, Hold, HoldReason
from grandequipe.feed.models.kind_registry import KIND_BY_PATH, KINDS, Kind
from grandequipe.feed.models.kinds import (
    RESOURCE_TYPES,
    ROOM_READERS,
    Analysis,
    Call,
    JoinFor,
    News,
    Project,
    Resource,
    ResourceType,
    Webinar,
    WebinarDetails,
)
from grandequipe.feed.models.labels import Label, LabelFollow, PlacementLabel
from grandequipe.feed.models.mentions import MEMBER_LINK, MENTION, Mention, mentioned_in
from grandequipe.feed.models.placements import MOST_GROUPS, Placement, PlacementStatus
from grandequipe.feed.models.posts import Post
from grandequipe.feed.models.proposals import PostProposal, ProposalState
from grandequipe.feed.models.removals import Removal
from grandequipe.feed.models.series import MOST_DATES, REPEATS, Repeat, WebinarSeries

__all__ = [
    "BOOKMARK",
    "KINDS",
    "KIND_BY_PATH",
    "LONGEST_NOTE",
    "MEMBER_LINK",
    "MENTION",
    "MOST_DATES",
    "MOST_GROUPS",
    "REPEATS",
    "RESOURCE_TYPES",
    "ROOM_READERS",
    "Analysis",
    "Bookmark",
    "Call",
    "Comment",
    "CommentCounters",
    "CommentReaction",
    "CommentVersion",
    "Draft",
    "DraftFailure",
    "DraftInput",
    "DraftState",
    "Fingerprint",
    "Hold",
    "HoldReason",
    "JoinFor",
    "Kind",
    "Label",
    "LabelFollow",
    "Mention",
    "News",
    "Placement",
    "PlacementLabel",
    "PlacementStatus",
    "Post",
    "PostCounters",
    "PostProposal",
    "PostVersion",
    "Project",
    "ProposalState",
    "Reaction",
    "ReactionName",
    "Removal",
    "Repeat",
    "Resource",
    "ResourceType",
    "Webinar",
    "WebinarDetails",
    "WebinarSeries",
    "mentioned_in",
]
