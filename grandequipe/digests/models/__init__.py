"""Subscriptions, the ledger of digests, and the values that rendering uses."""

from grandequipe.digests.models import previous as previous
from grandequipe.digests.models.ledger import Digest, DigestClaim, DigestPost
from grandequipe.digests.models.subscriptions import (
    DIGEST_READER,
    DigestReader,
    DigestSubscription,
    Due,
    Frequency,
)

__all__ = [
    "DIGEST_READER",
    "Digest",
    "DigestClaim",
    "DigestPost",
    "DigestReader",
    "DigestSubscription",
    "Due",
    "Frequency",
]
