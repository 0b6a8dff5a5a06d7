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

__all__ = [
    "Analysis",
    "Call",
    "Comment",
    "Kind",
    "News",
    "Post",
    "PostStatus",
    "Project",
    "Reaction",
    "ReactionName",
    "Resource",
    "ResourceType",
    "Webinar",
]
