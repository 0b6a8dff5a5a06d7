"""Reading subscriptions, the ledger, and the posts of a digest."""

from grandequipe.digests.queries.context import DigestContext, DigestMembership, get_context
from grandequipe.digests.queries.followed import FollowedCandidate, FollowedPost, list_followed
from grandequipe.digests.queries.ledger import (
    find_digest,
    list_digests,
    list_pending,
    list_periods,
)
from grandequipe.digests.queries.posts import Candidate, Window, list_candidates
from grandequipe.digests.queries.subscriptions import (
    count_digest_readers,
    get_subscription,
    get_subscription_by_key,
)
from grandequipe.digests.queries.vitality import DigestWeek, count_digests

__all__ = [
    "Candidate",
    "DigestContext",
    "DigestMembership",
    "DigestWeek",
    "FollowedCandidate",
    "FollowedPost",
    "Window",
    "count_digest_readers",
    "count_digests",
    "find_digest",
    "get_context",
    "get_subscription",
    "get_subscription_by_key",
    "list_candidates",
    "list_digests",
    "list_followed",
    "list_pending",
    "list_periods",
]
