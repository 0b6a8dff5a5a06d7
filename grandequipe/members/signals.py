"""Signals that members send to packages above them (blinker)."""

from blinker import Namespace

_signals = Namespace()

# An account was suspended: sent in the transaction of the act, before the member is mailed, with
# `suspension`. A receiver returns the address of a page where the member, who cannot log in, reads
# the decision and appeals against it, or None.
suspended = _signals.signal("suspended")
