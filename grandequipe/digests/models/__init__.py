"""Who wants a letter and when, the ledger of letters, and what they tell."""

from grandequipe.digests.models.ledger import Claim, Digest, DigestState
from grandequipe.digests.models.reader import READER, Reader
from grandequipe.digests.models.schedule import Due, Frequency
from grandequipe.digests.models.story import Story
from grandequipe.digests.models.subscriptions import DigestSubscription

__all__ = [
    "READER",
    "Claim",
    "Digest",
    "DigestState",
    "DigestSubscription",
    "Due",
    "Frequency",
    "Reader",
    "Story",
]
