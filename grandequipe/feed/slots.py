"""Slots in the feed's pages."""

# Who will read a new post: sentences; given the group and the author.
AUDIENCE = "feed.audience"
