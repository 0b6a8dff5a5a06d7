"""Queries of the search."""

from grandequipe.search.queries.answers import Answer, Question, find_answer
from grandequipe.search.queries.conditions import Filters, Search, plan_anew, read_tsquery
from grandequipe.search.queries.excerpts import Marked, Run, plain
from grandequipe.search.queries.facets import FACETS, Facets, FacetValue, count_facets
from grandequipe.search.queries.hits import Hit, Sort, Total, count_hits, list_hits
from grandequipe.search.queries.labels import (
    LabelFound,
    list_labels,
    list_territories_named,
    list_themes_like,
)
from grandequipe.search.queries.mending import find_meant
from grandequipe.search.queries.subjects import Found, find_author, list_found
from grandequipe.search.queries.suggestions import Suggestions, list_suggestions
from grandequipe.search.queries.typed import LONGEST_TYPED, Term, Typed, read_typed

__all__ = [
    "FACETS",
    "LONGEST_TYPED",
    "Answer",
    "FacetValue",
    "Facets",
    "Filters",
    "Found",
    "Hit",
    "LabelFound",
    "Marked",
    "Question",
    "Run",
    "Search",
    "Sort",
    "Suggestions",
    "Term",
    "Total",
    "Typed",
    "count_facets",
    "count_hits",
    "find_answer",
    "find_author",
    "find_meant",
    "list_found",
    "list_hits",
    "list_labels",
    "list_suggestions",
    "list_territories_named",
    "list_themes_like",
    "plain",
    "plan_anew",
    "read_tsquery",
    "read_typed",
]
