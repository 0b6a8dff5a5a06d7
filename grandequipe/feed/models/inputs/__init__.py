"""What an author writes, before it is a post: the same checks for the page and the API.

A draft is plain: strings as typed, instants with a zone, empty words for what is not given.
`check` raises Invalid that names every wrong field at once.
"""

from grandequipe.feed.models.inputs.checks import (
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TITLE,
    MOST_LABELS,
    SHORTEST_REASON,
    read_body,
    read_comment,
    reason_error,
    year_error,
)
from grandequipe.feed.models.inputs.kinds import (
    INPUTS,
    AnalysisInput,
    CallInput,
    NewsInput,
    ProjectInput,
    ResourceInput,
    WebinarInput,
)
from grandequipe.feed.models.inputs.posts import PostInput
from grandequipe.feed.models.inputs.series import SeriesInput
from grandequipe.feed.models.inputs.stored import read_input, write_input

__all__ = [
    "INPUTS",
    "LONGEST_LINE",
    "LONGEST_REASON",
    "LONGEST_TITLE",
    "MOST_LABELS",
    "SHORTEST_REASON",
    "AnalysisInput",
    "CallInput",
    "NewsInput",
    "PostInput",
    "ProjectInput",
    "ResourceInput",
    "SeriesInput",
    "WebinarInput",
    "read_body",
    "read_comment",
    "read_input",
    "reason_error",
    "write_input",
    "year_error",
]
