"""The bell: what concerns a member, in lines that group what belongs together."""
