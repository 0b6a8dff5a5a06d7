"""Who wants a digest and when, the ledger of digests, and what they tell."""

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
