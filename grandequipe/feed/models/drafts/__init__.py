"""What an author writes, before it is a post: the same checks for the page and the API.

A draft is plain: strings as typed, instants with a zone, empty words for what is not given.
`check` raises Invalid that names every wrong field at once.
"""

from grandequipe.feed.models.drafts.checks import (
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TITLE,
    MOST_LABELS,
    SHORTEST_REASON,
    read_body,
    read_comment,
    wrong_reason,
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
from grandequipe.feed.models.drafts.stored import read_draft, write_draft

__all__ = [
    "DRAFTS",
    "LONGEST_LINE",
    "LONGEST_REASON",
    "LONGEST_TITLE",
    "MOST_LABELS",
    "SHORTEST_REASON",
    "AnalysisDraft",
    "CallDraft",
    "NewsDraft",
    "PostDraft",
    "ProjectDraft",
    "ResourceDraft",
    "WebinarDraft",
    "read_body",
    "read_comment",
    "read_draft",
    "write_draft",
    "wrong_reason",
    "wrong_year",
]
