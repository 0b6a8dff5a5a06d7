"""Who wants a letter and when, the ledger of letters, and what they tell."""

from grandequipe.digests.models.ledger import Digest, DigestState
from grandequipe.digests.models.schedule import Due, Frequency
from grandequipe.digests.models.story import Story
from grandequipe.digests.models.subscriptions import DigestSubscription

__all__ = ["Digest", "DigestState", "DigestSubscription", "Due", "Frequency", "Story"]
