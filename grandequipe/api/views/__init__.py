"""The calls of the API, a module for each resource."""

from grandequipe.api.views import (
    bookmarks,
    changes,
    comments,
    documents,
    feed,
    files,
    groups,
    invitations,
    me,
    memberships,
    notifications,
    posts,
    proposals,
    reactions,
    tokens,
    uploads,
)

__all__ = [
    "bookmarks",
    "changes",
    "comments",
    "documents",
    "feed",
    "files",
    "groups",
    "invitations",
    "me",
    "memberships",
    "notifications",
    "posts",
    "proposals",
    "reactions",
    "tokens",
    "uploads",
]
