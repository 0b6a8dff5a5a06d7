"""Signals that the feed sends to packages above it (blinker)."""

from blinker import Namespace

_signals = Namespace()

# A member opens the page of a post, which they may see: sent by the application with `member` and
# `post`, before the rest of the page is read. The view opens no transaction: a receiver that writes
# opens its own, after the request, for a commit has the session read again what the page shows.
post_shown = _signals.signal("post-shown")
