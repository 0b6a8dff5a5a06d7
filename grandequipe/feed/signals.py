"""Signals that the feed sends to packages above it (blinker)."""

from blinker import Namespace

_signals = Namespace()

# A member opens the page of a post, which they may see: sent by the application with `member` and
# `post`, before the rest of the page is read. The view opens no transaction: a receiver that writes
# opens its own, after the request, for a commit has the session read again what the page shows.
post_shown = _signals.signal("post-shown")

# A moderator decided on somebody else's post, change or comment: sent in the transaction of the
# act, before it is recorded, with `act` (core.moderation_log.Act), `actor`, `subject` (type and
# id), `group` in whose name, `member` who wrote it, `reason` ("" for none) and `until` (None).
moderated = _signals.signal("moderated")
