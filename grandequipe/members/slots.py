"""The slots of the pages of members (see `web.slots`)."""

# On a member's profile, below what they say of themselves: gets `member` and `reader`, who is None
# for a visitor.
PROFILE = "members.profile"
# Beside the name there, what the reader may do: gets the same.
PROFILE_ACTIONS = "members.profile_actions"
