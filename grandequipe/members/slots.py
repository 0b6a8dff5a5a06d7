"""The slots of the pages of members (see `web.slots`)."""

# On a member's profile, below what they say of themselves: gets `member` and `reader`, who is None
# for a visitor.
PROFILE = "members.profile"
