"""Who wants a letter and when, and the ledger of letters."""

from grandequipe.digests.models.ledger import Digest, DigestState
from grandequipe.digests.models.schedule import Due, Frequency
from grandequipe.digests.models.subscriptions import DigestSubscription

__all__ = ["Digest", "DigestState", "DigestSubscription", "Due", "Frequency"]
