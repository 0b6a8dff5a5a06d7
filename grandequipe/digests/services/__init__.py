"""Choosing letters, claiming those that are due, writing them, and settling what became of them."""

from grandequipe.digests.services.beginning import Begun, begin
from grandequipe.digests.services.claiming import claim_due, doubt_stuck, take_waiting
from grandequipe.digests.services.composing import Composed, compose
from grandequipe.digests.services.rarer import Rarer, make_rarer, take_back
from grandequipe.digests.services.settling import doubt, fail, postpone, resolve, settle
from grandequipe.digests.services.subscriptions import (
    change_subscription,
    follow_clock,
    open_missing,
    open_subscription,
    reschedule,
)
from grandequipe.digests.services.writing import write_letter

__all__ = [
    "Begun",
    "Composed",
    "Rarer",
    "begin",
    "change_subscription",
    "claim_due",
    "compose",
    "doubt",
    "doubt_stuck",
    "fail",
    "follow_clock",
    "make_rarer",
    "open_missing",
    "open_subscription",
    "postpone",
    "reschedule",
    "resolve",
    "settle",
    "take_back",
    "take_waiting",
    "write_letter",
]
