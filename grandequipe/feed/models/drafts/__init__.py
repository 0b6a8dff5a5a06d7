"""What an author writes, before it is a post: the same checks for the page and the API.

A draft is plain: strings as typed, instants with a zone, empty words for what is not given.
`check` raises Invalid that names every wrong field at once.
"""

from grandequipe.feed.models.drafts.checks import (
    LONGEST_LINE,
    LONGEST_TITLE,
    MOST_LABELS,
    read_body,
    read_comment,
    wrong_year,
)
from grandequipe.feed.models.drafts.kinds import (
    DRAFTS,
    AnalysisDraft,
    CallDraft,
    NewsDraft,
    ProjectDraft,
    ResourceDraft,
    WebinarDraft,
)
from grandequipe.feed.models.drafts.posts import PostDraft

__all__ = [
    "DRAFTS",
    "LONGEST_LINE",
    "LONGEST_TITLE",
    "MOST_LABELS",
    "AnalysisDraft",
    "CallDraft",
    "NewsDraft",
    "PostDraft",
    "ProjectDraft",
    "ResourceDraft",
    "WebinarDraft",
    "read_body",
    "read_comment",
    "wrong_year",
]
