"""Who wants a letter and when, the ledger of letters, and what they tell."""

from grandequipe.digests.models import previous as previous
from grandequipe.digests.models.ledger import Digest, DigestClaim
from grandequipe.digests.models.reader import DIGEST_READER, DigestReader
from grandequipe.digests.models.schedule import Due, Frequency
from grandequipe.digests.models.story import Story
from grandequipe.digests.models.subscriptions import DigestSubscription

__all__ = [
    "DIGEST_READER",
    "Digest",
    "DigestClaim",
    "DigestReader",
    "DigestSubscription",
    "Due",
    "Frequency",
    "Story",
]
