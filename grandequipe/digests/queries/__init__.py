"""Reading subscriptions, the ledger, and what a letter would tell."""

from grandequipe.digests.queries.ledger import (
    Standing,
    find_digest,
    get_standing,
    list_claimed,
    list_digests,
    list_periods,
)
from grandequipe.digests.queries.stories import Candidate, Tie, Window, list_candidates, list_ties
from grandequipe.digests.queries.subscriptions import get_subscription, get_subscription_by_key

__all__ = [
    "Candidate",
    "Standing",
    "Tie",
    "Window",
    "find_digest",
    "get_standing",
    "get_subscription",
    "get_subscription_by_key",
    "list_candidates",
    "list_claimed",
    "list_digests",
    "list_periods",
    "list_ties",
]
