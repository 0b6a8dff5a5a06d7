"""Slots in the feed's pages."""

# The readers of a new post, in sentences; gets the group and the author.
AUDIENCE = "feed.audience"
