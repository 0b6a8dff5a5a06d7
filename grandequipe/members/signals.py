"""Signals that members send to packages above them (blinker)."""

from blinker import Namespace

_signals = Namespace()

# An account was suspended: sent in the transaction of the act, before the member is mailed, with
# `suspension`. A receiver returns the address of a page where the member, who cannot log in, reads
# the decision and appeals against it, or None.
suspended = _signals.signal("suspended")

# A double was merged into another organisation: sent in the transaction of the act, with `double`
# and `kept`. Receivers move what they keep about the double.
organisations_merged = _signals.signal("organisations_merged")
