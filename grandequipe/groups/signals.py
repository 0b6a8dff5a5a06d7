"""Signals that groups send to packages above them (blinker)."""

from blinker import Namespace

_signals = Namespace()

# A moderator acted on a person of the group: sent in the transaction of the act, before it is
# recorded, with `act` (core.moderation_log.Act), `actor`, `subject` (type and id), `group`,
# `member` whom it concerns, `reason` (to be read by that person, "" for none) and `until` (None for
# lasting). For Act.MEMBER_REMOVED `was` is the former `role` and the version of the accepted
# `charter`.
moderated = _signals.signal("moderated")

# A group with all that is in it is about to be erased: sent in the transaction of that, with
# `group`, whose row is locked.
erasing = _signals.signal("erasing")
