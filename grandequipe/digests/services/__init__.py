"""Choosing digests, claiming those that are due, and rendering them."""

from grandequipe.digests.services.contents import Composed, compose, move_positions_of
from grandequipe.digests.services.ledger import KIND, claim_due, delete_old_digests, render_digest
from grandequipe.digests.services.rendering import write_digest
from grandequipe.digests.services.subscriptions import (
    Rarer,
    change_subscription,
    follow_time_zone,
    make_rarer,
    open_missing,
    open_subscription,
    reschedule,
    take_back,
)

__all__ = [
    "KIND",
    "Composed",
    "Rarer",
    "change_subscription",
    "claim_due",
    "compose",
    "delete_old_digests",
    "follow_time_zone",
    "make_rarer",
    "move_positions_of",
    "open_missing",
    "open_subscription",
    "render_digest",
    "reschedule",
    "take_back",
    "write_digest",
]
