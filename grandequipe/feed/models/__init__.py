"""Posts, what members say under them, and the drafts that they are made of."""

from grandequipe.feed.models.comments import Comment, Reaction, ReactionName
from grandequipe.feed.models.kinds import (
    Analysis,
    Call,
    News,
    Project,
    Resource,
    ResourceType,
    Webinar,
)
from grandequipe.feed.models.posts import Kind, Post, PostStatus
from grandequipe.feed.models.proposals import PostProposal, ProposalState

__all__ = [
    "Analysis",
    "Call",
    "Comment",
    "Kind",
    "News",
    "Post",
    "PostProposal",
    "PostStatus",
    "Project",
    "ProposalState",
    "Reaction",
    "ReactionName",
    "Resource",
    "ResourceType",
    "Webinar",
]
