"""Choosing digests, claiming those that are due, and rendering them."""

from grandequipe.digests.services.composing import Composed, compose
from grandequipe.digests.services.ledger import KIND, claim_due, render_digest
from grandequipe.digests.services.positions import move_positions_of
from grandequipe.digests.services.rarer import Rarer, make_rarer, take_back
from grandequipe.digests.services.subscriptions import (
    change_subscription,
    follow_clock,
    open_missing,
    open_subscription,
    reschedule,
)
from grandequipe.digests.services.writing import write_digest

__all__ = [
    "KIND",
    "Composed",
    "Rarer",
    "change_subscription",
    "claim_due",
    "compose",
    "follow_clock",
    "make_rarer",
    "move_positions_of",
    "open_missing",
    "open_subscription",
    "render_digest",
    "reschedule",
    "take_back",
    "write_digest",
]
